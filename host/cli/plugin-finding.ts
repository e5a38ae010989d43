import type { PluginRow, UnreadableFolder } from '@claimd/sdk'
import { shellWord } from '../core/shell-word.js'

/** Why a plugin does not run, or not as it is in its folder, and what to do. */
export interface PluginFinding {
  verdict: 'wrong' | 'limited'
  /** About the plugin, whose name and "is" belong before it; or a sentence about its folder, see `isSentence`. */
  found: string
  isSentence: boolean
  /** `null` where one has to look at the plugin first, see {@link lookAtPlugin}. */
  remedy: string | null
}

export interface PluginFindingOptions {
  /** Whether only root may decide about plugins, and who reads this is somebody else. Default: no. */
  asRoot?: boolean
}

/** @returns `null` for a plugin that runs, or that will when it is needed, and for one that an operator disabled */
export function pluginFinding(
  { name, folder, state, because, faults, notTaken, awaitsTrust }: PluginRow,
  { asRoot = false }: PluginFindingOptions = {},
): PluginFinding | null {
  const word = shellWord(name)
  const as = asRoot ? ', as root' : ''
  const trust = `If it may${as}: claimd plugin trust ${word}`
  const found = because === '' ? state : `${state}: ${because}`
  switch (state) {
    case 'rejected':
      return { verdict: 'wrong', found, remedy: faults[0]?.remedy ?? null, isSentence: false }
    case 'quarantined': {
      const remedy = `Correct it, or have it tried again${as}: claimd plugin reload ${word}; to see what fails: claimd plugin verify ${shellWord(folder)}`
      return { verdict: 'wrong', found, remedy, isSentence: false }
    }
    case 'stuck':
    case 'backing-off':
      return {
        verdict: 'wrong',
        found,
        remedy: `Correct it; what it printed, if anything: claimd plugin log ${word}`,
        isSentence: false,
      }
    case 'untrusted':
      return { verdict: 'limited', found, remedy: awaitsTrust ? trust : null, isSentence: false }
    default: {
      if (notTaken === null) return null
      const remedy = notTaken.awaitsTrust ? trust : (faults[0]?.remedy ?? null)
      return { verdict: 'limited', found: notTaken.because, remedy, isSentence: true }
    }
  }
}

/** What to do about a plugin of which nothing better is known. */
export function lookAtPlugin(name: string): string {
  return `See claimd plugin show ${shellWord(name)}`
}

/** Connection types that the plugin serves and is not given, as another plugin owns them. */
export function takenTypeFindings({ name, takenTypes }: PluginRow): PluginFinding[] {
  return takenTypes.map(({ type, owner }) => ({
    verdict: 'limited',
    found: `${name} is not given connections of type ${type}, which belongs to ${owner}`,
    remedy: 'Its author has to give its connections a type of their own',
    isSentence: true,
  }))
}

export function unreadableFinding({ path, because, remedy }: UnreadableFolder): PluginFinding {
  return {
    verdict: 'wrong',
    found: `${path} cannot be ${remedy === null ? 'read' : 'used'}: ${because}`,
    remedy: remedy ?? 'Make it a folder that the user of the daemon can read',
    isSentence: true,
  }
}
