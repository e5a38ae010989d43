import type { ActEndedEvent, ActPort, DialAct } from '../../core/kernel/provider-port.js'
import type { ConfigVault } from '../config-vault.js'

/**
 * Hands what changes something over to the plugins, once it is on the disk with which configuration: after a restart what is up
 * is taken down with that.
 */
export class DaemonActs implements ActPort {
  constructor(
    private readonly plugins: { act(act: DialAct): void; cancelAct: ActPort['cancelAct'] },
    private readonly vault: Pick<ConfigVault, 'keep'>,
    private readonly ended: (event: ActEndedEvent) => void,
  ) {}

  act(act: DialAct): void {
    try {
      this.vault.keep([act.parameters.connection.config])
    } catch (error) {
      const reason = `its configuration cannot be kept: ${(error as Error).message}`
      this.ended({ type: 'act-ended', act, result: { outcome: 'not-sent', reason } })
      return
    }
    this.plugins.act(act)
  }

  cancelAct(act: Parameters<ActPort['cancelAct']>[0]): void {
    this.plugins.cancelAct(act)
  }
}
