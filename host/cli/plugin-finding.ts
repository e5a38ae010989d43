import type { PluginRow } from '@claimd/sdk'
import { shellWord } from '../core/shell-word.js'

/** Why a plugin does not run, or not as it is in its folder, and what to do. */
export interface PluginFinding {
  verdict: 'wrong' | 'limited'
  found: string
  /** `null` where one has to look at the plugin first, see {@link lookAtPlugin}. */
  remedy: string | null
}

export interface PluginFindingOptions {
  /** How a command is typed. Default: `claimd WORDS`. */
  command?(words: string): string
  /** Whether only root may decide about plugins, and who reads this is somebody else. Default: no. */
  asRoot?: boolean
}

/** @returns `null` for a plugin that runs, or that will when it is needed, and for one that an operator disabled */
export function pluginFinding(
  { name, state, because, faults, notTaken, awaitsTrust }: PluginRow,
  { command = typed, asRoot = false }: PluginFindingOptions = {},
): PluginFinding | null {
  const word = shellWord(name)
  const as = asRoot ? ', as root' : ''
  const trust = `If it may${as}: ${command(`plugin trust ${word}`)}`
  const found = because === '' ? state : `${state}: ${because}`
  switch (state) {
    case 'rejected':
      return { verdict: 'wrong', found, remedy: faults[0]?.remedy ?? null }
    case 'quarantined': {
      const remedy = `Correct it, or have it tried again${as}: ${command(`plugin reload ${word}`)}`
      return { verdict: 'wrong', found, remedy }
    }
    case 'stuck':
    case 'backing-off':
      return { verdict: 'wrong', found, remedy: `See ${command(`plugin log ${word}`)}` }
    case 'untrusted':
      return { verdict: 'limited', found, remedy: awaitsTrust ? trust : null }
    default: {
      if (notTaken === null) return null
      const remedy = notTaken.awaitsTrust ? trust : (faults[0]?.remedy ?? null)
      return { verdict: 'limited', found: notTaken.because, remedy }
    }
  }
}

/** What to do about a plugin of which nothing better is known. */
export function lookAtPlugin(name: string, command = typed): string {
  return `See ${command(`plugin show ${shellWord(name)}`)}`
}

function typed(words: string): string {
  return `claimd ${words}`
}
