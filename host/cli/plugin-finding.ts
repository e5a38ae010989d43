import type { Finding, PluginRow } from '@claimd/sdk'
import { shellWord } from '../core/shell-word.js'

/** Why a plugin does not run, or not as it is in its folder, and what to do. */
export type PluginFinding = Pick<Finding, 'found'> & { verdict: 'wrong' | 'limited'; remedy: string }

/**
 * @param options.command how a command is typed
 * @param options.asRoot whether only root may decide about plugins, and who reads this is somebody else
 * @returns `null` for a plugin that runs, or that will when it is needed, and for one that an operator disabled
 */
export function pluginFinding(
  { name, state, because, faults, notTaken, awaitsTrust }: PluginRow,
  { command = (words: string) => `claimd ${words}`, asRoot = false } = {},
): PluginFinding | null {
  const word = shellWord(name)
  const show = `See ${command(`plugin show ${word}`)}`
  const as = asRoot ? ', as root' : ''
  const trust = `If it may${as}: ${command(`plugin trust ${word}`)}`
  const found = because === '' ? state : `${state}: ${because}`
  switch (state) {
    case 'rejected':
      return { verdict: 'wrong', found, remedy: faults[0]?.remedy ?? show }
    case 'quarantined': {
      const remedy = `Correct it, or have it tried again${as}: ${command(`plugin reload ${word}`)}`
      return { verdict: 'wrong', found, remedy }
    }
    case 'stuck':
    case 'backing-off':
      return { verdict: 'wrong', found, remedy: `See ${command(`plugin log ${word}`)}` }
    case 'untrusted':
      return { verdict: 'limited', found, remedy: awaitsTrust ? trust : show }
    default: {
      if (notTaken === null) return null
      const remedy = notTaken.awaitsTrust ? trust : (faults[0]?.remedy ?? show)
      return { verdict: 'limited', found: notTaken.because, remedy }
    }
  }
}
