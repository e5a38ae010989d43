import { type FSWatcher, watch } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { dirname } from 'node:path'
import { listenOnSocket, type SocketFile } from './socket-file.js'

/** Where the folder cannot be watched, a missing socket is noticed after so many milliseconds at most. */
const fallbackMs = 10_000

/** Puts the socket file of a server back when it was removed. Connections that are open go on. */
export class KeptSocket {
  readonly #http: Server
  readonly #path: string
  readonly #restored: (error: Error | null) => void
  #file: SocketFile | undefined
  #listener: Server | undefined
  #watcher: FSWatcher | undefined
  #timer: NodeJS.Timeout | undefined
  #restoring: Promise<void> | undefined
  #failing = false
  #closed = false

  /** @param restored hears that the file is there again, or once why it cannot be */
  constructor(http: Server, path: string, restored: (error: Error | null) => void) {
    this.#http = http
    this.#path = path
    this.#restored = restored
  }

  async listen(): Promise<void> {
    this.#file = await listenOnSocket(this.#http, this.#path)
    this.#watch()
    this.#timer = setInterval(() => this.#look(), fallbackMs).unref()
  }

  async close(): Promise<void> {
    this.#closed = true
    clearInterval(this.#timer)
    this.#watcher?.close()
    await this.#restoring
    this.#file?.remove()
    this.#listener?.close()
  }

  #watch(): void {
    this.#watcher?.close()
    this.#watcher = undefined
    try {
      this.#watcher = watch(dirname(this.#path), { persistent: false }, () => this.#look())
      this.#watcher.on('error', () => {})
    } catch {
      // The folder is gone: the timer looks again.
    }
  }

  #look(): void {
    if (this.#closed || this.#restoring || this.#file?.isInPlace()) return
    this.#restoring = this.#restore().finally(() => {
      this.#restoring = undefined
    })
  }

  /** The file of a listening socket cannot be linked again once it is gone: a second socket feeds the same server. */
  async #restore(): Promise<void> {
    const listener = createServer((socket) => this.#http.emit('connection', socket))
    listener.maxConnections = this.#http.maxConnections
    try {
      this.#file = await listenOnSocket(listener, this.#path)
      this.#listener?.close()
      this.#listener = listener
      this.#failing = false
      this.#watch()
      this.#restored(null)
    } catch (error) {
      if (!this.#failing) this.#restored(error as Error)
      this.#failing = true
    }
  }
}
