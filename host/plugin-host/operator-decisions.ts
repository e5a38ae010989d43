import type { Permissions, PluginDecisionDocument } from '@claimd/sdk'
import { claimdError } from '../core/errors.js'
import type { Records } from '../core/kernel/store-port.js'
import { asksForNothing } from '../core/permissions/normalise.js'
import { shellWord } from '../core/shell-word.js'
import type { NoteDetails, PluginNoteType } from './plugin-note.js'

/** What an operator granted, and to which build of the plugin. */
export interface PluginTrust {
  build: string
  permissions: Permissions
  who: string
  /** RFC 3339. */
  at: string
}

interface PluginDisabled {
  who: string
  reason: string | null
  at: string
}

/** What is decided about: a plugin as it was found. */
export interface DecidedPlugin {
  name: string
  version: string | null
  build: string
  bundled: boolean
  /** As asked for; `null` when the manifest is faulty. */
  permissions: Permissions | null
}

export interface DecisionsSetting {
  records: Records
  /** The configuration file, for messages. */
  configuration: string
  /** The time, RFC 3339. */
  at(): string
  /** For the journal; called once the decision is on the disk. */
  note<Type extends PluginNoteType>(type: Type, plugin: string, details: NoteDetails<Type>): void
}

/**
 * What operators have decided about plugins: whom they trust with what, and what may not run. Each decision is
 * on the disk when its method returns. The configuration file's word is above them.
 */
export class OperatorDecisions {
  readonly #setting: DecisionsSetting
  readonly #trusts: Map<string, PluginTrust>
  readonly #disabled: Map<string, PluginDisabled>
  #disabledByFile: ReadonlySet<string> = new Set()

  constructor(setting: DecisionsSetting) {
    this.#setting = setting
    const all = <Value>(kind: string) =>
      new Map(setting.records.all<Value>(kind).map(({ key, value }) => [key, value]))
    this.#trusts = all(trustKind)
    this.#disabled = all(disabledKind)
  }

  /** The names in `plugins.disabled` of the configuration file. */
  setDisabledByFile(names: ReadonlySet<string>): void {
    this.#disabledByFile = names
  }

  /** Why a plugin may not run, in words; `null` when it may. */
  whyDisabled(name: string): string | null {
    if (this.#disabledByFile.has(name))
      return `disabled by plugins.disabled in ${this.#setting.configuration}`
    const decision = this.#disabled.get(name)
    if (!decision) return null
    return `disabled by ${decision.who}${decision.reason === null ? '' : `: ${decision.reason}`}`
  }

  /** The records of the plugin are gone. */
  forget(name: string): void {
    this.#trusts.delete(name)
    this.#disabled.delete(name)
  }

  trustOf(name: string): PluginTrust | null {
    return this.#trusts.get(name) ?? null
  }

  /**
   * @param wantsData whether it is also given what an earlier plugin of its name stored
   * @throws a `ClaimdError`: `PLUGIN_CHANGED`, `PLUGIN_REJECTED` or `STORE_DEGRADED`
   */
  trust(plugin: DecidedPlugin, build: string, who: string, wantsData = false): PluginDecisionDocument {
    const { name, permissions } = plugin
    if (plugin.build !== build) throw changed(plugin, build)
    if (permissions === null) throw rejected(plugin)
    if (plugin.bundled || (asksForNothing(permissions) && !wantsData)) {
      const why = plugin.bundled ? 'ships with claimd' : 'asks for nothing'
      return done(name, `${titleOf(plugin)} ${why} and needs no trust`)
    }
    const trust = { build, permissions, who, at: this.#setting.at() }
    this.#setting.records.put(trustKind, name, trust)
    this.#trusts.set(name, trust)
    this.#setting.note('plugin-trusted', name, { who, version: plugin.version, build, permissions })
    return done(name, `${titleOf(plugin)} is trusted with what it asks for; it starts when it is needed`)
  }

  /** @throws a `ClaimdError`, code `STORE_DEGRADED` */
  untrust(name: string, who: string): PluginDecisionDocument {
    if (!this.#trusts.has(name)) return done(name, `nothing was granted to ${name}`)
    this.#setting.records.drop(trustKind, name)
    this.#trusts.delete(name)
    this.#setting.note('plugin-untrusted', name, { who })
    return done(name, `what was granted to ${name} is taken back`)
  }

  /** @throws a `ClaimdError`: `PLUGIN_DISABLED_BY_FILE` or `STORE_DEGRADED` */
  setEnabled(
    name: string,
    enabled: boolean,
    who: string,
    reason: string | null = null,
  ): PluginDecisionDocument {
    return enabled ? this.#enable(name, who) : this.#disable(name, who, reason)
  }

  #enable(name: string, who: string): PluginDecisionDocument {
    if (this.#disabledByFile.has(name)) throw this.#stillDisabled(name)
    if (!this.#disabled.has(name)) return done(name, `${name} is not disabled`)
    this.#setting.records.drop(disabledKind, name)
    this.#disabled.delete(name)
    this.#setting.note('plugin-enabled', name, { who })
    return done(name, `${name} is enabled; it starts when it is needed`)
  }

  #disable(name: string, who: string, reason: string | null): PluginDecisionDocument {
    const before = this.#disabled.get(name)
    if (before) return done(name, `${name} is disabled already, by ${before.who}`)
    const decision = { who, reason, at: this.#setting.at() }
    this.#setting.records.put(disabledKind, name, decision)
    this.#disabled.set(name, decision)
    this.#setting.note('plugin-disabled', name, { who, reason })
    return done(name, `${name} is disabled; what it holds stays protected, and is offered to the others`)
  }

  #stillDisabled(name: string) {
    const { configuration } = this.#setting
    return claimdError('PLUGIN_DISABLED_BY_FILE', {
      message: `${name} stays disabled: the configuration file says so`,
      found: `${name} in plugins.disabled of ${configuration}`,
      expected: 'a file that does not name it: what stands there wins over the API',
      remedy: `take ${name} out of plugins.disabled in ${configuration}; the file is read anew at once`,
    })
  }
}

const trustKind = 'plugin-trust'
const disabledKind = 'plugin-disabled'

function done(plugin: string, message: string): PluginDecisionDocument {
  return { result: 'SUCCESS', plugin, message }
}

function titleOf({ name, version }: DecidedPlugin): string {
  return `${name} ${version ?? ''}`.trim()
}

function changed(plugin: DecidedPlugin, build: string) {
  return claimdError('PLUGIN_CHANGED', {
    message: `${plugin.name} has changed since it was looked at, so nothing was granted`,
    found: `build ${plugin.build.slice(0, 12)}`,
    expected: `build ${build.slice(0, 12)}`,
    remedy: `look at what it asks for now: claimd plugin trust ${shellWord(plugin.name)}`,
  })
}

function rejected(plugin: DecidedPlugin) {
  return claimdError('PLUGIN_REJECTED', {
    message: `${plugin.name} has a faulty manifest, so it cannot be trusted with anything`,
    found: 'a plugin that is rejected',
    expected: 'one whose manifest has no fault',
    remedy: `see what is wrong: claimd plugin show ${shellWord(plugin.name)}`,
  })
}
