import type { ChildProcess } from 'node:child_process'
import { realpathSync } from 'node:fs'
import type { Permissions, PluginWall } from '@claimd/sdk'
import type { Records } from '../core/kernel/store-port.js'
import { covers } from '../core/permissions/covers.js'
import type { AcceptedPlugin, FoundPlugin } from './discovery/found-plugin.js'
import { hexOf } from './discovery/preference.js'
import { Jail } from './jail/jail.js'
import type { Deadlines } from './limits.js'
import { LogLines } from './logs/log-lines.js'
import type { PluginLogs } from './logs/plugin-logs.js'
import type { OperatorDecisions } from './operator-decisions.js'
import type { Places } from './places.js'
import { Plugin, type PluginEvents, type Refusal } from './plugin.js'
import { LastGood } from './reload/last-good.js'
import type { HeldClaim } from './reload/trial.js'
import type { ChildProgram } from './services/caller.js'
import { Callers } from './services/callers.js'
import type { Services } from './services/services.js'
import { Stage } from './staging/stage.js'
import type { StoredData } from './stored-data.js'
import { Quarantine } from './supervision/quarantine.js'

export interface PluginMakerOptions {
  places: Places
  jailed: boolean
  dev: boolean
  grantAll: boolean
  inspect: ReadonlyMap<string, number>
  deadlines: Deadlines
  records: Records
  held(plugin: string): readonly HeldClaim[]
  services: Services
  logs: PluginLogs
  decisions: OperatorDecisions
  stored: StoredData
  /** Whether what an earlier plugin of this name stored has yet to be removed. */
  isRemoved(plugin: string): boolean
  /** The only content hash that a plugin may have, `sha256:…` or the digits alone; `null`: any. */
  pinned(plugin: string): string | null
  child(child: ChildProgram & { plugin: string }): void
}

/** Makes plugins of what was found: with the stage that they run from, the jail that they run in, and their rights. */
export class PluginMaker {
  readonly #options: PluginMakerOptions
  #jail: Jail
  readonly stage: Stage
  #runner: string
  /** The folder `node_modules` with what plugins may import of claimd. */
  #modules: string
  readonly #callers: Callers
  readonly #lastGood: LastGood
  readonly quarantine: Quarantine
  /** By name: versions that have proved good, of plugins in whose folder another one was found. */
  readonly #before = new Map<string, AcceptedPlugin>()

