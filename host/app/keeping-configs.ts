import type { Act, ActPort, DialAct } from '../core/kernel/provider-port.js'
import type { ConfigVault } from './config-vault.js'

/**
 * Has the config of a connection last before its provider is called: what was begun with it may have to be taken down after
 * a restart, when the configuration file has another one.
 */
export function keepingConfigs(acts: ActPort, vault: Pick<ConfigVault, 'keep'>): ActPort {
  return {
    act(act) {
      try {
        // No link outlives a power cut, so it is not waited for the disk.
        if (isDial(act)) vault.keep([act.parameters.connection.config], { sync: false })
      } catch {
        // That the act begins is stored, so it has to be carried out. At worst only the host takes back what was made.
      }
      acts.act(act)
    },
    cancelAct: (act) => acts.cancelAct(act),
  }
}

function isDial(act: Act): act is DialAct {
  return act.kind === 'connect' || act.kind === 'disconnect'
}
