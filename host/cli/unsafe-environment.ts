import { isAbsolute } from 'node:path'
import { writableByOthers } from '../lib/trusted-owner.js'
import { wayTo } from '../lib/way.js'
import { usageError } from './usage.js'
import type { World } from './world.js'

/**
 * The variables by which Node, OpenSSL or the dynamic linker load code into a process, or write files from it. Left out are
 * those that do neither here: `NODE_EXTRA_CA_CERTS` and `NODE_ICU_DATA` name data, and the `NODE_REPL_…` variables are
 * read by Node's prompt only. Plugins and helper programs are started with an environment of their own.
 */
const variables = {
  /** Options load code and open debuggers. */
  refused: ['NODE_OPTIONS'],
  /**
   * Paths that may be root's own: `npm run coverage` and pnpm's launchers set some. A name without a slash is looked for
   * where the linker always looks.
   */
  paths: [
    'NODE_V8_COVERAGE',
    'NODE_PATH',
    'NODE_COMPILE_CACHE',
    'NODE_REDIRECT_WARNINGS',
    'OPENSSL_CONF',
    'OPENSSL_MODULES',
    'OPENSSL_ENGINES',
    'LD_LIBRARY_PATH',
  ],
  libraries: ['LD_PRELOAD', 'LD_AUDIT'],
} as const

/**
 * As root, the daemon does not start where its environment lets others load code into it or choose which files it writes.
 * @throws a `ClaimdError`, code `USAGE`
 */
export function refuseUnsafeEnvironment({ env, uid }: Pick<World, 'env' | 'uid'>): void {
  if (uid !== 0) return
  for (const name of variables.refused) if (env[name]) throw unsafe(name, env[name], `no ${name}`)
  const expected = 'absolute paths that only root can change'
  for (const name of variables.paths) {
    const faulty = (env[name] ?? '').split(':').find((path) => path !== '' && !isRootsOwn(path))
    // The linker takes an empty entry for the working folder.
    const isRelative = name === 'LD_LIBRARY_PATH' && env[name] !== '' && env[name]?.split(':').includes('')
    if (faulty !== undefined || isRelative) throw unsafe(name, env[name]!, expected)
  }
  for (const name of variables.libraries) {
    const files = (env[name] ?? '').split(/[ :]/).filter((file) => file.includes('/'))
    if (files.some((file) => !isRootsOwn(file))) throw unsafe(name, env[name]!, expected)
  }
}

/**
 * One thread of libuv's pool waits for the kernel's events as long as the daemon runs: if there is no other, nothing is
 * read, written or stopped any more. @throws a `ClaimdError`, code `USAGE`
 */
export function refuseSmallThreadPool({ env }: Pick<World, 'env'>): void {
  const size = env.UV_THREADPOOL_SIZE
  // What is no number counts as 0 for libuv, and 0 as 1.
  if (size === undefined || Number.parseInt(size, 10) >= 2) return
  throw usageError(
    'With UV_THREADPOOL_SIZE set like this the daemon would have no thread for files',
    `UV_THREADPOOL_SIZE=${size}`,
    '2 or more, or none: then it is 4',
    'unset it (in a systemd unit: UnsetEnvironment=UV_THREADPOOL_SIZE)',
  )
}

const S_ISVTX = 0o1000

/** Whether only root can change what the path leads to: the file, and every folder and link on the way, belong to root. */
function isRootsOwn(path: string): boolean {
  if (!isAbsolute(path)) return false
  try {
    for (const { stats, isLast } of wayTo(path)) {
      if (stats.uid !== 0) return false
      if (stats.isSymbolicLink() || (stats.mode & writableByOthers) === 0) continue
      // In a sticky folder, such as /tmp, nobody else can replace what is root's.
      if (isLast || (stats.mode & S_ISVTX) === 0) return false
    }
    return true
  } catch {
    // What is not there yet could be put there by others.
    return false
  }
}

function unsafe(name: string, value: string, expected: string) {
  return usageError(
    `As root, claimd does not start with ${name} set like this: others could load code or write files as root`,
    `${name}=${value}`,
    expected,
    `unset it (in a systemd unit: UnsetEnvironment=${name})`,
  )
}
