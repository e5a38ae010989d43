import type { Socket } from 'node:net'
import { AbstractMessageWriter, type Message, type MessageWriter } from 'vscode-jsonrpc'

/** Writes messages as one JSON document a line; what is written in one turn goes out together. */
export class LineWriter extends AbstractMessageWriter implements MessageWriter {
  readonly #socket: Socket
  #lines = ''

  constructor(socket: Socket) {
    super()
    this.#socket = socket
  }

  write(message: Message): Promise<void> {
    this.writeLine(JSON.stringify(message))
    return Promise.resolve()
  }

  /** @param line a message as JSON */
  writeLine(line: string): void {
    if (this.#lines === '') queueMicrotask(() => this.flush())
    this.#lines += `${line}\n`
  }

  end(): void {
    this.flush()
    this.#socket.end()
  }

  flush(): void {
    const lines = this.#lines
    this.#lines = ''
    if (lines !== '' && this.#socket.writable) this.#socket.write(lines)
  }
}
