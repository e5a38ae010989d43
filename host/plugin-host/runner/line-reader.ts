import type { Socket } from 'node:net'
import { AbstractMessageReader, type DataCallback, type Disposable, type Message } from 'vscode-jsonrpc'
import { isNestedDeeper } from '../../core/documents/nesting.js'

export interface LineReaderOptions {
  /** The longest line, in bytes. A longer one is skipped up to its end, and not kept meanwhile. */
  limit: number
  /** How deep a document may be nested; a deeper one is an error. */
  depth?: number
  /** Called with the size of what was read, before anything is made of it; `false` ends the reading. */
  allowBytes?(count: number): boolean
  /** Whether a document is passed on. */
  admit?(document: object): boolean
}

const newline = 10

/** Reads messages as one JSON document a line. What is not one is an error, and the next line counts again. */
export class LineReader extends AbstractMessageReader {
  readonly #socket: Socket
  readonly #options: LineReaderOptions
  #partial: Buffer[] = []
  #partialBytes = 0
  #skipping = false

  constructor(socket: Socket, options: LineReaderOptions) {
    super()
    this.#socket = socket
    this.#options = options
  }

  listen(callback: DataCallback): Disposable {
    const read = (chunk: Buffer) => this.#read(chunk, callback)
    this.#socket.on('data', read)
    this.#socket.on('close', () => this.fireClose())
    // After an error the socket closes, and that is what counts.
    this.#socket.on('error', () => {})
    return { dispose: () => this.#socket.off('data', read) }
  }

  #read(chunk: Buffer, callback: DataCallback): void {
    if (this.#options.allowBytes?.(chunk.length) === false) return
    let from = 0
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, from)) {
      this.#keep(chunk.subarray(from, end))
      from = end + 1
      const line = this.#takeLine()
      // Once the reading has ended, the rest of the chunk is not looked at any more.
      if (line !== null && !this.#socket.destroyed) this.#document(line, callback)
    }
    this.#keep(chunk.subarray(from))
  }

  #keep(part: Buffer): void {
    if (part.length === 0 || this.#skipping) return
    if (this.#partialBytes + part.length > this.#options.limit) {
      this.#skipping = true
      this.#partial = []
      this.fireError(new Error(`a line of more than ${this.#options.limit} bytes`))
      return
    }
    this.#partial.push(part)
    this.#partialBytes += part.length
  }

  #takeLine(): string | null {
    const line = this.#skipping
      ? null
      : (this.#partial.length === 1 ? this.#partial[0]! : Buffer.concat(this.#partial)).toString('utf8')
    this.#partial = []
    this.#partialBytes = 0
    this.#skipping = false
    return line
  }

  #document(line: string, callback: DataCallback): void {
    const { depth } = this.#options
    try {
      if (depth !== undefined && isNestedDeeper(line, depth)) {
        throw new Error(`a line that is nested more than ${depth} deep`)
      }
      const document: unknown = JSON.parse(line)
      if (typeof document !== 'object' || document === null) throw new Error('a line that is not a message')
      if (this.#options.admit?.(document) !== false) callback(document as Message)
    } catch (error) {
      this.fireError(error)
    }
  }
}
