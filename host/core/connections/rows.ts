import type { ConnectionReference } from '../kernel/provider-port.js'
import { type Row, RowKind } from '../kernel/rows.js'
import type { ConnectionSettings } from './settings.js'

/** A connection that was configured through the API. Those of the configuration file are read from it. */
export interface StoredConfiguration extends ConnectionSettings {
  /** The handle by which it is edited: another one after each edit. */
  change: number
  who: string
  /** RFC 3339. */
  at: string
}

/** One try to bring a connection up, from its reservation until all that it made is gone. */
export interface StoredAttempt {
  fence: number
  /** As it is in force for this attempt. */
  reference: ConnectionReference
  /** The full id. */
  provider: string
  /** Adapter id; `null` where the provider makes its own link. */
  adapter: string | null
  phase: 'connecting' | 'connected' | 'disconnecting'
  /** Of `disconnecting`: whether it stays connected if its provider does not take it down. Default: `false`. */
  wasConnected?: boolean
  /** The ids of the named resources that it uses. */
  resources: string[]
  /** See `Attempt`. Those that were stored by earlier versions have none. */
  linkKey?: string | null
  /** RFC 3339. */
  since: string
}

/** A connection that is up by the link of another one. */
export interface StoredSharing {
  reference: ConnectionReference
  /** The name of the connection whose link it is. */
  carrier: string
  /** RFC 3339. */
  since: string
}

/** Somebody who wants a connection up. */
export interface StoredHold {
  connection: string
  owner: string
  mode: 'keep' | 'once'
  who: string
  /** RFC 3339. */
  since: string
  /** It ended with claimd. Default: `false`, it is there again after a restart. */
  ofClient?: boolean
}

/** An operator's decision that a connection is not connected by itself. */
export interface StoredStop {
  connection: string
  who: string
  /** It ends with this boot. */
  boot: string
}

/** A request that was not completed. After a restart it is, as interrupted. */
export interface StoredRequest {
  id: number
  what: 'connect' | 'disconnect'
  connection: string
  who: string
  /** RFC 3339. */
  since: string
}

export const configurationRows = new RowKind<StoredConfiguration>('configuration', ({ name }) => name)
export const attemptRows = new RowKind<StoredAttempt>('attempt', ({ reference }) => reference.name)
export const sharingRows = new RowKind<StoredSharing>('sharing', ({ reference }) => reference.name)
export const holdRows = new RowKind<StoredHold>('hold', ({ connection, owner }) => `${connection}/${owner}`)
export const stopRows = new RowKind<StoredStop>('stop', ({ connection }) => connection)
export const requestRows = new RowKind<StoredRequest>('request', ({ id }) => String(id))

/** The fingerprints of the configs that stored configurations and attempts need. */
export function neededConfigs(rows: readonly Row[]): string[] {
  const configured = configurationRows.of(rows).map(({ config }) => config)
  const inForce = [...attemptRows.of(rows), ...sharingRows.of(rows)].map(({ reference }) => reference.config)
  return [...configured, ...inForce]
}
