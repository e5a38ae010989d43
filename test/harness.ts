/**
 * The harness of the tests: uvu's suites, with what uvu lets pass made to fail (a hook that throws, a thrown
 * value that is no Error, a test that never ends, a suite that nobody ran, a forgotten `.only`).
 *
 * Files that use it are started by the runner: `node dist/test/run.js [pattern]`.
 */
import * as uvu from 'uvu'
import { type Body, type Limit, withinLimit } from './harness/limit.js'
import { tellRunner } from './harness/messages.js'
import { type Registration, registrations } from './harness/registry.js'
import { describeThrown } from './harness/thrown.js'

if (!('UVU_DEFER' in globalThis)) {
  throw new Error('A test file does not run by itself. Use: node dist/test/run.js PATTERN')
}

type Declare = (body: Body, limit?: Limit) => void

export interface Suite {
  (title: string, body: Body, limit?: Limit): void
  /** For the work at hand: fails the whole run unless CLAIMD_TEST_ONLY is set. */
  only(title: string, body: Body, limit?: Limit): void
  before: Declare & { each: Declare }
  after: Declare & { each: Declare }
  /** Puts the suite into the queue. A suite that was never put there fails its file. */
  run(): void
}

class Skipped {
  constructor(readonly reason: string) {}
}

/** Ends a test as skipped, with a reason; in a `before` hook, every test of the suite. */
export function skip(reason: string): never {
  throw new Skipped(reason)
}

/** Makes a suite; reports call its tests `name › title`. */
export function suite(name: string): Suite {
  const inner = uvu.suite(name)
  const registration: Registration = { name, titles: [], only: [], runs: 0 }
  registrations.push(registration)
  const beforeEach: Declared[] = []
  const afterEach: Declared[] = []
  /** What the `before` hooks threw; with anything in it no test body of this suite runs. */
  const obstacles: unknown[] = []

  const beforeAll = async (hook: Declared) => {
    if (obstacles.length > 0) return
    const title = `${name} › before`
    const thrown = await attempt(title, hook)
    obstacles.push(...thrown)
    reportFaults(title, thrown.filter(isFailure))
  }
  const afterAll = async (hook: Declared) => {
    const title = `${name} › after`
    reportFaults(title, await attempt(title, hook))
  }
  const run = async (title: string, body: Declared) => {
    const thrown = [...obstacles]
    for (const step of [...beforeEach, body]) {
      if (thrown.length === 0) thrown.push(...(await attempt(title, step)))
    }
    if (obstacles.length === 0) for (const hook of afterEach) thrown.push(...(await attempt(title, hook)))
    return thrown
  }
  const test = (title: string, body: Declared) => async () => {
    const started = performance.now()
    const thrown = await run(title, body)
    const ms = performance.now() - started
    const failures = thrown.filter(isFailure)
    const skipped = thrown.find((reason) => reason instanceof Skipped)
    if (failures.length > 0) {
      const text =
        obstacles.length > 0 ? 'not run: the before hook failed' : failures.map(describeThrown).join('\n')
      tellRunner({ type: 'result', title, outcome: 'fail', text, ms })
      // uvu cannot print everything that can be thrown; the runner has the whole account.
      throw Object.assign(new Error('see the report at the end'), { stack: '' })
    }
    if (skipped) tellRunner({ type: 'result', title, outcome: 'skip', text: skipped.reason, ms })
    else tellRunner({ type: 'result', title, outcome: 'pass', text: '', ms })
  }

  const declare = (title: string, body: Body, limit?: Limit) => {
    const full = `${name} › ${title}`
    registration.titles.push(full)
    inner(title, test(full, { body, limit }))
  }
  return Object.assign(declare, {
    only: (title: string, body: Body, limit?: Limit) => {
      const full = `${name} › ${title}`
      registration.only.push(full)
      inner.only(title, test(full, { body, limit }))
    },
    before: Object.assign((body: Body, limit?: Limit) => inner.before(() => beforeAll({ body, limit })), {
      each: (body: Body, limit?: Limit) => void beforeEach.push({ body, limit }),
    }),
    after: Object.assign((body: Body, limit?: Limit) => inner.after(() => afterAll({ body, limit })), {
      each: (body: Body, limit?: Limit) => void afterEach.push({ body, limit }),
    }),
    run: () => {
      registration.runs++
      inner.run()
    },
  })
}

interface Declared {
  body: Body
  limit: Limit | undefined
}

/** Runs a test or hook. Returns what it threw: nothing, or a list of one. */
async function attempt(title: string, { body, limit }: Declared): Promise<unknown[]> {
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

function reportFaults(title: string, thrown: unknown[]): void {
  for (const reason of thrown) {
    const text =
      reason instanceof Skipped ? 'skip() was called where nothing can be skipped' : describeThrown(reason)
    tellRunner({ type: 'fault', title, text })
  }
}