  private constructor(
    options: PluginMakerOptions,
    jail: Jail,
    stage: Stage,
    runner: string,
    modules: string,
  ) {
    this.#options = options
    this.#jail = jail
    this.stage = stage
    this.#runner = runner
    this.#modules = modules
    this.#lastGood = new LastGood(options.records)
    this.quarantine = new Quarantine(options.records)
    this.#callers = new Callers(options.services, {
      refusal: (version) => this.refusal(version)?.why ?? null,
      data: (plugin) => this.#dataOf(plugin),
      user: (plugin) => this.userOf(plugin),
      held: options.held,
    })
  }

  static async open(options: PluginMakerOptions): Promise<PluginMaker> {
    const { places, dev } = options
    const jail = await openJail(options)
    const groupOf = (plugin: string) => jail.userOf(plugin)?.gid ?? null
    const stage = await Stage.open(places.stage, { dev, groupOf })
    return new PluginMaker(options, jail, stage, await stage.runner(), await stage.sdk())
  }

  /**
   * Makes the folders again that plugins are started from and write to, after somebody removed them. Processes that run
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

  /**
   * Fetches the last good versions of plugins in whose folders something else lies; before the first is made.
   * @param copyOf the version that a copy in the stage holds, or `null`
   */
  async recall(
    found: readonly FoundPlugin[],
    copyOf: (build: string) => Promise<AcceptedPlugin | null>,
  ): Promise<void> {
    for (const { name, build, bundled } of found) {
      const good = this.#lastGood.buildOf(name)
      if (good === null || good === build || bundled || this.#before.has(name)) continue
      // That plugin is gone, and another one has its name.
      if (this.#options.stored.keptFor(name) !== null) continue
      // What cannot be read is of no use.
      const version = await copyOf(good).catch(() => null)
      if (version?.name === name) this.#before.set(name, version)
    }
  }

  /** `null` for a faulty one of which there is no good version. */
  make({ name, accepted, bundled }: FoundPlugin, events: PluginEvents): Plugin | null {
    const { deadlines, logs, held, child } = this.#options
    const before = this.#before.get(name) ?? null
    this.#before.delete(name)
    const found = accepted ?? before
    if (!found) return null
    const told = { note: events.note, child: (program: ChildProgram) => child({ plugin: name, ...program }) }
    const isGood = this.#lastGood.buildOf(name) === found.build
    return new Plugin(
      found,
      before,
      isGood,
      {
        deadlines,
        inspect: this.#options.inspect.get(name) ?? null,
        // Who writes plugins saves often, and has few of them.
        spareWaits: this.#options.dev && !bundled,
        log: new LogLines(
          (line, stream) => logs.write(name, stream, line),
          (lines) => logs.write(name, 'channel', `${lines} lines were over the log's budget`),
        ),
        launch: (version) => this.#launch(version),
        data: () => this.#dataOf(name),
        serve: (instance, isCurrent, method, params) => {
          // From the decision on, also while its process has not ended yet.
          const mayAct = () => isCurrent() && this.#options.decisions.whyDisabled(name) === null
          return this.#callers.serve(instance, mayAct, told, method, params)
        },
        held: () => held(name),
        refusal: (version) => this.refusal(version),
        quarantine: (build, reason) => keep(events, () => this.quarantine.add(name, build, reason)),
        good: (build) => keep(events, () => this.#lastGood.set(name, build)),
      },
      events,
    )
  }

  /** What a plugin may do, whoever granted it. */
  granted({ name, bundled, accepted }: FoundPlugin): Permissions {
    if (bundled || this.#options.grantAll) return accepted?.permissions ?? {}
    return this.#options.decisions.trustOf(name)?.permissions ?? {}
  }

  /** The walls around its process, or around that which would run now. */
  walls(found: FoundPlugin): PluginWall[] {
    const asked = found.accepted?.permissions.network ?? false
    const inspect = this.#options.inspect.has(found.name)
    return this.#jail.walls({ network: asked && (this.granted(found).network ?? false), inspect })
  }

  /** Whom its processes run as; `null`: the host's own user. */
  userOf(plugin: string): { uid: number; gid: number } | null {
    return this.#jail.userOf(plugin)
  }

  /**
   * Removes copies that nothing needs any more.
   * @param used what there is when the sweep begins; `null` while somebody looks at folders, who may be staging more
   */
  async sweep(
    used: () => { plugins: readonly Plugin[]; found: readonly FoundPlugin[] } | null,
  ): Promise<void> {
    await this.stage.sweep(() => {
      const now = used()
      if (now === null) return null
      const { plugins, found } = now
      return new Set([
        ...plugins.flatMap(({ builds }) => builds),
        ...found.map(({ build }) => build),
        ...this.#lastGood.builds,
      ])
    })
  }

  /** The records of the plugin are gone. */
  forget(plugin: string): void {
    this.#lastGood.forget(plugin)
    this.quarantine.forget(plugin)
    this.#before.delete(plugin)
    this.#jail.forget(plugin)
  }

  /** What it asks for beside permissions: to be given what a removed plugin of its name stored. Else `null`. */
  keptData({ name, build, bundled }: FoundPlugin | AcceptedPlugin): string | null {
    if (bundled || this.#options.grantAll) return null
    const kept = this.#options.stored.keptFor(name)
    if (kept === null || kept === build) return null
    return `read what the removed ${kept === '' ? 'plugin' : `build ${kept.slice(0, 12)}`} of this name stored`
  }

  /** Why a version may not run, or `null`. */
  refusal(version: AcceptedPlugin): Refusal | null {
    const { name, build, bundled, permissions } = version
    const reason = this.quarantine.reasonOf(build)
    if (reason !== null) {
      return { state: 'quarantined', why: `this build failed: ${reason}`, awaitsTrust: false }
    }
    const pin = this.#options.pinned(name)
    if (pin !== null && hexOf(pin) !== build) {
      const why = `another build is pinned in the configuration: ${hexOf(pin)}`
      return { state: 'untrusted', why, awaitsTrust: false }
    }
    if (this.#options.isRemoved(name)) {
      const why = 'what an earlier plugin of this name stored could not be removed yet'
      return { state: 'untrusted', why, awaitsTrust: false }
    }
    if (bundled || this.#options.grantAll) return null
    const kept = this.keptData(version)
    const missing = covers(this.#options.decisions.trustOf(name)?.permissions ?? {}, permissions)
    const sentences = [...missing.map(({ asked }) => asked), ...(kept === null ? [] : [kept])]
    if (sentences.length === 0) return null
    const asked = sentences.join('; ')
    return { state: 'untrusted', why: `nobody has granted what it asks for: ${asked}`, awaitsTrust: true }
  }

  #launch({ name, permissions }: AcceptedPlugin): ChildProcess {
    const { places, dev } = this.#options
    return this.#jail.launch({
      plugin: name,
      runner: this.#runner,
      modules: this.#modules,
      readable: [places.stagedPlugin(name)],
      data: places.dataOf(name),
      network: permissions.network ?? false,
      inspect: this.#options.inspect.has(name),
      sourceMaps: dev,
    })
  }

  /** The data folder as its processes see it, which are let into no links. */
  #dataOf(plugin: string): string {
    const folder = this.#options.places.dataOf(plugin)
    try {
      return realpathSync(folder)
    } catch {
      // Made when it is launched; somebody took it away since.
      return folder
    }
  }
}

function openJail({ jailed, places, records }: PluginMakerOptions): Promise<Jail> | Jail {
  return jailed ? Jail.open({ stage: places.stage, data: places.data, records }) : Jail.withoutWalls()
}

/** Keeps what is only of use after the host was started again. */
function keep(events: PluginEvents, work: () => void): void {
  try {
    work()
  } catch (error) {
    const message = `what became of a version could not be kept: ${(error as Error).message}`
    events.note('plugin-record-lost', message)
  }
}
