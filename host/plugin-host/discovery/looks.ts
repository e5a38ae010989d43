/**
 * Looks again and again at something that is hinted at, one look at a time: what is hinted at during a look leads
 * to another one, however many hints there were.
 */
export class Looks {
  readonly #look: () => Promise<void>
  #timer: NodeJS.Timeout | null = null
  #dueAt = 0
  #looking = false
  #again: number | null = null
  #closed = false

  constructor(look: () => Promise<void>) {
    this.#look = look
  }

  /** Looks within so many milliseconds. */
  within(ms: number): void {
    if (this.#closed) return
    if (this.#looking) {
      this.#again = Math.min(this.#again ?? ms, ms)
      return
    }
    const dueAt = performance.now() + ms
    if (this.#timer !== null && this.#dueAt <= dueAt) return
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#dueAt = dueAt
    this.#timer = setTimeout(() => void this.#now(), ms)
  }

  close(): void {
    this.#closed = true
    if (this.#timer) clearTimeout(this.#timer)
  }

  async #now(): Promise<void> {
    this.#timer = null
    this.#looking = true
    await this.#look()
    this.#looking = false
    const again = this.#again
    this.#again = null
    if (again !== null) this.within(again)
  }
}
