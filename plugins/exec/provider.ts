import type {
  Adapter,
  Answer,
  ConnectAnswer,
  ConnectCall,
  ConnectionCall,
  DialCall,
  DisconnectAnswer,
  DisconnectCall,
  Failure,
  Held,
  LinksService,
  Offer,
  PluginContext,
  Provider,
  Released,
  ResourcesAnswer,
  ResourcesCall,
  StatusAnswer,
  ValidateAnswer,
} from '@claimd/sdk'
import { combine } from './combine.js'
import { setLink } from './link/set-link.js'
import { dialFailure } from './protocol/dial-answers.js'
import { Script, type Subject } from './script/script.js'
import { Scripts } from './script/scripts.js'

/** What can be given to a program as an argument that stands for a word: see `{word}` in the SDK's permissions. */
const word = /^[A-Za-z0-9._:@+][A-Za-z0-9._:@+-]*$/

/** Claims adapters for the configured connections of type `script`, and connects these, as their scripts say. */
export class ScriptProvider implements Provider {
  readonly #scripts: Scripts
  readonly #links: LinksService
  /** What is held, or was just accepted, by fence. */
  readonly #held = new Map<number, { connection: string; adapter: string }>()

  constructor(context: PluginContext) {
    this.#scripts = new Scripts(context)
    this.#links = context.links
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

  validate(call: ConnectionCall): ValidateAnswer {
    const script = this.#scriptOf(call)
    return script instanceof Script ? { result: 'SUCCESS' } : script
  }

  /** Those that the operator and the script name, and whose names scripts can be given. */
  async resources({ adapters, ...call }: ResourcesCall): Promise<ResourcesAnswer> {
    const script = this.#scriptOf(call)
    if (!(script instanceof Script)) return script
    const { match } = script.connection
    const named = adapters.filter((one) => word.test(one.name) && (match?.fits(one) ?? true))
    const usable = await script.usable(named)
    if ('result' in usable) return usable.result === 'NOT_IMPLEMENTED' ? cannotConnect(usable) : usable
    if (usable.length > 0) return { result: 'SUCCESS', adapters: usable.map(({ id }) => id) }
    const reason = 'none of the adapters that nobody holds is one that it is for'
    return { result: 'CONNECTION_ACQUIRE_FAILED', cause: 'no-adapter', reason }
  }

  async connect(call: ConnectCall): Promise<ConnectAnswer> {
    const { connection, fence, adapter } = call
    if (adapter) this.#held.set(fence, { connection, adapter: adapter.id })
    const answer = await this.#dial(call, (script, subject) => script.connect(subject))
    if (answer.result === 'NOT_IMPLEMENTED') return cannotConnect(answer)
    if (answer.result !== 'SUCCESS' || !adapter) return answer as Failure
    const { settings, ...connected } = answer
    if (!settings) return connected
    const failure = await setLink(this.#links, { adapter, fence, signal: call.signal }, settings)
    return failure ?? { evidence: `${settings.addresses.join(', ')} on ${adapter.name}`, ...connected }
  }

  /** A script that does not know the verb has nothing to take down: what the host did for it, the host takes back. */
  async disconnect(call: DisconnectCall): Promise<DisconnectAnswer> {
    if (call.origin === 'out-of-band') return { result: 'NOT_SUPPORTED', reason: 'this is not its own link' }
    const answer = await this.#dial(call, (script, subject) => script.disconnect(subject))
    const isDown = answer.result === 'SUCCESS' || answer.result === 'NOT_IMPLEMENTED'
    if (isDown) this.#held.delete(call.fence)
    return isDown ? { result: 'SUCCESS' } : answer
  }

  async status(call: DialCall): Promise<StatusAnswer> {
    const { connection, fence, adapter } = call
    const answer = await this.#dial(call, (script, subject) => script.status(subject))
    const isUp = answer.result === 'SUCCESS' && answer.state !== 'disconnected'
    if (adapter && isUp) this.#held.set(fence, { connection, adapter: adapter.id })
    return answer
  }

  async #dial<Answer>(
    call: DialCall,
    run: (script: Script, subject: Subject) => Promise<Answer>,
  ): Promise<Answer | Failure> {
    const { adapter, fence, signal } = call
    const script = this.#scriptOf(call)
    if (!(script instanceof Script)) return script
    if (adapter === null || !word.test(adapter.name)) {
      return dialFailure('scripts connect by an adapter, and are not given one with such a name')
    }
    return run(script, { adapter, details: { fence }, signal })
  }

  #scriptOf({ connection: name, type, config }: Pick<ConnectionCall, 'connection' | 'type' | 'config'>) {
    const script = this.#scripts.of({ name, type, config })
    if (script instanceof Script) return script
    return { result: 'INVALID_PARAMETER', reason: script.faults.join('; ') } satisfies Failure
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

/** Its script claims only. That `connect` is missing would mean that every adapter will do. */
function cannotConnect({ reason }: Failure): Failure {
  return { result: 'NOT_SUPPORTED', ...(reason && { reason }) }
}

function no(reasons: readonly string[]): Answer {
  return { result: 'INVALID_CONNECTION', reason: reasons.join('; ') }
}
