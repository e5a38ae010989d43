import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, realpathSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { Records } from '../../core/kernel/store-port.js'
import { keepInheritedDescriptors } from './inherited-descriptors.js'
import type { LaunchRequest } from './launch-request.js'
import { lowerPriority } from './low-priority.js'
import { NameServers, nameServersFile } from './name-servers.js'
import { mayAllowInspector, nodeFlags } from './node-flags.js'
import { makeCodeFolder, makeDataFolder } from './own-folders.js'
import { type PluginUser, PluginUsers, pluginUserRange, type UserRange } from './plugin-users.js'
import { type StandingWalls, tryWalls } from './standing-walls.js'
import { pathOf } from './tools.js'
import { isWithin } from './visible-folders.js'
import { type Wall, type WallName, wallNames, wallWords } from './wall.js'
import { wrap } from './wrapping.js'

export interface JailOptions {
  /** The folder of staged copies: all that plugins can read, apart from their own data. Made if it is missing. */
  stage: string
  /** The folder of the plugins' data folders. Made if it is missing. */
  data: string
  records: Records
  /** From where plugins get their users when the host is root. */
  users?: UserRange
  /** Walls that are not built, to show what the others stop without them; default: none. */
  without?: readonly WallName[]
}

/** Starts the processes of plugins behind every wall that stands on this machine. */
export class Jail {
  readonly #standing: StandingWalls
  readonly #users: PluginUsers | null
  readonly #stage: string | null
  readonly #nameServers: NameServers | null

  private constructor(standing: StandingWalls, users: PluginUsers | null, stage: string | null) {
    const { namespace } = standing.means
    this.#nameServers = namespace?.isWritable ? new NameServers(nameServersFile(), namespace) : null
    this.#standing = standing
    this.#users = users
    this.#stage = stage
  }

  /**
   * Finds out which walls can be built, and prepares them. A wall that cannot is left out, and named by
   * {@link walls}.
   */
  static async open({
    stage,
    data,
    records,
    users = pluginUserRange,
    without = [],
  }: JailOptions): Promise<Jail> {
    const isRoot = process.geteuid!() === 0
    for (const folder of [stage, join(stage, 'plugins'), join(stage, 'runner'), data]) {
      mkdirSync(folder, { recursive: true })
      // Plugins' users come through to what is theirs, and cannot list what is there.
      if (isRoot) chmodSync(folder, 0o711)
    }
    const [realStage, realData] = [realpathSync(stage), realpathSync(data)]
    const trial = isRoot ? { uid: users.last, gid: users.last } : null
    await keepInheritedDescriptors()
    const standing = await tryWalls({ stage: realStage, data: realData, trial, without })
    const own = standing.walls.has('own-user') ? new PluginUsers(records, realData, users) : null
    return new Jail(standing, own, realStage)
  }

  /** Builds nothing: plugins run as the host's user, and end with the host. */
  static withoutWalls(): Jail {
    const because = 'this host builds no walls'
    const walls = new Set<WallName>(canDieWithHost() ? ['dies-with-host'] : [])
    const missing = new Map(wallNames.map((wall) => [wall, because]))
    return new Jail({ walls, missing, means: { namespace: null, memory: 0, bounding: false } }, null, null)
  }

  /**
   * Starts a process: with a clean environment, in a process group of its own (so that a Ctrl-C in the host's
   * terminal does not reach it, and everything it started can be ended with it), and with the channel on
   * descriptor 3. The pid is that of the plugin's Node, from the start.
   * @throws when its user or its folders cannot be made
   */
  launch(request: LaunchRequest): ChildProcess {
    const user = this.userOf(request.plugin)
    const walls = this.#wallsFor(request)
    const { runner, modules, readable, data } = request
    if (data !== null) makeDataFolder(data, user)
    for (const folder of readable) if (this.#isStaged(folder)) makeCodeFolder(folder, user)
    const real = {
      ...request,
      runner: realpathSync(runner),
      ...(modules === undefined ? {} : { modules: realFolder(modules) }),
      readable: readable.map(realFolder),
      data: data === null ? null : realFolder(data),
    }
    if (request.network) this.#nameServers?.give()
    const flags = nodeFlags(real, walls.has('node-permissions'))
    const node = [process.execPath, ...flags, real.runner]
    const [command, ...args] = wrap(node, { ...this.#standing.means, walls, user })
    const child = spawn(command!, args, {
      env: {},
      cwd: '/',
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      detached: true,
    })
    if (child.pid !== undefined && walls.has('low-priority')) lowerPriority(child.pid)
    return child
  }

  /** The plugin was removed: another one of its name is another user. */
  forget(plugin: string): void {
    this.#users?.forget(plugin)
  }

  /** The user that a plugin runs as, the same one always; `null`: the host's. */
  userOf(plugin: string): PluginUser | null {
    return this.#users?.userOf(plugin) ?? null
  }

  /** Every wall, and whether it stands before a plugin that was started so. */
  walls(request: Pick<LaunchRequest, 'network'> & Partial<Pick<LaunchRequest, 'inspect'>>): Wall[] {
    const walls = this.#wallsFor(request)
    return wallNames.map((wall) => {
      const { stands, open } = wallWords[wall]
      if (walls.has(wall)) return { wall, stands: true, because: stands }
      const why = this.#standing.missing.get(wall) ?? whyLeftOut(request)
      return { wall, stands: false, because: `${why}: ${open}` }
    })
  }

  /** Ends what was prepared. Processes that run are not touched. */
  close(): void {
    this.#nameServers?.close()
    this.#standing.means.namespace?.close()
  }

  #wallsFor({ network, inspect = false }: Partial<LaunchRequest>): ReadonlySet<WallName> {
    const walls = new Set(this.#standing.walls)
    if (network || inspect) walls.delete('empty-network')
    // Older Nodes let a debugger in only where they have no permissions.
    if (inspect && !mayAllowInspector) walls.delete('node-permissions')
    return walls
  }

  #isStaged(folder: string): boolean {
    return this.#stage !== null && isWithin(realFolder(folder), this.#stage)
  }
}

function whyLeftOut({ inspect }: Partial<LaunchRequest>): string {
  return inspect ? 'a debugger may attach' : 'it was granted the host’s network'
}

/** Without links, also where the last names are not there yet. */
function realFolder(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return join(realFolder(dirname(path)), basename(path))
  }
}

let canDie: boolean | null = null

function canDieWithHost(): boolean {
  canDie ??=
    spawnSync(pathOf('setpriv') ?? 'setpriv', ['--pdeathsig=KILL', '--', '/bin/sh', '-c', ':']).status === 0
  return canDie
}
