import type { Deadlines } from '../deadlines.js'
import type { AcceptedPlugin, FoundPlugin } from '../discovery/found-plugin.js'
import { LogLines } from '../logs/log-lines.js'
import type { PluginLogs } from '../logs/plugin-logs.js'
import type { OperatorDecisions } from '../operator-decisions.js'
import type { ChildProgram } from '../services/caller.js'
import { Callers } from '../services/callers.js'
import type { Services } from '../services/services.js'
import type { StoredData } from '../stored-data.js'
import type { HeldClaim } from './facts.js'
import type { Launcher } from './launcher.js'
import type { SupervisorListener } from './needs.js'
import type { Policy } from './policy.js'
import { Supervisor } from './supervisor.js'
import type { ConfigOf } from './wire-calls.js'

export interface SupervisorMakerOptions {
  policy: Policy
  launcher: Launcher
  deadlines: Deadlines
  /** Whether plugins are developed here: who writes plugins saves often, and has few of them. */
  dev: boolean
  /** The ports at which debuggers may attach, by plugin name. */
  inspect: ReadonlyMap<string, number>
  held(plugin: string): readonly HeldClaim[]
  configOf: ConfigOf
  services: Services
  logs: PluginLogs
  decisions: OperatorDecisions
  stored: StoredData
  /** A program that the host started for a plugin runs, or has ended. */
  child(child: ChildProgram & { plugin: string }): void
}

/** Makes supervisors of plugins that were found: with the last good version, where another one lies in the folder. */
export class SupervisorMaker {
  readonly #options: SupervisorMakerOptions
  readonly #callers: Callers
  /** By name: versions that have proved good, of plugins in whose folder another one was found. */
  readonly #before = new Map<string, AcceptedPlugin>()

  constructor(options: SupervisorMakerOptions) {
    this.#options = options
    const { policy, launcher, held, services } = options
    this.#callers = new Callers(services, {
      refusal: (version) => policy.refusal(version)?.why ?? null,
      data: (plugin) => launcher.dataOf(plugin),
      user: (plugin) => launcher.userOf(plugin),
      held,
    })
  }

  /**
   * Fetches the last good versions of plugins in whose folders something else lies; before the first is made.
   * @param copyOf the version that a copy in the stage holds, or `null`
   */
  async recall(
    found: readonly FoundPlugin[],
    copyOf: (build: string) => Promise<AcceptedPlugin | null>,
  ): Promise<void> {
    const { policy, stored } = this.#options
    for (const { name, build, bundled } of found) {
      const good = policy.lastGood.buildOf(name)
      if (good === null || good === build || bundled || this.#before.has(name)) continue
      // That plugin is gone, and another one has its name.
      if (stored.keptFor(name) !== null) continue
      // What cannot be read is of no use.
      const version = await copyOf(good).catch(() => null)
      if (version?.name === name) this.#before.set(name, version)
    }
  }

  /** `null` for a faulty one of which there is no good version. */
  make({ name, accepted, bundled }: FoundPlugin, listener: SupervisorListener): Supervisor | null {
    const { deadlines, logs, held, configOf, child, policy, launcher, decisions, inspect, dev } =
      this.#options
    const lastGood = this.#before.get(name) ?? null
    this.#before.delete(name)
    const found = accepted ?? lastGood
    if (!found) return null
    const told = {
      note: listener.note,
      child: (program: ChildProgram) => child({ plugin: name, ...program }),
    }
    const keep = (work: () => void) => keepOrNote(listener, work)
    return new Supervisor(
      {
        found,
        lastGood,
        isGood: policy.lastGood.buildOf(name) === found.build,
        disabled: decisions.whyDisabled(name),
      },
      {
        deadlines,
        options: { inspect: inspect.get(name) ?? null, spareWaits: dev && !bundled },
        log: new LogLines(
          (line, stream) => logs.write(name, stream, line),
          (lines) => logs.write(name, 'channel', `${lines} lines were over the log's budget`),
        ),
        launch: (version) => launcher.launch(version),
        data: () => launcher.dataOf(name),
        serve: (instance, isCurrent, method, params) => {
          // From the decision on, also while its process has not ended yet.
          const mayAct = () => isCurrent() && decisions.whyDisabled(name) === null
          return this.#callers.serve(instance, mayAct, told, method, params)
        },
        held: () => held(name),
        configOf,
        refusal: (version) => policy.refusal(version),
        quarantine: (build, reason) => keep(() => policy.quarantine.add(name, build, reason)),
        rememberGood: (build) => keep(() => policy.lastGood.set(name, build)),
      },
      listener,
    )
  }

  /** The records of the plugin are gone. */
  forget(plugin: string): void {
    this.#before.delete(plugin)
  }
}

/** Keeps what is only of use after the host was started again. */
function keepOrNote(listener: SupervisorListener, work: () => void): void {
  try {
    work()
  } catch (error) {
    const problem = `what became of a version could not be kept: ${(error as Error).message}`
    listener.note('plugin-record-lost', { problem })
  }
}
