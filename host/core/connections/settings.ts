import type { ConfiguredConnection, ConnectBehaviour } from '@claimd/sdk'
import type { ConnectionReference } from '../kernel/provider-port.js'

/** When what failed or was lost is tried again, with all defaults filled in. Times are in milliseconds. */
export type ReconnectSettings =
  | { algorithm: 'none' }
  | {
      algorithm: 'linear'
      delay: number
      /** `null`: without end. */
      attempts: number | null
      /** After so many attempts, every so often; `null`: never. */
      afterwards: number | null
    }
  | {
      algorithm: 'exponential'
      delay: number
      /** The longest delay. */
      limit: number
      attempts: number | null
      afterwards: number | null
    }

/** When claimd connects and disconnects a connection. Times are in milliseconds. */
export interface DialSettings {
  behaviour: ConnectBehaviour
  /** `null`: never. */
  idleTimeout: number | null
  reconnect: ReconnectSettings
  enabled: boolean
}

export const defaultIdleTimeout = 60_000

export const defaultReconnect: ReconnectSettings = {
  algorithm: 'exponential',
  delay: 1_000,
  limit: 300_000,
  attempts: null,
  afterwards: 300_000,
}

/** A configured connection, with all defaults filled in. */
export interface ConnectionSettings extends ConnectionReference, DialSettings {}

/** @param connection its `config` is a fingerprint by now, see {@link ConnectionReference} */
export function settingsFor({
  name,
  type,
  config,
  behaviour = 'default',
  idleTimeout = defaultIdleTimeout,
  reconnect = defaultReconnect,
  enabled = true,
}: ConfiguredConnection & Partial<DialSettings>): ConnectionSettings {
  const { fingerprint = JSON.stringify(config) } = config as { fingerprint?: string }
  return { name, type, config: fingerprint, behaviour, idleTimeout, reconnect, enabled }
}
