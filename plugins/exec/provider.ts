import type { Adapter, Answer, Held, Offer, PluginContext, Provider, Released } from '@claimd/sdk'
import { combine } from './combine.js'
import { Script } from './script/script.js'
import { Scripts } from './script/scripts.js'

/** What can be given to a program as an argument that stands for a word: see `{word}` in the SDK's permissions. */
const word = /^[A-Za-z0-9._:@+][A-Za-z0-9._:@+-]*$/

/** Claims adapters for the configured connections of type `script`, as their scripts say. */
export class ScriptProvider implements Provider {
  readonly #scripts: Scripts
  /** What is held, or was just accepted, by fence. */
  readonly #held = new Map<number, { connection: string; adapter: string }>()

  constructor(context: PluginContext) {
    this.#scripts = new Scripts(context)
  }

  /** Lets every script describe itself. */
  async prepare(): Promise<void> {
    await Promise.all(this.#scripts.all.map((script) => script.describe()))
  }

  /** Asks all scripts that may be meant at the same time; of several that say yes, the first by name has it. */
  async claimConnection({ adapter, fence, signal }: Offer): Promise<Answer> {
    const scripts = this.#scripts.all.filter((script) => this.#isFor(script, adapter))
    const faults = this.#scripts.faulty.map(({ name, faults }) => `${name}: ${faults.join('; ')}`)
    if (scripts.length === 0) return no(['no configured script is for this adapter', ...faults])
    if (!word.test(adapter.name)) return no(['scripts are not asked about an adapter with such a name'])
    const subject = { adapter, details: { fence }, signal }
    const answers = scripts.map(async (script) => [script, await script.offer(subject)] as const)
    const tellVoid = (script: Script) => void script.released({ adapter, details: { fence, reason: 'void' } })
    const { answer, script } = await combine(answers, faults, tellVoid)
    if (script === null) return answer
    const { name } = script.connection
    // It may have been asked about several adapters that came up together.
    if (this.#isHeldElsewhere(name, adapter)) {
      tellVoid(script)
      return no([`${name}: it has got another adapter meanwhile`])
    }
    this.#held.set(fence, { connection: name, adapter: adapter.id })
    return answer
  }

  async verify({ adapter, connection: name, evidence, fence, signal }: Held): Promise<Answer> {
    const script = this.#scripts.named(name)
    if (script === undefined) return this.#drop(fence, `the connection ${name} is not configured any more`)
    if (!(script instanceof Script)) {
      // What the operator meant cannot be told; until it is corrected the adapter stays protected.
      return { result: 'INCONSISTENT_CONFIGURATION', reason: `${name}: ${script.faults.join('; ')}` }
    }
    const { match } = script.connection
    if (match && !match.stillFits(adapter)) {
      return this.#drop(fence, `${name} is for adapters with ${match.text}`)
    }
    if (!word.test(adapter.name)) {
      return { result: 'UNEXPECTED', reason: 'scripts are not asked about an adapter with such a name' }
    }
    const answer = await script.verify({ adapter, details: { fence, evidence }, signal })
    if (answer.result === 'SUCCESS') this.#held.set(fence, { connection: name, adapter: adapter.id })
    if (answer.result === 'INVALID_CONNECTION') this.#held.delete(fence)
    return answer
  }

  async released({ adapter, connection, fence, reason }: Released): Promise<void> {
    this.#held.delete(fence)
    const script = this.#scripts.named(connection)
    // The program of a connection that is not configured any more may not be run.
    if (!(script instanceof Script) || !word.test(adapter.name)) return
    await script.released({ adapter, details: { fence, reason } })
  }

  #isFor({ connection: { name, match } }: Script, adapter: Adapter): boolean {
    return (match === null || match.fits(adapter)) && !this.#isHeldElsewhere(name, adapter)
  }

  /** A connection holds one adapter: its script is not asked about others meanwhile. */
  #isHeldElsewhere(connection: string, { id }: Adapter): boolean {
    return [...this.#held.values()].some((held) => held.connection === connection && held.adapter !== id)
  }

  #drop(fence: number, reason: string): Answer {
    this.#held.delete(fence)
    return no([reason])
  }
}

function no(reasons: readonly string[]): Answer {
  return { result: 'INVALID_CONNECTION', reason: reasons.join('; ') }
}
