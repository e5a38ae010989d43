import { dirname } from 'node:path'
import { MountNamespace } from './mount-namespace.js'
import { nameServersFile } from './name-servers.js'
import { nodeFiles } from './node-files.js'
import { permissionFlag } from './node-flags.js'
import type { PluginUser } from './plugin-users.js'
import { pathOf, type Tool } from './tools.js'
import { memoryOfNode, startFault } from './trial.js'
import { isWithin, visibleFolders } from './visible-folders.js'
import { type WallName, wallNames } from './wall.js'
import { type Means, mayDropFromBoundingSet } from './wrapping.js'

/**
 * What heap, Buffers and WebAssembly together may take beyond what a Node has at its start, in bytes. Over it
 * an allocation fails, which can be caught.
 */
const memoryAllowance = 464 * 1024 * 1024

/** Where and for whom walls are to stand. */
export interface Site {
  stage: string
  data: string
  /** A user to try them with when the host is root; else `null`. */
  trial: PluginUser | null
  without: readonly WallName[]
}

/** Which walls this machine and this user can build, and with what. */
export interface StandingWalls {
  walls: ReadonlySet<WallName>
  /** Why each of the others does not stand. */
  missing: ReadonlyMap<WallName, string>
  means: Means
}

const toolsOf: Partial<Record<WallName, readonly Tool[]>> = {
  'own-user': ['setpriv'],
  'no-capabilities': ['setpriv'],
  'no-new-privileges': ['setpriv'],
  'dies-with-host': ['setpriv'],
  'hidden-folders': ['nsenter', 'unshare'],
  'hidden-processes': ['nsenter', 'unshare'],
  'empty-network': ['unshare'],
  'own-ipc': ['unshare'],
  limits: ['prlimit'],
}
/** Those that a command is wrapped in. */
const wrapped = wallNames.filter((name) => toolsOf[name] !== undefined && name !== 'hidden-processes')

type Missing = Map<WallName, string>

/** Prepares the walls and tries them: all at once, and only when that fails each of them. */
export async function tryWalls(site: Site): Promise<StandingWalls> {
  const missing = missingParts(site)
  const [namespace, memory] = await Promise.all([prepare(site, missing), measure(missing)])
  const means: Means = {
    namespace,
    memory: memory + memoryAllowance,
    // Root of a user namespace of its own may do that as well.
    bounding: mayDropFromBoundingSet() || (site.trial === null && namespace !== null),
  }
  const fault = (walls: Iterable<WallName>) =>
    startFault(site.stage, { ...means, walls: new Set(walls), user: site.trial })
  const left = () => wrapped.filter((wall) => !missing.has(wall))

  if ((await fault(left())) !== null) {
    const tried = left()
    // The others may need what this one gives: rights of a user namespace, a way to the stage.
    const first = tried.filter((wall) => wall === 'hidden-folders')
    const faults = await Promise.all(tried.map((wall) => fault([...first, wall])))
    for (const [index, wall] of tried.entries()) {
      if (faults[index] !== null) missing.set(wall, faults[index]!)
    }
    const together = await fault(left())
    if (together !== null) for (const wall of left()) missing.set(wall, together)
    const why = missing.get('hidden-folders')
    if (why !== undefined) missing.set('hidden-processes', why)
  }
  return { walls: new Set(wallNames.filter((wall) => !missing.has(wall))), missing, means }
}

function missingParts({ stage, data, trial, without }: Site): Missing {
  const missing: Missing = new Map(without.map((wall) => [wall, 'it was left out']))
  if (permissionFlag === null) missing.set('node-permissions', 'this Node has none')
  if (`${stage}${data}`.includes('*')) {
    missing.set('node-permissions', 'the state folder has a * in its path, which Node takes for anything')
  }
  if (trial === null) missing.set('own-user', 'claimd does not run as root')
  for (const [wall, tools] of Object.entries(toolsOf) as [WallName, Tool[]][]) {
    const tool = tools.find((one) => pathOf(one) === null)
    if (tool !== undefined) missing.set(wall, `${tool} (of util-linux) is not installed`)
  }
  return missing
}

/** The memory of a Node that does nothing; without knowing it none can be limited. */
async function measure(missing: Missing): Promise<number> {
  try {
    return await memoryOfNode()
  } catch (error) {
    missing.set('limits', (error as Error).message)
    return 0
  }
}

async function prepare({ stage, data, trial }: Site, missing: Missing): Promise<MountNamespace | null> {
  const walls = ['hidden-folders', 'hidden-processes'] as const
  if (missing.has('hidden-folders')) {
    missing.set('hidden-processes', missing.get('hidden-folders')!)
    return null
  }
  try {
    const visible = visibleFolders()
    const isVisible = (file: string) => visible.some(({ path }) => isWithin(file, path))
    const files = (await nodeFiles()).filter((file) => !isVisible(file))
    const hideProcesses = !missing.has('hidden-processes')
    const nameServers = nameServersFile()
    const resolver = isVisible(nameServers) ? null : dirname(nameServers)
    const root = { stage, data, visible, files, hideProcesses, resolver }
    const namespace = await MountNamespace.open(root, { isRoot: trial !== null })
    if (hideProcesses && !namespace.hidesProcesses)
      missing.set('hidden-processes', '/proc cannot be mounted anew here')
    return namespace
  } catch (error) {
    for (const wall of walls) missing.set(wall, (error as Error).message)
    return null
  }
}
