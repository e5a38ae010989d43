import type { LogLine } from '../control/index.js'

/** Those who look on while plugins log. What is logged is in files; here it is only passed on. */
export class LogLineListeners {
  readonly #listeners = new Set<(line: LogLine) => void>()

  /** @returns what ends it */
  on(listener: (line: LogLine) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  tell(line: LogLine): void {
    for (const listener of this.#listeners) listener(line)
  }
}
