import { statSync } from 'node:fs'
import { type IncomingMessage, request } from 'node:http'
import type { ErrorDocument } from '../api/errors.js'
import { ClaimdError } from '../errors.js'
import { isResultCode } from '../result-codes.js'
import { clientError } from './errors.js'
import { checkSocketOwner, checkSocketPath, systemSocket } from './socket-path.js'

export interface Call {
  method: 'GET' | 'POST'
  path: string
  accept: 'application/json' | 'text/event-stream'
  body?: unknown
  signal: AbortSignal
}

/**
 * Sends a call and resolves with the response's beginning, once it is known to be claimd's and no error.
 * @throws {ClaimdError} the daemon's error as sent, or one of the client's own.
 */
export async function send(socket: string, call: Call): Promise<IncomingMessage> {
  checkSocketPath(socket)
  checkSocketOwner(socket, process.env, process.geteuid!())
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const body = call.body === undefined ? '' : JSON.stringify(call.body)
    const outgoing = request({
      socketPath: socket,
      method: call.method,
      path: call.path,
      signal: call.signal,
      // A kept connection can be closed by the daemon at the moment of its reuse; a new one costs little.
      agent: false,
      headers: {
        accept: call.accept,
        ...(body && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
      },
    })
    outgoing.once('response', resolve)
    outgoing.on('error', (error) => reject(transportError(socket, error)))
    outgoing.end(body)
  })
  if (response.headers['claimd-version'] === undefined) {
    response.destroy()
    throw foreign(socket, `an answer without the header claimd-version (HTTP ${response.statusCode})`)
  }
  // What has only begun is answered with 202.
  if (response.statusCode !== 200 && response.statusCode !== 202) throw await refusal(socket, response)
  return response
}

/** Reads the one JSON document that a response holds. */
export async function readDocument<Document>(socket: string, response: IncomingMessage): Promise<Document> {
  let text = ''
  try {
    response.setEncoding('utf8')
    for await (const chunk of response) text += chunk
  } catch (error) {
    throw transportError(socket, error as Error)
  }
  try {
    const document = JSON.parse(text)
    if (typeof document === 'object' && document !== null) return document
  } catch {
    // Said below, together with JSON that is no document.
  }
  throw malformed(response, text)
}

/** Turns what Node says about a failed call into what a person can act on. */
export function transportError(socket: string, error: NodeJS.ErrnoException): ClaimdError {
  const code = error.code ?? error.name
  if (code === 'EACCES' || code === 'EPERM') {
    return clientError(
      'NOT_PERMITTED',
      {
        message: `You may not use the daemon's socket ${socket}`,
        found: code,
        remedy: "Ask as the user that the daemon runs as, as root, or as a member of the socket's group.",
      },
      { cause: error },
    )
  }
  if (code.startsWith('HPE_')) return foreign(socket, 'something that is not HTTP', error)
  const instead = code === 'ECONNREFUSED' ? otherThanSocket(socket) : null
  if (instead !== null) {
    return clientError(
      'DAEMON_UNREACHABLE',
      {
        message: `No claimd daemon listens on ${socket}`,
        found: `${instead} at that path`,
        expected: 'the socket of a daemon',
        remedy:
          'Name the socket with --socket or CLAIMD_SOCKET. If it belongs there, move away what is in its place',
      },
      { cause: error },
    )
  }
  const absent = code === 'ENOENT' || code === 'ECONNREFUSED' || code === 'ENOTDIR'
  return clientError(
    'DAEMON_UNREACHABLE',
    {
      message: absent
        ? `No claimd daemon listens on ${socket}`
        : `The claimd daemon on ${socket} went away before it had answered`,
      found: code,
      expected: 'a running daemon',
      remedy: socket === systemSocket ? startSystem() : elsewhere,
    },
    { cause: error },
  )
}

/** What is there in the place of a socket; `null` for a socket, and where that cannot be told. */
function otherThanSocket(path: string): string | null {
  try {
    const stats = statSync(path)
    if (stats.isSocket()) return null
    return stats.isDirectory() ? 'a folder' : 'a file'
  } catch {
    return null
  }
}

const startSystem = () =>
  `Start it${process.geteuid!() === 0 ? '' : ' as root'} with: claimd run. If it listens elsewhere, name its socket with --socket or CLAIMD_SOCKET.`

const elsewhere = `Start it with: claimd run. If it listens elsewhere, name its socket with --socket or CLAIMD_SOCKET (that of the system's daemon is ${systemSocket}).`

async function refusal(socket: string, response: IncomingMessage): Promise<ClaimdError> {
  const document = await readDocument<ErrorDocument>(socket, response)
  return isErrorDocument(document) ? new ClaimdError(document) : malformed(response, JSON.stringify(document))
}

export function isErrorDocument(document: unknown): document is ErrorDocument {
  const { result, code, message } = (document ?? {}) as Partial<ErrorDocument>
  return isResultCode(result) && typeof code === 'string' && typeof message === 'string'
}

function foreign(socket: string, found: string, cause?: Error): ClaimdError {
  return clientError(
    'VERSION_MISMATCH',
    {
      message: `What listens on ${socket} does not speak claimd's control API`,
      found,
      expected: 'HTTP with claimd-version in every answer, below /v1/',
      remedy: 'Name the socket of a claimd daemon with --socket or CLAIMD_SOCKET.',
    },
    { cause },
  )
}

function malformed(response: IncomingMessage, text: string): ClaimdError {
  return clientError('ANSWER_MALFORMED', {
    message: `The daemon (claimd ${response.headers['claimd-version']}) gave an answer that cannot be read`,
    found: `HTTP ${response.statusCode}, ${text.length === 0 ? 'empty' : JSON.stringify(text.slice(0, 80))}`,
    expected: 'a JSON document of the control API',
    remedy: 'Run a client and a daemon of the same version.',
  })
}
