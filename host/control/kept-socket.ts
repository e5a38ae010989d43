import { createServer, type Server } from 'node:net'
import { PathWatch } from '../lib/path-watch.js'
import { listenOnSocket, type SocketFile } from './socket-file.js'

/** It is looked at again after so many milliseconds where the kernel has no events of it, and when it cannot be put back. */
const fallbackMs = 10_000

/** Puts the socket file of a server back when it was removed. Connections that are open go on. */
export class KeptSocket {
  readonly #http: Server
  readonly #path: string
  readonly #restored: (error: Error | null) => void
  #file: SocketFile | undefined
  #listener: Server | undefined
  #watch: PathWatch | undefined
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
    const watch = new PathWatch(this.#path, () => this.#look())
    this.#watch = watch
    await watch.ready
    // A watch may turn blind later, such as when the file's folder is made again and no watches are left.
    this.#look()
  }

  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#timer)
    this.#watch?.close()
    await this.#restoring
    this.#file?.remove()
    this.#listener?.close()
  }

  #look(): void {
    if (this.#closed || this.#restoring) return
    clearTimeout(this.#timer)
    if (this.#file?.isInPlace()) {
      if (this.#watch!.isBlind) this.#lookLater()
      return
    }
    this.#restoring = this.#restore().finally(() => {
      this.#restoring = undefined
      if (this.#failing) this.#lookLater()
      // What happened meanwhile was not looked at.
      else this.#look()
    })
  }

  #lookLater(): void {
    if (!this.#closed) this.#timer = setTimeout(() => this.#look(), fallbackMs).unref()
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
      this.#restored(null)
    } catch (error) {
      if (!this.#failing) this.#restored(error as Error)
      this.#failing = true
    }
  }
}
