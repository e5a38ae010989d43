import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { mountDeadlineMs } from '../limits.js'
import { MountNamespace } from './mount-namespace.js'
import { nodeFiles } from './node-files.js'
import { permissionFlag } from './node-flags.js'
import type { PluginUser } from './plugin-users.js'
import { pathOf, type Tool } from './tools.js'
import { isWithin, visibleFolders } from './visible-folders.js'
import { type WallName, wallNames } from './wall.js'
import { wrap } from './wrapping.js'

const run = promisify(execFile)

/** Which walls this machine and this user can build. */
export interface StandingWalls {
  walls: ReadonlySet<WallName>
  /** Why each of the others does not stand. */
  missing: ReadonlyMap<WallName, string>
  /** See {@link Wrapping}. */
  bounding: boolean
  namespace: MountNamespace | null
}

const toolOf: Partial<Record<WallName, Tool>> = {
  'own-user': 'setpriv',
  'no-capabilities': 'setpriv',
  'no-new-privileges': 'setpriv',
  'dies-with-host': 'setpriv',
  'hidden-folders': 'nsenter',
  'hidden-processes': 'nsenter',
  'empty-network': 'unshare',
  'own-ipc': 'unshare',
  limits: 'prlimit',
}
/** Those that a command is wrapped in. */
const wrapped = wallNames.filter((name) => toolOf[name] !== undefined && name !== 'hidden-processes')

/** @param trial a user to try it with, when the host is root */
export async function tryWalls(
  stage: string,
  data: string,
  trial: PluginUser | null,
): Promise<StandingWalls> {
  const missing = new Map<WallName, string>()
  if (permissionFlag === null) missing.set('node-permissions', 'this Node has no permissions')
  if (trial === null) missing.set('own-user', 'claimd does not run as root')
  for (const [wall, tool] of Object.entries(toolOf) as [WallName, Tool][]) {
    if (pathOf(tool) === null) missing.set(wall, `${tool} (util-linux) is not installed`)
  }
  const namespace = await prepare(stage, data, trial !== null, missing)
  if (namespace === null && trial === null) {
    // Without a user namespace an ordinary user can make no other either.
    for (const wall of ['empty-network', 'own-ipc'] as const) {
      if (!missing.has(wall)) missing.set(wall, missing.get('hidden-folders')!)
    }
  }
  const bounding = mayDropFromBoundingSet() || (trial === null && namespace !== null)
  const start = (walls: Iterable<WallName>) =>
    tryToStart(stage, { walls: new Set(walls), user: trial, bounding, namespace })
  const candidates = () => wrapped.filter((wall) => !missing.has(wall))

  if ((await start(candidates())) !== null) {
    const faults = await Promise.all(candidates().map(async (wall) => [wall, await start([wall])] as const))
    for (const [wall, fault] of faults) if (fault !== null) missing.set(wall, fault)
    const together = await start(candidates())
    if (together !== null) for (const wall of candidates()) missing.set(wall, together)
  }
  const walls = new Set(wallNames.filter((wall) => !missing.has(wall)))
  return { walls, missing, bounding, namespace }
}

async function prepare(
  stage: string,
  data: string,
  isRoot: boolean,
  missing: Map<WallName, string>,
): Promise<MountNamespace | null> {
  if (missing.has('hidden-folders')) return null
  try {
    const visible = visibleFolders()
    const files = (await nodeFiles()).filter((file) => !visible.some(({ path }) => isWithin(file, path)))
    const namespace = await MountNamespace.open({ stage, data, visible, files, resolver: null }, { isRoot })
    if (!namespace.hidesProcesses)
      missing.set('hidden-processes', 'proc cannot be mounted with hidepid=invisible')
    return namespace
  } catch (error) {
    for (const wall of ['hidden-folders', 'hidden-processes'] as const)
      missing.set(wall, (error as Error).message)
    return null
  }
}

/** Starts a Node that looks at the stage. Says what went wrong, or `null`. */
async function tryToStart(stage: string, wrapping: Parameters<typeof wrap>[1]): Promise<string | null> {
  const look = 'require("fs").accessSync(process.argv[1], 1)'
  const [command, ...args] = wrap([process.execPath, '-e', look, stage], wrapping)
  try {
    await run(command!, args, { env: {}, cwd: '/', timeout: mountDeadlineMs })
    return null
  } catch (error) {
    const { stderr, message } = error as Error & { stderr?: string }
    const lines = (stderr ?? '').split('\n').filter((line) => line.trim() !== '')
    // Of a stack trace the line with the error says what it is.
    return (lines.find((line) => /^\w*Error: /.test(line)) ?? lines.at(0) ?? message).trim()
  }
}

function mayDropFromBoundingSet(): boolean {
  const effective = /^CapEff:\s*(\w+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0'
  const setpcap = 1n << 8n
  return (BigInt(`0x${effective}`) & setpcap) !== 0n
}
