import { createServer, type Server } from 'node:http'
import type { Duplex } from 'node:stream'
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { ownSchemas } from '../core/documents/own-schemas.js'
import type { Service, Who } from '../core/engine/service.js'
import { Access } from './access.js'
import { EventStreams } from './event-streams.js'
import { bodyLimit, failureOf, headerLimit, isUnexpected, unparsable } from './failures.js'
import { addRoutes } from './routes.js'
import { listenOnSocket, type SocketFile } from './socket-file.js'

export interface ControlOptions {
  /** The path of the UNIX socket. */
  socket: string
  /** The daemon's version, sent with every answer. */
  version: string
  /** Hears of errors that are the daemon's own fault; who asked only learns that there was one. */
  unexpected?: (error: unknown) => void
}

/** How long requests under way may take when the server closes. */
const graceMs = 500
/** More connections than these are closed at once, so that the daemon keeps descriptors for its own work. */
const connectionLimit = 512

/** The control API: HTTP and server-sent events on a UNIX socket. */
export class ControlServer {
  readonly #options: ControlOptions
  readonly #streams: EventStreams
  readonly #app: FastifyInstance
  readonly #http: Server
  #file: SocketFile | undefined

  constructor(service: Service, options: ControlOptions) {
    this.#options = options
    this.#streams = new EventStreams(service)
    this.#app = fastify({
      serverFactory: (handler) => this.#server(handler),
      bodyLimit,
      exposeHeadRoutes: false,
      return503OnClosing: false,
      routerOptions: { maxParamLength: headerLimit },
      clientErrorHandler: (error, socket) => this.#unparsable(error, socket),
      frameworkErrors: (error, request, reply) => this.#answer(error, request, reply),
      // Nothing that was sent is changed to fit; `verbose` tells what was expected.
      ajv: { customOptions: { ...ownSchemas, coerceTypes: false, removeAdditional: false, verbose: true } },
    })
    this.#http = this.#app.server
    const access = new Access()
    this.#app.decorateRequest('who', null as unknown as Who)
    this.#app.addHook('onRequest', async (request) => {
      request.who = await access.admit(request.raw)
    })
    this.#app.setErrorHandler((error, request, reply) => this.#answer(error, request, reply))
    addRoutes(this.#app, service, access, this.#streams)
  }

  /** @throws {ClaimdError} as {@link listenOnSocket} does. */
  async listen(): Promise<void> {
    await this.#app.ready()
    this.#file = await listenOnSocket(this.#http, this.#options.socket)
  }

  /** Ends streams at once and requests under way within half a second; removes the socket if it is still ours. */
  async close(): Promise<void> {
    this.#file?.remove()
    this.#file = undefined
    this.#streams.end()
    if (this.#http.listening) {
      const closed = new Promise((resolve) => this.#http.close(resolve))
      const impatience = setTimeout(() => this.#http.closeAllConnections(), graceMs)
      await closed
      clearTimeout(impatience)
    }
    await this.#app.close()
  }

  #server(handler: Parameters<typeof createServer>[1] & object): Server {
    const server = createServer(
      {
        maxHeaderSize: headerLimit,
        // On a UNIX socket no host can be meant but this one.
        requireHostHeader: false,
        headersTimeout: 10_000,
        requestTimeout: 30_000,
        connectionsCheckingInterval: 5_000,
      },
      (request, response) => {
        response.setHeader('claimd-version', this.#options.version)
        handler(request, response)
      },
    )
    server.maxConnections = connectionLimit
    // Node would answer an unknown Expect header itself, in a shape of its own.
    server.on('checkExpectation', (request, response) => server.emit('request', request, response))
    return server
  }

  #answer(error: unknown, _request: FastifyRequest, reply: FastifyReply): void {
    if (isUnexpected(error)) this.#options.unexpected?.(error)
    const { status, document } = failureOf(error)
    reply.code(status).send(document)
  }

  /** Answers what never became a request, and hangs up. */
  #unparsable(error: Error, socket: Duplex): void {
    if (!socket.writable) {
      socket.destroy()
      return
    }
    const { status, document } = failureOf(unparsable(error))
    const body = JSON.stringify(document)
    socket.end(
      `HTTP/1.1 ${status} Error\r\nclaimd-version: ${this.#options.version}\r\nconnection: close\r\n` +
        `content-type: application/json; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    )
  }
}
