import { ClaimdError } from '@claimd/sdk'
import type { StoredEvent } from './journal-event.js'
import type { Row } from './rows.js'
import type { Batch, Store, StoredState, StoreFault } from './store-port.js'

/** The store of a replay: in memory, and failing where the recorded one did. */
export class ReplayStore implements Store {
  /** Why the next commit fails; `null` when it does not. */
  fault: StoreFault | null = null
  /** Is called when it fails. */
  onFault: () => void = () => {}
  private readonly kept = new Map<string, Row>()
  private readonly told: StoredEvent[] = []

  constructor(private readonly stored: StoredState) {
    for (const row of stored.rows) this.kept.set(`${row.kind} ${row.key}`, row)
  }

  /** The rows as they are now, in their order. */
  get rows(): Row[] {
    return [...this.kept.values()]
  }

  load(): StoredState {
    return { ...this.stored, rows: this.rows }
  }

  commit({ events, rows }: Batch): void {
    this.assertInPlace()
    this.told.push(...events)
    for (const { kind, key, value, last } of rows) {
      const id = `${kind} ${key}`
      if (last || value === undefined) this.kept.delete(id)
      if (value !== undefined) this.kept.set(id, { kind, key, value })
    }
  }

  assertInPlace(): void {
    if (this.fault === null) return
    this.onFault()
    const { because, remedy } = this.fault
    throw new ClaimdError({
      result: 'UNEXPECTED',
      code: 'STORE_DEGRADED',
      message: because,
      found: null,
      expected: null,
      remedy,
    })
  }

  oldestRevision(): number {
    return this.told[0]?.revision ?? 0
  }

  events(revision: number, limit: number): StoredEvent[] {
    return this.told.filter((event) => event.revision > revision).slice(0, limit)
  }

  rounds(): [] {
    return []
  }

  close(): void {}
}
