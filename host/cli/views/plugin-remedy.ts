import type { PluginRow } from '@claimd/sdk'
import { shellWord } from '../../core/shell-word.js'

/** The command that lets a plugin run, or what lies in its folder; `null` where none does. */
export function pluginRemedy({ name, state, awaitsTrust, notTaken }: PluginRow): string | null {
  if (awaitsTrust || notTaken?.awaitsTrust) return `claimd plugin trust ${shellWord(name)}`
  if (state === 'quarantined')
    return `correct it, or have it tried again: claimd plugin reload ${shellWord(name)}`
  return null
}
