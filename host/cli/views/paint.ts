import type { AdapterState, PluginState } from '@claimd/sdk'
import type { Colors, Formatter } from 'picocolors/types.js'

/** Colour only underlines what the word already says. */
export function paintAdapterState(colours: Colors, state: AdapterState): Formatter {
  switch (state) {
    case 'claimed':
    case 'managed':
      return colours.green
    case 'orphaned':
      return colours.yellow
    case 'offered':
    case 'connecting':
      return colours.cyan
    case 'ignored':
    case 'absent':
      return colours.dim
    default:
      return String
  }
}

export function paintPluginState(colours: Colors, state: PluginState): Formatter {
  switch (state) {
    case 'running':
      return colours.green
    case 'rejected':
    case 'stuck':
    case 'quarantined':
      return colours.red
    case 'backing-off':
    case 'untrusted':
      return colours.yellow
    case 'disabled':
    case 'idle':
      return colours.dim
    default:
      return String
  }
}
