/** So many refusals of a plugin are shown, the last ones. */
const refusalsShown = 20

export interface ShownRefusal {
  /** RFC 3339. */
  at: string
  message: string
}

/** The last refusals of each plugin, for those who look at it; the journal has them all. */
export class RecentRefusals {
  readonly #byPlugin = new Map<string, ShownRefusal[]>()

  add(plugin: string, refusal: ShownRefusal): void {
    const before = this.#byPlugin.get(plugin) ?? []
    this.#byPlugin.set(plugin, [...before, refusal].slice(-refusalsShown))
  }

  of(plugin: string): ShownRefusal[] {
    return this.#byPlugin.get(plugin) ?? []
  }
}
