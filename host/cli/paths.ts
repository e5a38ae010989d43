import { isAbsolute, join, resolve } from 'node:path'

/** Where the daemon's things are unless the command line says otherwise. */
export interface DefaultPaths {
  config: string
  state: string
}

/**
 * Root's daemon is the machine's and uses the system's folders; anybody else's uses the XDG folders.
 * XDG variables that are not absolute are ignored, as their specification asks.
 */
export function defaultPaths(env: NodeJS.ProcessEnv, uid: number, home: string): DefaultPaths {
  if (uid === 0) return { config: '/etc/claimd/config.json', state: '/var/lib/claimd' }
  const configHome = absolute(env.XDG_CONFIG_HOME) ?? join(home, '.config')
  const stateHome = absolute(env.XDG_STATE_HOME) ?? join(home, '.local', 'state')
  return { config: join(configHome, 'claimd', 'config.json'), state: join(stateHome, 'claimd') }
}

/** A path that somebody wrote; a relative one starts at the working directory. @throws USAGE if that is gone */
export function fromFolder(world: { readonly folder: string }, path: string): string {
  return isAbsolute(path) ? resolve(path) : resolve(world.folder, path)
}

function absolute(path: string | undefined): string | undefined {
  return path?.startsWith('/') ? path : undefined
}
