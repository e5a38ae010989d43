import { type Body, type Limit, withinLimit } from './limit.js'
import { tellRunner } from './messages.js'
import { Skipped } from './skip.js'
import { describeThrown } from './thrown.js'

/** A test or hook as it was declared. */
export interface Step {
  body: Body
  limit: Limit | undefined
}

/**
 * What uvu is given to run for one suite. Nothing of it lets uvu see what a test or hook threw: a hook that
 * throws makes uvu drop the rest of the suite in silence, and so does a thrown value that it cannot print.
 */
export class SuiteRun {
  readonly beforeEach: Step[] = []
  readonly afterEach: Step[] = []
  /** What a `before` hook threw; with anything in it no test of the suite is begun. */
  readonly #obstacles: unknown[] = []

  constructor(private readonly name: string) {}

  async before(hook: Step): Promise<void> {
    if (this.#obstacles.length > 0) return
    this.#obstacles.push(...(await this.#hook('before', hook, isFailure)))
  }

  async after(hook: Step): Promise<void> {
    await this.#hook('after', hook, () => true)
  }

  /** Runs a test with the hooks around it and tells how it ended. Throws if uvu should count it as failed. */
  async test(title: string, body: Step): Promise<void> {
    const started = performance.now()
    const thrown = this.#obstacles.length > 0 ? this.#obstacles : await this.#steps(title, body)
    const ms = performance.now() - started
    const failures = thrown.filter(isFailure)
    const skipped = thrown.find((reason) => reason instanceof Skipped)
    if (failures.length > 0) {
      const text =
        thrown === this.#obstacles
          ? 'not run: the before hook failed'
          : failures.map(describeThrown).join('\n')
      tellRunner({ type: 'result', title, outcome: 'fail', text, ms })
      throw Object.assign(new Error('see the report of the runner'), { stack: '' })
    }
    if (skipped) tellRunner({ type: 'result', title, outcome: 'skip', text: skipped.reason, ms })
    else tellRunner({ type: 'result', title, outcome: 'pass', text: '', ms })
  }

  async #steps(title: string, body: Step): Promise<unknown[]> {
    const thrown: unknown[] = []
    for (const step of [...this.beforeEach, body]) {
      if (thrown.length === 0) thrown.push(...(await attempt(title, step)))
    }
    for (const hook of this.afterEach) thrown.push(...(await attempt(title, hook)))
    return thrown
  }

  async #hook(kind: string, hook: Step, isFault: (thrown: unknown) => boolean): Promise<unknown[]> {
    const title = `${this.name} › ${kind}`
    const thrown = await attempt(title, hook)
    for (const reason of thrown.filter(isFault)) {
      const text = reason instanceof Skipped ? 'there is nothing left to skip' : describeThrown(reason)
      tellRunner({ type: 'fault', title, text })
    }
    return thrown
  }
}

/** Returns what the step threw: a list of one, or an empty one. */
async function attempt(title: string, { body, limit }: Step): Promise<unknown[]> {
  try {
    await withinLimit(title, body, limit)
    return []
  } catch (thrown) {
    return [thrown]
  }
}

function isFailure(thrown: unknown): boolean {
  return !(thrown instanceof Skipped)
}
