import { createServer, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { ClaimdError } from '@claimd/sdk'
import fastify, {
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type FastifySchemaCompiler,
  type FastifyServerOptions,
} from 'fastify'
import { Access } from './access.js'
import { ConnectionLimits, connectionLimit } from './connection-limits.js'
import { EventStreams } from './event-streams.js'
import { bodyLimit, type Failure, failureOf, headerLimit, isUnexpected, unparsable } from './failures.js'
import { KeptSocket } from './kept-socket.js'
import { addRoutes, type Services, validators } from './routes/index.js'
import type { Who } from './who.js'

export interface ControlOptions {
  /** The path of the UNIX socket. */
  socket: string
  /** The daemon's version, sent with every answer. */
  version: string
  /** Hears of errors that are the daemon's own fault; who asked only learns that there was one. */
  unexpected?: (error: unknown) => void
  /** Hears that a removed socket file is there again, or once why it cannot be. */
  restored?: (error: Error | null) => void
}

/** How long requests under way may take when the server closes. */
const graceMs = 500
/** A connection on which nothing moves for so long is closed; a stream of events says more often that it lives. */
const idleMs = 120_000

/** The `$id` names the validator: fastify passes on copies of some schemas. */
const validatorOf: FastifySchemaCompiler<{ $id: string }> = ({ schema: { $id } }) => {
  const validator = validators[$id]
  if (!validator)
    throw new Error(`no validator for the schema ${$id}: its topic is missing in routes/index.ts`)
  return validator
}

/** Stands for fastify's compilers of schemas, which are then not even loaded: the build has done their work. */
const schemaController = {
  compilersFactory: { buildValidator: () => validatorOf, buildSerializer: () => () => JSON.stringify },
} as object as NonNullable<FastifyServerOptions['schemaController']>

/** The control API: HTTP and server-sent events on a UNIX socket. */
export class ControlServer {
  readonly #options: ControlOptions
  readonly #access: Access
  readonly #limits = new ConnectionLimits()
  /** Connections with a request that is not answered yet. */
  readonly #busy = new WeakSet<Socket>()
  readonly #streams: EventStreams
  readonly #app: FastifyInstance
  readonly #http: Server
  readonly #socket: KeptSocket

  constructor(services: Services, options: ControlOptions, access = new Access()) {
    this.#options = options
    this.#access = access
    this.#streams = new EventStreams(services)
    this.#app = fastify({
      serverFactory: (handler) => this.#server(handler),
      bodyLimit,
      exposeHeadRoutes: false,
      return503OnClosing: false,
      routerOptions: { maxParamLength: headerLimit },
      clientErrorHandler: (error, socket) => this.#unparsable(error, socket),
      frameworkErrors: (error, request, reply) => this.#answer(error, request, reply),
      schemaController,
    })
    this.#http = this.#app.server
    this.#socket = new KeptSocket(this.#http, options.socket, (error) => options.restored?.(error))
    this.#app.decorateRequest('who', null as unknown as Who)
    this.#app.addHook('onRequest', async (request) => {
      request.who = await this.#access.admit(request.raw)
    })
    this.#app.setErrorHandler((error, request, reply) => this.#answer(error, request, reply))
    addRoutes(this.#app, services, this.#access, this.#streams)
  }

  /** @throws {ClaimdError} as {@link listenOnSocket} does. */
  async listen(): Promise<void> {
    await this.#app.ready()
    await this.#socket.listen()
  }

  /** Ends streams at once and requests under way within half a second; removes the socket if it is still ours. */
  async close(): Promise<void> {
    await this.#socket.close()
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
        if (!this.#begins(request.socket, response)) return
        response.setHeader('claimd-version', this.#options.version)
        handler(request, response)
      },
    )
    server.maxConnections = connectionLimit
    server.timeout = idleMs
    server.on('connection', (socket) => this.#limit(socket))
    // Node would answer an unknown Expect header itself, in a shape of its own.
    server.on('checkExpectation', (request, response) => server.emit('request', request, response))
    return server
  }

  /**
   * One request at a time on a connection. Whoever sends many at once and reads no answer would have all the
   * answers wait in the daemon's memory.
   */
  #begins(socket: Socket, response: ServerResponse): boolean {
    if (this.#busy.has(socket)) {
      socket.destroy()
      return false
    }
    this.#busy.add(socket)
    response.once('close', () => this.#busy.delete(socket))
    return true
  }

  async #limit(socket: Socket): Promise<void> {
    try {
      this.#limits.admit(socket, await this.#access.peer(socket))
    } catch (error) {
      // Who cannot be known is refused, with the reason, as soon as he asks for something.
      if (error instanceof ClaimdError) this.#hangUp(failureOf(error), socket)
    }
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
    this.#hangUp(failureOf(unparsable(error)), socket)
  }

  #hangUp({ status, document }: Failure, socket: Duplex): void {
    const body = JSON.stringify(document)
    socket.end(
      `HTTP/1.1 ${status} Error\r\nclaimd-version: ${this.#options.version}\r\nconnection: close\r\n` +
        `content-type: application/json; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
      // The peer may leave its own half open for ever.
      () => socket.destroy(),
    )
  }
}
