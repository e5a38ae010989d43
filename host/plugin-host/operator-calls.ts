import type { PluginDecisionDocument } from '@claimd/sdk'
import type { PluginFinder } from './discovery/plugin-finder.js'
import type { Entries } from './entries.js'
import type { OperatorDecisions } from './operator-decisions.js'
import type { NoteDetails, PluginNoteType } from './plugin-note.js'
import { type KnownOfPlugins, pluginRow } from './plugin-rows.js'
import type { RemovedPlugins } from './removed-plugins.js'
import type { StoredData } from './stored-data.js'

export interface OperatorCallsOptions {
  entries: Entries
  decisions: OperatorDecisions
  stored: StoredData
  removed: RemovedPlugins
  finder: PluginFinder
  known: KnownOfPlugins
  note<Type extends PluginNoteType>(type: Type, plugin: string, details: NoteDetails<Type>): void
  /** Plugins were disabled or enabled. */
  applyDisabled(): void
  /** Resolves when the processes of plugins that are gone have ended. */
  retired(): Promise<unknown>
}

/** What operators ask for: each decision is on the disk when the call returns, and followed by then. */
export class OperatorCalls {
  readonly #options: OperatorCallsOptions

  constructor(options: OperatorCallsOptions) {
    this.#options = options
  }

  /** @throws a `ClaimdError`: `PLUGIN_NOT_FOUND`, `PLUGIN_CHANGED`, `PLUGIN_REJECTED` or `STORE_DEGRADED` */
  trust(name: string, build: string, who: string): PluginDecisionDocument {
    const { entries, known, decisions, stored } = this.#options
    const { found, plugin } = entries.find(name)
    const permissions = found.accepted?.permissions ?? null
    const wantsData = known.policy.keptData(found) !== null
    const document = decisions.trust({ ...found, permissions }, build, who, wantsData)
    stored.handOver(name)
    plugin?.consider()
    return document
  }

  /** @throws a `ClaimdError`: `PLUGIN_NOT_FOUND` or `STORE_DEGRADED` */
  untrust(name: string, who: string): PluginDecisionDocument {
    const { entries, decisions } = this.#options
    // Also of one that is gone: its name may come back.
    const known = entries.plugins.find((plugin) => plugin.name === name) ?? null
    const plugin = decisions.trustOf(name) === null ? entries.find(name).plugin : known
    const document = decisions.untrust(name, who)
    plugin?.consider()
    return document
  }

  /**
   * Enabling also gives builds that failed another chance.
   * @param before is done when that is decided, and the plugin changes nothing any more, before it loses what it holds
   * @throws a `ClaimdError`: `PLUGIN_NOT_FOUND`, `PLUGIN_DISABLED_BY_FILE` or `STORE_DEGRADED`
   */
  async setEnabled(
    name: string,
    enabled: boolean,
    who: string,
    reason: string | null,
    before: () => Promise<unknown> = async () => {},
  ): Promise<PluginDecisionDocument> {
    const { entries, decisions, applyDisabled } = this.#options
    const { plugin } = entries.find(name)
    const document = decisions.setEnabled(name, enabled, who, reason)
    if (enabled) this.#liftQuarantine(name, who)
    try {
      await before()
    } finally {
      applyDisabled()
      plugin?.consider()
    }
    return document
  }

  /**
   * Looks at its folder now, and gives builds that failed another chance.
   * @throws a `ClaimdError`: `PLUGIN_NOT_FOUND` or `STORE_DEGRADED`
   */
  async reload(name: string, who: string): Promise<PluginDecisionDocument> {
    const { entries, finder, known } = this.#options
    const { plugin } = entries.find(name)
    const isLifted = this.#liftQuarantine(name, who)
    await finder.scan()
    plugin?.consider()
    const { version, build, state, because } = pluginRow(entries.find(name), known)
    const what = `${version ?? ''} (build ${build?.slice(0, 12) ?? 'unknown'})`.trim()
    const tried = { idle: ' as soon as it is asked', starting: ' now', running: ' now' }[state as string]
    const outcome =
      isLifted && tried
        ? `failed before and is tried again${tried}; what becomes of it: claimd plugins ${name}`
        : `is ${state}${because && `, ${because}`}${isLifted ? '; builds that failed may be tried again' : ''}`
    const message = `its folder was looked at: ${name} ${what} ${outcome}`
    return { result: 'SUCCESS', plugin: name, message }
  }

  /**
   * Removes what a plugin stored that an operator has removed, or keeps it for the same build; see `RemovalMarks`.
   * Resolves when the plugin's processes have ended and the data is gone.
   * @throws a `ClaimdError`, code `STORE_DEGRADED`
   */
  async forget(name: string, who: string): Promise<PluginDecisionDocument> {
    const { removed, finder, retired, note } = this.#options
    const removal = removed.find(name)
    if (removal) {
      await finder.scan()
      await retired()
      if (removed.has(name)) removed.finish(removal)
    }
    // The end of its process may have led to it before.
    const outcome = removed.takeOutcome(name)
    if (outcome === null) return { result: 'SUCCESS', plugin: name, message: `${name} was not removed` }
    const message = {
      kept: `what ${name} stored is kept for the same build`,
      removed: `what ${name} stored is removed`,
      'nothing stored': `${name} had stored nothing`,
    }[outcome]
    if (outcome === 'kept') note('plugin-data-kept', name, { who })
    else note('plugin-data-removed', name, { who, hadData: outcome === 'removed' })
    return { result: 'SUCCESS', plugin: name, message }
  }

  #liftQuarantine(name: string, who: string): boolean {
    const { known, note } = this.#options
    const isLifted = known.policy.quarantine.lift(name)
    if (isLifted) note('plugin-quarantine-lifted', name, { who })
    return isLifted
  }
}
