import type { ClaimdError } from '@claimd/sdk'
import type { FieldFault } from '../../core/documents/field-fault.js'
import { claimdError } from '../../core/errors.js'
import { shellWord } from '../../core/shell-word.js'
import { cut } from '../process/wire-checks.js'
import type { Caller } from './caller.js'

/** Refusals of one plugin that are recorded within a window; what is over is counted. */
const refusalBudget = { count: 10, windowMs: 60_000 }

/** Of what was granted, so much is named in an error. */
const named = 8

/** What was granted of one kind of permission, and where more of it would be asked for. */
export interface Grantable {
  /** All that the plugin may do of this kind, in words. */
  granted: readonly string[]
  /** The place in the manifest, below `permissions`. */
  key: string
  /** What the check of manifests says about asking for this call: then no manifest may. Default: nothing. */
  fault?: FieldFault | undefined
}

/**
 * A call outside of what the plugin was granted.
 * @param asked what it wanted to do, such as `read /etc/hostname`
 */
export function notAllowed(caller: Caller, asked: string, { granted, key, fault }: Grantable): ClaimdError {
  const more = granted.length > named ? ` and ${granted.length - named} more` : ''
  return claimdError('NOT_ALLOWED', {
    message: `plugin ${caller.plugin} may not ${cut(asked, 300)}`,
    found: cut(asked, 300),
    expected:
      granted.length === 0
        ? 'nothing of this kind: none was granted'
        : `${granted.slice(0, named).join('; ')}${more}`,
    remedy: fault
      ? `change the call: no manifest may ask for this, but for ${fault.expected}. ${fault.remedy}`
      : `ask for it in the manifest, under \`permissions.${key}\`, and have an operator run \`claimd plugin trust ${shellWord(caller.plugin)}\``,
  })
}

/** Something that nobody can be granted. */
export function neverAllowed(caller: Caller, asked: string, because: string): ClaimdError {
  return claimdError('NOT_ALLOWED', {
    message: `plugin ${caller.plugin} may not ${cut(asked, 300)}: ${because}`,
    found: cut(asked, 300),
    expected: `something else: ${because}`,
    remedy: 'do without it; no operator can grant it',
  })
}

/** Refusals that the core has recorded. */
const recorded = new WeakSet<Error>()

/** Marks a refusal that is in the journal already. @returns it */
export function alreadyRecorded<Refusal extends Error>(refusal: Refusal): Refusal {
  recorded.add(refusal)
  return refusal
}

/** What of a plugin's refusals may still be recorded, and how many were not. */
interface Allowance {
  left: number
  at: number
  unrecorded: number
}

/** Records refusals, of each plugin so many a minute: a plugin that is refused again and again fills no journal. */
export class RefusalNotes {
  readonly #allowances = new Map<string, Allowance>()

  record(caller: Caller, method: string, refusal: ClaimdError): void {
    if (recorded.has(refusal)) return
    const { message, found, expected } = refusal
    const now = performance.now()
    const { count, windowMs } = refusalBudget
    const before = this.#allowances.get(caller.plugin) ?? { left: count, at: now, unrecorded: 0 }
    const left = Math.min(count, before.left + ((now - before.at) / windowMs) * count)
    if (left < 1) {
      this.#allowances.set(caller.plugin, { left, at: now, unrecorded: before.unrecorded + 1 })
      return
    }
    this.#allowances.set(caller.plugin, { left: left - 1, at: now, unrecorded: 0 })
    const { unrecorded } = before
    caller.note('permission-refused', { method, refusal: message, found, expected, unrecorded })
  }
}
