import { close, url as debuggerAddress } from 'node:inspector'
import { usageError } from './usage.js'
import type { World } from './world.js'

/**
 * Keeps debuggers out of the daemon: who attaches one runs code with the daemon's rights, and its port is open to all
 * local users. Node opens one for SIGUSR1, which a listener prevents; one that is open already is closed. As root the
 * daemon does not start with NODE_OPTIONS either: they load code, and open debuggers.
 *
 * @returns what gives SIGUSR1 its usual meaning again
 * @throws a `ClaimdError`, code `USAGE`, for root with NODE_OPTIONS
 */
export function keepDebuggersOut({ env, uid, signals }: Pick<World, 'env' | 'uid' | 'signals'>): () => void {
  if (uid === 0 && env.NODE_OPTIONS) {
    throw usageError(
      'As root, claimd does not start with NODE_OPTIONS set: they can load code and open a debugger',
      `NODE_OPTIONS=${env.NODE_OPTIONS}`,
      'no NODE_OPTIONS',
      'unset it (in a systemd unit: UnsetEnvironment=NODE_OPTIONS), and give options that are needed to node itself',
    )
  }
  const ignore = () => {}
  signals.on('SIGUSR1', ignore)
  if (debuggerAddress() !== undefined) close()
  return () => signals.off('SIGUSR1', ignore)
}
