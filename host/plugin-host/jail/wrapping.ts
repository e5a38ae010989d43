import { readFileSync } from 'node:fs'
import type { MountNamespace } from './mount-namespace.js'
import type { PluginUser } from './plugin-users.js'
import { pathOf, type Tool } from './tools.js'
import type { WallName } from './wall.js'

/** The kernel's limits of a plugin's process, as prlimit names them; bytes, where it is not a number of files. */
export const kernelLimits = {
  nofile: 256,
  core: 0,
  fsize: 64 * 1024 * 1024,
  memlock: 0,
  msgqueue: 0,
  rtprio: 0,
}

/** Of a user's processes; threads count, a Node has about ten, and during a reload a plugin has three. */
const processLimit = 128

/** What walls are built with on this machine. */
export interface Means {
  namespace: MountNamespace | null
  /** The limit of a process's memory, in bytes: heap, Buffers, WebAssembly and what Node reserves. */
  memory: number
  /** Whether the host may take rights out of the bounding set; else no-new-privileges keeps them out of reach. */
  bounding: boolean
}

/** What a process is to be wrapped in. */
export interface Wrapping extends Means {
  walls: ReadonlySet<WallName>
  user: PluginUser | null
}

/** In the order in which they are run. Namespaces need the rights that setpriv takes away. */
const order: readonly Tool[] = ['nsenter', 'unshare', 'setpriv', 'prlimit']

/** Puts the programs that build the walls before a command. Each replaces itself by the next: the pid stays. */
export function wrap(command: readonly string[], wrapping: Wrapping): string[] {
  const wrappers = order.flatMap((tool) => {
    const flags = flagsOf[tool](wrapping)
    return flags.length > 0 ? [pathOf(tool) ?? tool, ...flags, '--'] : []
  })
  return [...wrappers, ...command]
}

const flagsOf: Record<Tool, (wrapping: Wrapping) => string[]> = {
  nsenter: ({ walls, namespace }) => (walls.has('hidden-folders') && namespace ? namespace.enter() : []),

  unshare: ({ walls }) => [
    ...(walls.has('empty-network') ? ['--net'] : []),
    ...(walls.has('own-ipc') ? ['--ipc'] : []),
  ],

  setpriv: ({ walls, user, bounding }) => [
    ...(walls.has('own-user') && user
      ? [`--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups']
      : []),
    ...(walls.has('no-capabilities')
      ? [...(bounding ? ['--bounding-set=-all'] : []), '--inh-caps=-all', '--ambient-caps=-all']
      : []),
    ...(walls.has('no-new-privileges') ? ['--no-new-privs'] : []),
    // The kernel forgets it when the user changes; setpriv sets it after that. It speaks of the thread that
    // started the process, which in Node is the main thread of whoever calls `spawn`.
    ...(walls.has('dies-with-host') ? ['--pdeathsig=KILL'] : []),
  ],

  prlimit: ({ walls, user, memory }) => {
    if (!walls.has('limits')) return []
    // The kernel counts all processes of a user: only where it has one of its own can they be limited.
    const processes = walls.has('own-user') && user ? { nproc: processLimit } : {}
    return Object.entries({ ...kernelLimits, data: memory, ...processes }).map(
      ([name, limit]) => `--${name}=${limit}`,
    )
  },
}

export function mayDropFromBoundingSet(): boolean {
  const effective = /^CapEff:\s*(\w+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0'
  const setpcap = 1n << 8n
  return (BigInt(`0x${effective}`) & setpcap) !== 0n
}
