import type { Row } from '../../../host/core/kernel/rows.js'
import type { Records } from '../../../host/core/kernel/store-port.js'

/** Records that last as long as the test; as JSON, as the store keeps them. */
export class MemoryRecords implements Records {
  readonly #rows = new Map<string, string>()
  /** Set: nothing can be written, with this reason. */
  failure: Error | null = null

  all<Value>(kind: string): { key: string; value: Value }[] {
    return [...this.#rows.values()]
      .map((row) => JSON.parse(row) as Row)
      .filter((record) => record.kind === kind)
      .map(({ key, value }) => ({ key, value: value as Value }))
  }

  put(kind: string, key: string, value: unknown): void {
    if (this.failure) throw this.failure
    const id = JSON.stringify([kind, key])
    this.#rows.delete(id)
    this.#rows.set(id, JSON.stringify({ kind, key, value }))
  }

  drop(kind: string, key: string): void {
    if (this.failure) throw this.failure
    this.#rows.delete(JSON.stringify([kind, key]))
  }
}
