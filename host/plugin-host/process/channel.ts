import type { Socket } from 'node:net'
import {
  type CallResult,
  type LogParams,
  type ProgressParams,
  pluginMethods,
  type ReportParams,
} from '@claimd/sdk/wire'
import { createMessageConnection, type MessageConnection } from 'vscode-jsonrpc/node'
import type { FieldFault } from '../../core/documents/field-fault.js'
import { FloodGuard } from '../flood-guard.js'
import { LineReader } from '../runner/line-reader.js'
import { LineWriter } from '../runner/line-writer.js'
import { thrownText } from '../runner/thrown-text.js'
import { depthLimit, lineLimit } from '../runner/wire-limits.js'
import { cut, messageFault, requestFault } from './wire-checks.js'

/** Results go out while less than this waits to be read by the plugin, in bytes. */
const drainMark = 256 * 1024

/** What may wait in the host because a plugin does not read its channel, in bytes. */
const unreadLimit = 8 * 1024 * 1024

/** What comes from a plugin, checked. */
export interface ChannelEvents {
  results(results: readonly CallResult[]): void
  report(report: ReportParams): void
  progress(progress: ProgressParams): void
  log(log: LogParams): void
  /** The plugin asks for something; `fault` says what is wrong with how it asks. */
  request(request: PluginRequest, fault: FieldFault | null): void
  /** Something came that is no proper message. It was ignored. */
  bad(what: string): void
  /** The plugin sends more than it may, or does not read. The channel is closed. */
  flooding(what: string): void
  /** What it sent could not be handled: an exception, as text. The channel is closed. */
  failed(what: string): void
  closed(): void
}

/** A request of a plugin. Its id is the plugin's own. */
export interface PluginRequest {
  id: number
  method: string
  params: unknown
}

/**
 * The host's end of a plugin's channel. Everything from the plugin is counted and checked before the
 * library sees it: the library queues without limit, and trusts the shape of some messages.
 */
export class Channel {
  readonly #socket: Socket
  readonly #events: ChannelEvents
  readonly #guard = new FloodGuard()
  readonly #writer: LineWriter
  readonly #connection: MessageConnection
  #closed = false
  #draining: Promise<void> | null = null

  constructor(socket: Socket, events: ChannelEvents) {
    this.#socket = socket
    this.#events = events
    const reader = new LineReader(socket, {
      limit: lineLimit,
      depth: depthLimit,
      allowBytes: (count) => this.#guard.bytes(count) || this.#flooding('it sent too many bytes'),
      admit: (document) => this.#admitOrFail(document),
    })
    reader.onError((error) => {
      if (this.#guard.message()) events.bad(error.message)
      else this.#flooding('it sent too much that is no message')
    })
    this.#writer = new LineWriter(socket)
    const logger = { error: events.bad, warn: events.bad, info: events.bad, log: events.bad }
    this.#connection = createMessageConnection(reader, this.#writer, logger)
    this.#connection.onClose(() => {
      this.#closed = true
      events.closed()
    })
    this.#connection.listen()
  }

  /** Allows for the answers of so many calls. */
  expect(answers: number): void {
    this.#guard.expect(answers)
  }

  /** Resolves with the response. Rejects when that is an error; stays open when the channel closes. */
  request(method: string, params: object): Promise<unknown> {
    this.#guard.expect(1)
    this.#checkUnread()
    if (this.#closed) return new Promise(() => {})
    return this.#connection.sendRequest(method, params)
  }

  notify(method: string, params: object): void {
    this.#checkUnread()
    if (!this.#closed) void this.#connection.sendNotification(method, params)
  }

  /** Sends a message that is JSON already. */
  send(line: string): void {
    this.#checkUnread()
    if (!this.#closed) this.#writer.writeLine(line)
  }

  /** Resolves when the plugin has read what was sent but for a little, or can read no more. */
  drained(): Promise<void> {
    if (this.#closed || this.#socket.writableLength < drainMark) return Promise.resolve()
    this.#draining ??= new Promise<void>((resolve) => {
      const done = () => {
        this.#socket.off('drain', done).off('close', done)
        this.#draining = null
        resolve()
      }
      this.#socket.on('drain', done).on('close', done)
    })
    return this.#draining
  }

  /** Sends what was written, and does not wait for the end of this turn. */
  flush(): void {
    this.#writer.flush()
  }

  /** Closes the host's end, upon which a plugin whose loop turns ends by itself. */
  end(): void {
    this.#socket.end()
  }

  destroy(): void {
    this.#closed = true
    this.#socket.destroy()
    this.#connection.dispose()
  }

  /** An exception must not be lost between two messages: what the plugin was asked would stay open for ever. */
  #admitOrFail(document: object): boolean {
    try {
      return this.#admit(document)
    } catch (error) {
      this.#socket.destroy()
      this.#events.failed(thrownText(error))
      return false
    }
  }

  /** Whether the library is to see it: responses to its requests. */
  #admit(document: object): boolean {
    if (!this.#guard.message()) return this.#flooding('it sent too many messages')
    const fault = messageFault(document)
    if (fault !== null) {
      this.#events.bad(fault)
      return false
    }
    const { method, params } = document as { method?: string; params?: unknown }
    if (method === undefined) return true
    if (Object.hasOwn(document, 'id')) {
      this.#events.request(document as PluginRequest, requestFault(document))
      return false
    }
    // Taken at once and in their order: the library takes one message in a turn of the loop.
    this.#notified(method, params as object)
    return false
  }

  /** @param params fit the method's schema */
  #notified(method: string, params: object): void {
    switch (method) {
      case pluginMethods.results:
        this.#events.results((params as { results: CallResult[] }).results)
        break
      case pluginMethods.report: {
        const report = params as ReportParams
        this.#events.report({ ...report, reason: cut(report.reason) })
        break
      }
      case pluginMethods.progress:
        if (this.#guard.progress()) this.#events.progress(params as ProgressParams)
        else this.#events.bad('the progress of a connect, more often than is told')
        break
      default:
        this.#events.log(params as LogParams)
    }
  }

  #checkUnread(): void {
    if (this.#socket.writableLength > unreadLimit) this.#flooding('it does not read its channel')
  }

  #flooding(what: string): false {
    if (!this.#socket.destroyed) {
      this.#socket.destroy()
      this.#events.flooding(what)
    }
    return false
  }
}
