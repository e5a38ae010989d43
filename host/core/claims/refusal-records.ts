import type { EventDetails, EventType, Rationed, Refusal } from '@claimd/sdk'
import type { Moment } from '../kernel/turn.js'
import type { AdapterRecord } from './records.js'

/** So many refusals of one asker are recorded at once, and then one a second. */
const burst = 64
const perMillisecond = 1 / 1_000
/** Of a refusal of everything, so many connections are named. */
const named = 100
/** So many askers are remembered, those that asked last. */
const askers = 256

/** Types of events that somebody can make happen as often as they like. */
type RationedType = {
  [Type in EventType]: EventDetails[Type] extends Rationed ? Type : never
}[EventType]

/** What such an event holds beside what is counted here. */
type Unrationed<Details> = Details extends unknown ? Omit<Details, keyof Rationed> : never

/** What of an asker's refusals may still be recorded, and how many were not. */
interface Allowance {
  left: number
  at: number
  unrecorded: number
}

/** Where refusals are told. */
interface Told {
  readonly moment: Moment
  emit<Type extends EventType>(type: Type, record: AdapterRecord | null, details: EventDetails[Type]): unknown
}

/**
 * Whoever may ask may also be refused, as often as he likes, and must not push everything else out of the journal
 * by that: what is over his allowance is only counted, and told with the next refusal that is recorded.
 */
export class RefusalRecords {
  private readonly allowances = new Map<string, Allowance>()

  record(context: Told, record: AdapterRecord, who: string, what: string, refusal: Refusal): void {
    const { provider, connection, code } = refusal
    const details = { what, provider, connection, code, refusal: refusal.message }
    this.emit(context, 'refused', record, who, details)
  }

  /** Everything that was refused in one call, as one record. */
  recordAll(context: Told, who: string, refusals: readonly Refusal[]): void {
    const connections = refusals.slice(0, named).map(({ connection }) => connection)
    const count = refusals.length
    this.emit(context, 'refused', null, who, { what: 'disconnect-all', count, connections })
  }

  /** Anything else that one asker can make happen as often as he likes. */
  emit<Type extends RationedType>(
    context: Told,
    type: Type,
    record: AdapterRecord | null,
    who: string,
    details: Unrationed<EventDetails[Type]>,
  ): void {
    const { now } = context.moment
    const before = this.allowances.get(who) ?? { left: burst, at: now, unrecorded: 0 }
    const left = Math.min(burst, before.left + (now - before.at) * perMillisecond)
    const { unrecorded } = before
    const recorded = left >= 1
    this.remember(
      who,
      recorded ? { left: left - 1, at: now, unrecorded: 0 } : { left, at: now, unrecorded: unrecorded + 1 },
    )
    if (!recorded) return
    context.emit(type, record, { who, ...details, unrecorded } as unknown as EventDetails[Type])
  }

  private remember(who: string, allowance: Allowance): void {
    this.allowances.delete(who)
    this.allowances.set(who, allowance)
    if (this.allowances.size > askers) this.allowances.delete(this.allowances.keys().next().value!)
  }
}
