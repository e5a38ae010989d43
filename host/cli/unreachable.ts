import { ClaimdError, type ErrorDocument } from '@claimd/sdk'
import { claimdError } from '../core/errors.js'
import type { FoundDaemon } from '../lib/find-daemon.js'
import type { Invocation } from './invocation.js'
import { defaultPaths } from './paths.js'

/**
 * Adds to a failure to reach the daemon that one runs all the same, and where: by the lock on its database; or, to a
 * user who may not ask root's, that everybody may have one.
 */
export async function explainUnreachable(error: unknown, invocation: Invocation): Promise<unknown> {
  const { world, socket } = invocation
  if (!(error instanceof ClaimdError)) return error
  if (error.code === 'NOT_PERMITTED') return withOwnDaemon(error, invocation)
  if (error.code !== 'DAEMON_UNREACHABLE') return error
  const path = await socket()
  const { state } = defaultPaths(world.env, world.uid)
  const daemon = await world.findDaemon({ socket: path, state })
  if (daemon === null) return error
  const { message, found, expected } = error.document as ErrorDocument
  return claimdError(
    'DAEMON_UNREACHABLE',
    {
      message: `${message}; ${describeFound(daemon)}`,
      found: found ?? 'no answer',
      expected: expected ?? 'a running daemon',
      remedy: remedyFor(daemon, path),
    },
    { cause: error },
  )
}

/** Where no socket was named, and root's was found, which this user may not use. */
export async function withOwnDaemon(
  error: ClaimdError,
  { socket, ownSocket }: Pick<Invocation, 'socket' | 'ownSocket'>,
): Promise<ClaimdError> {
  // The daemon's own refusals, as of who may release, come over its socket.
  const isKeptOut = (error.cause as NodeJS.ErrnoException | undefined)?.syscall === 'connect'
  if (error.code !== 'NOT_PERMITTED' || !isKeptOut || (await socket()) === (await ownSocket())) return error
  const document = error.document as ErrorDocument
  const remedy = `${document.remedy ?? ''} Or start a daemon of your own: claimd run`.trimStart()
  return new ClaimdError({ ...document, remedy }, { cause: error })
}

/** Such as `process 42 is a claimd with the state folder /var/lib/claimd`. */
export function describeFound({ pid, state, listensIn }: FoundDaemon): string {
  const where = listensIn.length === 0 ? '' : `, and listens in ${listensIn.join(', ')}`
  return `process ${pid} is a claimd with the state folder ${state}${where}`
}

export function remedyFor({ pid, listensIn }: FoundDaemon, socket: string): string {
  const isElsewhere = listensIn.length > 0 && !listensIn.some((folder) => socket.startsWith(`${folder}/`))
  if (isElsewhere) return `Name its socket there with --socket or CLAIMD_SOCKET, in place of ${socket}`
  return `It puts its socket back within seconds, once nothing else lies at ${socket}; if it does not, see its log, and restart process ${pid}`
}
