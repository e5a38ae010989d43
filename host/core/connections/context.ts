import type { Adapter, ConnectionRequest, DisconnectAllDocument, EventDetails, EventType } from '@claimd/sdk'
import type { Claims } from '../claims/claims.js'
import type { Context as ClaimsContext, Settings } from '../claims/context.js'
import type { ClaimsFact } from '../claims/facts.js'
import type { ProviderInfo } from '../claims/provider-info.js'
import type { AdapterRecord } from '../claims/records.js'
import type { Moment, Turn } from '../kernel/turn.js'
import { Lanes } from './lanes.js'
import type { Attempt, ConnectionRecord, OpenRequest } from './records.js'
import type { ConnectionSettings } from './settings.js'

/** So many completed requests can still be looked at. */
const completedLimit = 1_000

/** A request to disconnect everything. */
export interface DisconnectGroup {
  request: number
  /** Of which it is still waited. */
  left: Set<number>
  document: DisconnectAllDocument
}

/** The state that the parts of the connections machine share, and the way out for what they decide. */
export class ConnectionsContext {
  readonly records = new Map<string, ConnectionRecord>()
  readonly requests = new Map<number, OpenRequest>()
  /** The newest ones last. */
  readonly completed = new Map<number, ConnectionRequest>()
  /** What was configured through the API, also where the file has another one of that name. */
  readonly stored = new Map<string, ConnectionSettings>()
  /** The numbers of completed requests, by caller and key. */
  readonly keys = new Map<string, number>()
  /** Requests to disconnect everything, by the kernel's number. */
  readonly groups = new Map<number, DisconnectGroup>()
  /** The kernel's numbers of requests for what only a provider knows, by the questions that it is asked. */
  readonly typeSpecific = new Map<number, number>()
  readonly lanes = new Lanes()
  /** Of acts whose results are not waited for any more, by fence: they occupy their lanes until they end. */
  readonly lateActs = new Map<number, { record: ConnectionRecord; attempt: Attempt }>()
  /** Connections that this event is about, or may be: what is to be done for each is decided at its end. */
  readonly touched = new Set<ConnectionRecord>()
  turn!: Turn<ClaimsFact>
  /** Why decisions cannot be stored; `null` when they can. Nothing is connected or disconnected meanwhile. */
  degraded: string | null = null

  /** The request to wind down; `null` until claimd is being stopped. */
  stopping: number | null = null
  /** Being stopped, and nothing is under way any more. */
  isQuiet = false

  /** @param fileSettings the configuration as the file has it */
  constructor(
    readonly claims: Claims,
    public fileSettings: Settings,
  ) {}

  get moment(): Moment {
    return this.turn.moment
  }

  /** What the claims machine knows. Only `within` changes it. */
  get adapters(): ClaimsContext {
    return this.claims.context
  }

  /** The adapter that is held for a connection, however. */
  held(connection: string): AdapterRecord | undefined {
    return this.adapters.byConnection.get(connection)
  }

  /** The adapter that is held for a connection that somebody else brought up. */
  claimed(connection: string): AdapterRecord | undefined {
    const record = this.held(connection)
    return record?.holding?.origin === 'out-of-band' ? record : undefined
  }

  /** The adapter of an attempt as it is by now; `null` when it is gone, or there never was one. */
  adapterNow({ adapter }: Attempt): Adapter | null {
    return adapter && (this.adapters.adapters.get(adapter.id)?.adapter ?? null)
  }

  provider(id: string | null): ProviderInfo | undefined {
    return id === null ? undefined : this.adapters.roster.get(id)
  }

  withFence(fence: number): ConnectionRecord | undefined {
    for (const record of this.records.values()) if (record.attempt?.fence === fence) return record
    return undefined
  }

  touch(record: ConnectionRecord): void {
    this.touched.add(record)
  }

  /** Why an attempt waits, in words. */
  waitsFor(attempt: Attempt): string {
    const other = this.lanes.inTheWayOf(attempt)
    return other === null
      ? attempt.waitsFor
      : `${attempt.provider} is busy with connection ${other.reference.name}`
  }

  /** Of what was touched, and then of what waits for a lane that has room; `null` when there is nothing left to decide. */
  nextToDecide(): ConnectionRecord | null {
    for (const record of this.touched) {
      this.touched.delete(record)
      return record
    }
    for (let next = this.lanes.next(); next; next = this.lanes.next()) {
      const record = this.records.get(next.reference.name)
      if (record?.attempt === next) return record
    }
    return null
  }

  touchAll(): void {
    for (const record of this.records.values()) this.touched.add(record)
  }

  /** A decision that only holds once it is stored. @param undo restores what was before, rows included; `false`: it is over already */
  decide(undo: () => boolean, act: () => void): void {
    const undoIn = (turn: Turn) => {
      this.turn = turn as Turn<ClaimsFact>
      return undo()
    }
    this.turn.decide(undoIn, act)
  }

  emit<Type extends EventType>(
    type: Type,
    record: Pick<ConnectionRecord, 'name'>,
    details: EventDetails[Type],
  ): void {
    const adapter = this.held(record.name)
    const subject = { adapter: adapter?.id ?? null, name: adapter?.adapter.name ?? null }
    this.turn.emit(type, subject, details)
  }

  /** @param key by which it is found again when it is asked for once more: caller and key */
  remember(request: ConnectionRequest, key: string | null = null): void {
    this.completed.set(request.id, request)
    if (key !== null) this.keys.set(key, request.id)
    if (this.completed.size <= completedLimit) return
    const oldest = this.completed.keys().next().value!
    this.completed.delete(oldest)
    this.forgetKey(oldest)
  }

  /** It is not completed after all: that could not be stored. */
  forget(id: number): void {
    this.completed.delete(id)
    this.forgetKey(id)
  }

  private forgetKey(id: number): void {
    for (const [key, known] of this.keys) if (known === id) this.keys.delete(key)
  }
}
