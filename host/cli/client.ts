import type { Client } from '@claimd/sdk/client'

/** What the commands need of a client of the control API. */
export type ControlClient = Pick<
  Client,
  | 'status'
  | 'adapters'
  | 'adapter'
  | 'connections'
  | 'providers'
  | 'plugins'
  | 'plugin'
  | 'pluginLog'
  | 'trustPlugin'
  | 'untrustPlugin'
  | 'undoPlugin'
  | 'forgetPlugin'
  | 'enablePlugin'
  | 'disablePlugin'
  | 'reloadPlugin'
  | 'explain'
  | 'offer'
  | 'release'
  | 'disconnect'
  | 'disconnectAll'
  | 'journal'
  | 'events'
>
