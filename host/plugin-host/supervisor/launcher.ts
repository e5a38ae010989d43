import type { ChildProcess } from 'node:child_process'
import { realpathSync } from 'node:fs'
import type { PluginWall } from '@claimd/sdk'
import type { Records } from '../../core/kernel/store-port.js'
import type { AcceptedPlugin } from '../discovery/found-plugin.js'
import { Jail } from '../jail/jail.js'
import type { Places } from '../places.js'
import { Stage } from '../staging/stage.js'

export interface LauncherOptions {
  places: Places
  /** Whether plugins run in a sandbox, as far as that can be built here. */
  jailed: boolean
  /** Whether plugins in TypeScript are compiled. */
  dev: boolean
  /** The ports at which debuggers may attach, by plugin name. */
  inspect: ReadonlyMap<string, number>
  records: Records
}

/** Starts the processes of plugins: with the copies that they run from, and the sandbox that they run in. */
export class Launcher {
  readonly #options: LauncherOptions
  #jail: Jail
  readonly stage: Stage
  #runner: string
  /** The folder `node_modules` with what plugins may import of claimd. */
  #modules: string

  private constructor(options: LauncherOptions, jail: Jail, stage: Stage, runner: string, modules: string) {
    this.#options = options
    this.#jail = jail
    this.stage = stage
    this.#runner = runner
    this.#modules = modules
  }

  static async open(options: LauncherOptions): Promise<Launcher> {
    const { places, dev } = options
    const jail = await openJail(options)
    const groupOf = (plugin: string) => jail.userOf(plugin)?.gid ?? null
    const stage = await Stage.open(places.stage, { dev, groupOf })
    return new Launcher(options, jail, stage, await stage.runner(), await stage.sdk())
  }

  /**
   * Makes the folders again that plugins are started from and write to, after they were removed. Processes that run
   * are not touched; those that start from now on are let into the new folders.
   */
  async restore(): Promise<void> {
    const before = this.#jail
    // It lets plugins into the folders themselves, not into others under their names.
    this.#jail = await openJail(this.#options)
    before.close()
    await this.stage.restore()
    this.#runner = await this.stage.runner()
    this.#modules = await this.stage.sdk()
  }

  /** Ends what was prepared for processes. Those that run are not touched. */
  close(): void {
    this.#jail.close()
  }

  /** @throws when it cannot be tried to start a process */
  launch({ name, permissions }: AcceptedPlugin): ChildProcess {
    const { places, dev, inspect } = this.#options
    return this.#jail.launch({
      plugin: name,
      runner: this.#runner,
      modules: this.#modules,
      readable: [places.stagedPlugin(name)],
      data: places.dataOf(name),
      network: permissions.network ?? false,
      inspect: inspect.has(name),
      sourceMaps: dev,
    })
  }

  /** The isolation layers around a plugin's process, or around that which would run now. */
  walls(plugin: string, { network }: { network: boolean }): PluginWall[] {
    return this.#jail.walls({ network, inspect: this.#options.inspect.has(plugin) })
  }

  /** Whom its processes run as; `null`: the host's own user. */
  userOf(plugin: string): { uid: number; gid: number } | null {
    return this.#jail.userOf(plugin)
  }

  /** The data folder as its processes see it, which are let into no links. */
  dataOf(plugin: string): string {
    const folder = this.#options.places.dataOf(plugin)
    try {
      return realpathSync(folder)
    } catch {
      // Made when it is launched, and removed since.
      return folder
    }
  }

  /** The records of the plugin are gone. */
  forget(plugin: string): void {
    this.#jail.forget(plugin)
  }
}

function openJail({ jailed, places, records }: LauncherOptions): Promise<Jail> | Jail {
  return jailed ? Jail.open({ stage: places.stage, data: places.data, records }) : Jail.withoutWalls()
}
