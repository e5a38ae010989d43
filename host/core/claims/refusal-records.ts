import type { Refusal } from '@claimd/sdk'
import type { Context } from './context.js'
import type { AdapterRecord } from './records.js'

/** So many refusals of one asker are recorded at once, and then one a second. */
const burst = 64
const perMillisecond = 1 / 1_000
/** Of a refusal of everything, so many connections are named. */
const named = 100
/** So many askers are remembered, those that asked last. */
const askers = 256

/** What of an asker's refusals may still be recorded, and how many were not. */
interface Allowance {
  left: number
  at: number
  unrecorded: number
}

/**
 * Whoever may ask may also be refused, as often as he likes, and must not push everything else out of the journal
 * by that: what is over his allowance is only counted, and told with the next refusal that is recorded.
 */
export class RefusalRecords {
  private readonly allowances = new Map<string, Allowance>()

  record(context: Context, record: AdapterRecord, who: string, what: string, refusal: Refusal): void {
    const { provider, connection, code } = refusal
    const message = `${who} was refused: ${refusal.message}`
    this.emit(context, 'refused', record, who, message, { what, provider, connection, code })
  }

  /** Everything that was refused in one call, as one record. */
  recordAll(context: Context, who: string, refusals: readonly Refusal[]): void {
    const connections = refusals.slice(0, named).map(({ connection }) => connection)
    const count = refusals.length
    const message = `${who} was refused: ${count} claimed connection${count === 1 ? '' : 's'} may not be disconnected`
    this.emit(context, 'refused', null, who, message, { what: 'disconnect-all', count, connections })
  }

  /** Anything else that one asker can make happen as often as he likes. */
  emit(
    context: Context,
    type: string,
    record: AdapterRecord | null,
    who: string,
    message: string,
    detail: object,
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
    const more = unrecorded === 0 ? '' : ` (and ${unrecorded} times before that, not recorded one by one)`
    context.emit(type, record, message + more, { who, ...detail, unrecorded })
  }

  private remember(who: string, allowance: Allowance): void {
    this.allowances.delete(who)
    this.allowances.set(who, allowance)
    if (this.allowances.size > askers) this.allowances.delete(this.allowances.keys().next().value!)
  }
}
