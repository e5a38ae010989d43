import type { ConfiguredConnection } from '@claimd/sdk'
import { ownerOf } from './connection-owner.js'
import type { Context } from './context.js'
import { moveAside } from './holding.js'
import type { AdapterRecord } from './records.js'
import { yieldsName } from './rules.js'
import { verifyAnew } from './verifying.js'

/** What an edit of the configuration touches. */
export interface Edited {
  /** Connections that were added, changed or removed. */
  names: ReadonlySet<string>
  /** Their types, before and after. */
  types: ReadonlySet<string>
}

type Configured = ReadonlyMap<string, ConfiguredConnection>

/** Compares two versions of the configured connections. */
export function editedConnections(before: Configured, after: Configured): Edited {
  const names = new Set<string>()
  const types = new Set<string>()
  for (const name of new Set([...before.keys(), ...after.keys()])) {
    const versions = [before.get(name), after.get(name)]
    if (JSON.stringify(versions[0]) === JSON.stringify(versions[1])) continue
    names.add(name)
    for (const version of versions) if (version) types.add(version.type)
  }
  return { names, types }
}

/**
 * Asks every holder whose connection, or whose type of connection, an edit touches, see
 * host/docs/design.md#the-configuration.
 * @param moved whose connections have another name for that
 */
export function verifyEdited(
  context: Context,
  { names, types }: Edited,
  moved: ReadonlySet<AdapterRecord>,
): void {
  for (const record of context.adapters.values()) {
    const { holding } = record
    if (!holding) continue
    const provider = context.roster.get(holding.provider)
    const hasType = provider?.connectionTypes.some((type) => types.has(type)) ?? false
    if (hasType || names.has(holding.connection) || moved.has(record)) verifyAnew(context, record)
  }
}

/**
 * Volatile connections leave their names to those that the operator has configured; while that cannot be stored, later.
 * @returns the adapters that are held for another name now, which their holders have yet to confirm
 */
export function giveWayToConfigured(context: Context): Set<AdapterRecord> {
  const moved = new Set<AdapterRecord>()
  if (context.degraded !== null || !context.ready) return moved
  for (const record of context.adapters.values()) {
    const { holding } = record
    const type = holding && context.configured.get(holding.connection)?.type
    if (type !== undefined && type !== null && yieldsName(holding!, ownerOf(context, type))) {
      moveAside(context, record)
      moved.add(record)
    }
  }
  return moved
}
