/** A call that has been received. Its signal is made when a provider asks for it: most never do. */
export class RunningCall {
  #controller: AbortController | null = null
  aborted = false

  get signal(): AbortSignal {
    this.#controller ??= new AbortController()
    if (this.aborted) this.#controller.abort()
    return this.#controller.signal
  }

  abort(): void {
    this.aborted = true
    this.#controller?.abort()
  }
}
