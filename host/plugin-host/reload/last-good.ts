import type { Records } from '../../core/engine/store-port.js'

const kind = 'plugin-good'

/** Remembers which build of a plugin last passed its probation, also when the host is started again. */
export class LastGood {
  readonly #records: Records

  constructor(records: Records) {
    this.#records = records
  }

  buildOf(plugin: string): string | null {
    return this.#records.all<{ build: string }>(kind).find(({ key }) => key === plugin)?.value.build ?? null
  }

  set(plugin: string, build: string): void {
    if (this.buildOf(plugin) !== build) this.#records.put(kind, plugin, { build })
  }
}
