import type { Permissions } from '@claimd/sdk'
import type { Records } from '../../core/kernel/store-port.js'
import { covers } from '../../core/permissions/covers.js'
import type { AcceptedPlugin, FoundPlugin } from '../discovery/found-plugin.js'
import { hexOf } from '../discovery/preference.js'
import type { OperatorDecisions } from '../operator-decisions.js'
import type { StoredData } from '../stored-data.js'
import { becauseFailed, type Refusal } from './facts.js'
import { LastGood } from './last-good.js'
import { Quarantine } from './quarantine.js'

export interface PolicyOptions {
  records: Records
  decisions: OperatorDecisions
  stored: StoredData
  /** What every plugin asks for counts as granted. */
  grantAll: boolean
  /** The only content hash that a plugin may have, `sha256:…` or the digits alone; `null`: any. */
  pinned(plugin: string): string | null
  /** Whether what an earlier plugin of this name stored has yet to be removed. */
  isRemoved(plugin: string): boolean
}

/** Whether a build of a plugin may run, and what it may do: trust, pins, quarantine. */
export class Policy {
  readonly quarantine: Quarantine
  readonly lastGood: LastGood
  readonly #options: PolicyOptions

  constructor(options: PolicyOptions) {
    this.#options = options
    this.quarantine = new Quarantine(options.records)
    this.lastGood = new LastGood(options.records)
  }

  /** Why a version may not run, or `null`. */
  refusal(version: AcceptedPlugin): Refusal | null {
    const { name, build, bundled, permissions } = version
    const reason = this.quarantine.reasonOf(build)
    if (reason !== null) return { state: 'quarantined', why: becauseFailed(reason), awaitsTrust: false }
    const pin = this.#options.pinned(name)
    if (pin !== null && hexOf(pin) !== build)
      return untrusted(`another build is pinned in the configuration: ${hexOf(pin)}`)
    if (this.#options.isRemoved(name))
      return untrusted('what an earlier plugin of this name stored could not be removed yet')
    if (bundled || this.#options.grantAll) return null
    const kept = this.keptData(version)
    const missing = covers(this.#options.decisions.trustOf(name)?.permissions ?? {}, permissions)
    const asked = [...missing.map(({ asked }) => asked), ...(kept === null ? [] : [kept])]
    if (asked.length === 0) return null
    const why = `nobody has granted what it asks for: ${asked.join('; ')}`
    return { state: 'untrusted', why, awaitsTrust: true }
  }

  /** What a plugin may do, whoever granted it. */
  granted({ name, bundled, accepted }: FoundPlugin): Permissions {
    if (bundled || this.#options.grantAll) return accepted?.permissions ?? {}
    return this.#options.decisions.trustOf(name)?.permissions ?? {}
  }

  /** What it asks for beside permissions: to be given what a removed plugin of its name stored. Else `null`. */
  keptData({ name, build, bundled }: FoundPlugin | AcceptedPlugin): string | null {
    if (bundled || this.#options.grantAll) return null
    const kept = this.#options.stored.keptFor(name)
    if (kept === null || kept === build) return null
    return `read what the removed ${kept === '' ? 'plugin' : `build ${kept.slice(0, 12)}`} of this name stored`
  }

  /** The records of the plugin are gone. */
  forget(plugin: string): void {
    this.lastGood.forget(plugin)
    this.quarantine.forget(plugin)
  }
}

function untrusted(why: string): Refusal {
  return { state: 'untrusted', why, awaitsTrust: false }
}
