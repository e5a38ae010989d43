import type {
  Adapter,
  Answer,
  ConnectAnswer,
  ConnectCall,
  ConnectionCall,
  DialCall,
  DisconnectAnswer,
  DisconnectCall,
  Held,
  Offer,
  PluginContext,
  Provider,
  Released,
  ResourcesAnswer,
  ResourcesCall,
  StatusAnswer,
  ValidateAnswer,
} from '@claimd/sdk'
import type { EthernetConnection } from './configuration/connection.js'
import { Connections } from './configuration/connections.js'
import type { Dialling } from './dialling.js'
import { FormerNames } from './former-names.js'
import type { Judge } from './judge.js'
import type { LeaseWatch, LookReason } from './lease-watch.js'

/** Some clients record a lease only after they have set its address: when it is looked for again, in milliseconds. */
const recordDelays = [100, 900, 3_000]
/** The same while the adapter is held and protected; the host asks no sooner. */
const heldRecordDelay = 1_000

/** A lease whose record is gone may be recorded again for so long, as by a client that starts anew; in milliseconds. */
const doubt = 10_000

/** So many adapters without a record are remembered. */
const unrecordedLimit = 1_000

interface HeldClaim {
  connection: string
  adapter: Adapter
  /** Whether its address had no valid record when it was last looked at. */
  unrecorded: boolean
}

/** Claims adapters for the configured connections of type `ethernet`, and connects these. */
export class EthernetProvider implements Provider {
  readonly #context: PluginContext
  readonly #judge: Judge
  readonly #watch: LeaseWatch
  readonly #names: FormerNames
  readonly #dialling: Dialling
  readonly #held = new Map<number, HeldClaim>()
  /** Adapters whose address has no record yet, by id, and how often that was seen. */
  readonly #unrecorded = new Map<string, number>()
  #configured: ReturnType<PluginContext['connections']['configured']> | null = null
  #connections = new Connections([])

  constructor(context: PluginContext, judge: Judge, watch: LeaseWatch, dialling: Dialling) {
    this.#context = context
    this.#judge = judge
    this.#watch = watch
    this.#dialling = dialling
    this.#names = new FormerNames(context.storage)
  }

  claimConnection({ adapter, fence }: Offer): Answer | Promise<Answer> {
    const connections = this.#current()
    const fitting = connections.for(adapter)
    const candidates = fitting.filter(({ name }) => this.#holderElsewhere(name, adapter) === undefined)
    const others = [
      ...fitting
        .filter((one) => !candidates.includes(one))
        .map(({ name }) => `${name}: adapter ${this.#holderElsewhere(name, adapter)} is held for it`),
      ...connections.faultyFor(adapter).map(({ name, faults }) => `${name}: ${faults.join('; ')}`),
    ]
    if (candidates.length > 0) return this.#claim(adapter, fence, candidates, others)
    if (fitting.length > 0) return no(others)
    return no(['no configured ethernet connection is for this adapter', ...others])
  }

  async verify({ adapter, connection: name, fence }: Held): Promise<Answer> {
    const connection = this.#current().named(name)
    if (connection === undefined)
      return this.#drop(fence, `the connection ${name} is not configured any more`)
    if ('faults' in connection) {
      // What the operator meant cannot be told; until it is corrected the adapter stays protected.
      return { result: 'INCONSISTENT_CONFIGURATION', reason: `${name}: ${connection.faults.join('; ')}` }
    }
    const isKnown = await this.#names.knows(adapter)
    const names = await this.#names.note(adapter)
    const { selection } = connection
    // A link that was renamed since it was claimed is the same link.
    if (
      !(isKnown ? selection.fits({ ...adapter, alternativeNames: [...names] }) : selection.stillFits(adapter))
    ) {
      return this.#drop(fence, `${name} is for adapters with ${selection.text}`)
    }
    const verdict = await this.#judge.judge(adapter, connection, names)
    if (verdict.is === 'produced') {
      this.#hold(adapter, connection, fence, verdict.until)
      return { result: 'SUCCESS', connection: name, evidence: verdict.evidence }
    }
    if (verdict.is === 'unrecorded' && !this.#held.get(fence)?.unrecorded) {
      this.#held.set(fence, { connection: name, adapter, unrecorded: true })
      return { result: 'PENDING', retryAfterMs: heldRecordDelay, reason: verdict.reason }
    }
    return this.#drop(fence, verdict.reason)
  }

  released({ fence }: Released): void {
    this.#forget(fence)
  }

  resources(call: ResourcesCall): ResourcesAnswer {
    return this.#dialling.resources(call)
  }

  validate(call: ConnectionCall): ValidateAnswer {
    return this.#dialling.validate(call)
  }

  connect(call: ConnectCall): Promise<ConnectAnswer> {
    return this.#dialling.connect(call)
  }

  disconnect(call: DisconnectCall): DisconnectAnswer {
    return this.#dialling.disconnect(call)
  }

  status(call: DialCall): Promise<StatusAnswer> {
    return this.#dialling.status(call)
  }

  async #claim(
    adapter: Adapter,
    fence: number,
    candidates: readonly EthernetConnection[],
    faults: readonly string[],
  ): Promise<Answer> {
    if (!adapter.up) return no(['it is down', ...faults])
    const reasons: string[] = []
    let isUnrecorded = false
    const names = await this.#names.note(adapter)
    for (const connection of candidates) {
      const verdict = await this.#judge.judge(adapter, connection, names)
      if (verdict.is === 'produced') {
        this.#hold(adapter, connection, fence, verdict.until)
        return { result: 'SUCCESS', connection: connection.name, evidence: verdict.evidence }
      }
      isUnrecorded ||= verdict.is === 'unrecorded'
      reasons.push(`${connection.name}: ${verdict.reason}`)
    }
    const answer = no([...reasons, ...faults])
    const retryAfterMs = isUnrecorded ? this.#nextDelay(adapter) : undefined
    return retryAfterMs === undefined ? answer : { ...answer, result: 'PENDING', retryAfterMs }
  }

