import type { PluginRow } from '@claimd/sdk'
import { shellWord } from '../../core/shell-word.js'

/** The command that makes a plugin run in the version that is in its folder; `null` when no command helps. */
export function pluginRemedy({ name, state, awaitsTrust, notTaken }: PluginRow): string | null {
  if (awaitsTrust || notTaken?.awaitsTrust) return `claimd plugin trust ${shellWord(name)}`
  if (state === 'quarantined')
    return `correct it, or have it tried again: claimd plugin reload ${shellWord(name)}`
  return null
}
