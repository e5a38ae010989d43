/** Timers that are known by name, each of which is set once at most. */
export class NamedTimers<Name> {
  readonly #due: (name: Name) => void
  readonly #running = new Map<Name, NodeJS.Timeout>()

  constructor(due: (name: Name) => void) {
    this.#due = due
  }

  /** @param ms `null`: it is not due any more */
  set(name: Name, ms: number | null): void {
    clearTimeout(this.#running.get(name))
    this.#running.delete(name)
    if (ms === null) return
    const due = () => {
      this.#running.delete(name)
      this.#due(name)
    }
    this.#running.set(name, setTimeout(due, ms))
  }

  clear(): void {
    for (const timer of this.#running.values()) clearTimeout(timer)
  }
}