  /** How long to wait before the record is looked for again; `undefined` when that was often enough. */
  #nextDelay({ id }: Adapter): number | undefined {
    const seen = this.#unrecorded.get(id) ?? 0
    this.#unrecorded.delete(id)
    if (seen < recordDelays.length) this.#unrecorded.set(id, seen + 1)
    // An adapter that is gone is never asked about again.
    if (this.#unrecorded.size > unrecordedLimit) {
      this.#unrecorded.delete(this.#unrecorded.keys().next().value!)
    }
    return recordDelays[seen]
  }

  /** The name of another adapter that is held for the connection: of equal adapters, each is to have its own. */
  #holderElsewhere(connection: string, { id }: Adapter): string | undefined {
    for (const held of this.#held.values()) {
      if (held.connection === connection && held.adapter.id !== id) return held.adapter.name
    }
    return undefined
  }

  #hold(adapter: Adapter, connection: EthernetConnection, fence: number, until: number): void {
    this.#unrecorded.delete(adapter.id)
    this.#held.set(fence, { connection: connection.name, adapter, unrecorded: false })
    this.#names.hold(adapter.id)
    if (connection.addressing.method === 'static') return
    this.#watch.watch(fence, until, (why) => void this.#lookAgain(adapter, connection, fence, why))
  }

  async #lookAgain(adapter: Adapter, connection: EthernetConnection, fence: number, why: LookReason) {
    const verdict = await this.#judge.judge(adapter, connection, await this.#names.note(adapter))
    if (!this.#held.has(fence)) return
    if (verdict.is === 'produced') this.#hold(adapter, connection, fence, verdict.until)
    else if (why === 'recorded') this.#watch.shorten(fence, doubt)
    else this.#context.connections.report(connection.name, fence, 'lost', verdict.reason)
  }

  #drop(fence: number, reason: string): Answer {
    this.#forget(fence)
    return no([reason])
  }

  #forget(fence: number): void {
    this.#watch.stop(fence)
    const held = this.#held.get(fence)
    this.#held.delete(fence)
    const others = [...this.#held.values()]
    if (held && !others.some(({ adapter }) => adapter.id === held.adapter.id))
      this.#names.letGo(held.adapter.id)
  }

  /** The connections as they are configured now; the host gives another list when they change. */
  #current(): Connections {
    const configured = this.#context.connections.configured()
    if (configured === this.#configured) return this.#connections
    this.#configured = configured
    this.#connections = new Connections(configured)
    for (const { name, faults } of this.#connections.faulty) {
      for (const fault of faults) this.#context.log(`connection ${name}: ${fault}`)
    }
    return this.#connections
  }
}

function no(reasons: readonly string[]): { result: 'INVALID_CONNECTION'; reason: string } {
  return { result: 'INVALID_CONNECTION', reason: reasons.join('; ') }
}
