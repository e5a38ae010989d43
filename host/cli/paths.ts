import { homedir } from 'node:os'
import { isAbsolute, join, resolve } from 'node:path'
import { usageError } from './usage.js'

/** Where the daemon's things are unless the command line says otherwise. */
export interface DefaultPaths {
  config: string
  state: string
}

/**
 * Root's daemon is the machine's and uses the system's folders; anybody else's uses the XDG folders.
 * XDG variables that are not absolute are ignored, as their specification asks. Reading a path that needs a home folder
 * throws a `ClaimdError`, code `USAGE`, where there is none.
 */
export function defaultPaths(
  env: NodeJS.ProcessEnv,
  uid: number,
  home: () => string = homedir,
): DefaultPaths {
  if (uid === 0) return { config: '/etc/claimd/config.json', state: '/var/lib/claimd' }
  return {
    get config() {
      return join(
        absolute(env.XDG_CONFIG_HOME) ?? join(homeFolder(uid, home), '.config'),
        'claimd',
        'config.json',
      )
    },
    get state() {
      return join(absolute(env.XDG_STATE_HOME) ?? join(homeFolder(uid, home), '.local', 'state'), 'claimd')
    },
  }
}

function homeFolder(uid: number, home: () => string): string {
  try {
    const folder = absolute(home())
    if (folder !== undefined) return folder
  } catch {
    // Said below: the system knows of none.
  }
  throw usageError(
    'This user has no home folder, so claimd does not know where its files belong',
    `no absolute path in HOME, and no home folder of user ${uid} in the list of users`,
    'a home folder, or paths that are named',
    'set HOME, or name the paths with --config and --state',
  )
}

/** A path that somebody wrote; a relative one starts at the working directory. @throws USAGE if that is gone */
export function fromFolder(world: { readonly folder: string }, path: string): string {
  return isAbsolute(path) ? resolve(path) : resolve(world.folder, path)
}

function absolute(path: string | undefined): string | undefined {
  return path?.startsWith('/') ? path : undefined
}
