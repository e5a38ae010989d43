import { StringDecoder } from 'node:string_decoder'

/** The beginning of what a program writes, as UTF-8. What is over the limit is not kept. */
export class KeptOutput {
  readonly #limit: number
  readonly #chunks: Buffer[] = []
  #bytes = 0
  truncated = false

  /** @param limit in bytes */
  constructor(limit: number) {
    this.#limit = limit
  }

  take(chunk: Buffer): void {
    const kept = chunk.subarray(0, this.#limit - this.#bytes)
    if (kept.length < chunk.length) this.truncated = true
    if (kept.length === 0) return
    this.#bytes += kept.length
    this.#chunks.push(kept)
  }

  get text(): string {
    const decoder = new StringDecoder('utf8')
    const text = decoder.write(Buffer.concat(this.#chunks))
    // A character that the limit has cut is left out; one that the program cut is shown as such.
    return this.truncated ? text : text + decoder.end()
  }
}
