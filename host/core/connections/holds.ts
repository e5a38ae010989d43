import type { ConnectionsContext } from './context.js'
import type { ConnectionRecord, Hold } from './records.js'
import { holdRows, stopRows } from './rows.js'

/** A request over the command line or the API places the operator's hold. */
export const operator = 'operator'

/** A client that is there for as long as it wants a connection up has an owner of its own, which ends with it. */
export function newClient(context: ConnectionsContext): string {
  return `client ${context.turn.counters.nextFence()}`
}

export function placeHold(context: ConnectionsContext, record: ConnectionRecord, hold: Hold): void {
  const before = record.holds.get(hold.owner)
  // A hold of mode `keep` stays one when its owner asks for a single attempt as well.
  if (before?.mode === 'keep') return
  record.holds.set(hold.owner, hold)
  const { owner, who } = hold
  context.turn.put(holdRows, { connection: record.name, ...hold })
  if (!before) context.emit('hold-placed', record, { connection: record.name, owner, who })
}

export function endHold(
  context: ConnectionsContext,
  record: ConnectionRecord,
  owner: string,
  because: string,
  who: string | null = null,
): void {
  if (!record.holds.delete(owner)) return
  context.turn.drop(holdRows, `${record.name}/${owner}`)
  context.emit('hold-ended', record, { connection: record.name, owner, who, because })
}

/** Those that wanted one attempt do not want another one. */
export function endSingleHolds(context: ConnectionsContext, record: ConnectionRecord, because: string): void {
  for (const { owner, mode } of [...record.holds.values()]) {
    if (mode === 'once') endHold(context, record, owner, because)
  }
}

export function stopConnects(context: ConnectionsContext, record: ConnectionRecord, who: string): void {
  const isNews = record.stoppedBy === null
  record.stoppedBy = who
  context.turn.put(stopRows, { connection: record.name, who, boot: context.adapters.where.boot })
  if (isNews) context.emit('connects-stopped', record, { connection: record.name, who })
}

export function allowConnects(context: ConnectionsContext, record: ConnectionRecord): void {
  if (record.stoppedBy === null) return
  record.stoppedBy = null
  context.turn.drop(stopRows, record.name)
}

/** The holds on a connection, and who has stopped its automatic connects. */
export interface Holds {
  holds: ReadonlyMap<string, Hold>
  stoppedBy: string | null
}

export function holdsOf({ holds, stoppedBy }: ConnectionRecord): Holds {
  return { holds: new Map(holds), stoppedBy }
}

/** As they were: what has changed could not be stored. */
export function restoreHolds(
  context: ConnectionsContext,
  record: ConnectionRecord,
  { holds, stoppedBy }: Holds,
): void {
  for (const owner of record.holds.keys()) {
    if (!holds.has(owner)) context.turn.drop(holdRows, `${record.name}/${owner}`)
  }
  record.holds.clear()
  for (const hold of holds.values()) {
    record.holds.set(hold.owner, hold)
    context.turn.put(holdRows, { connection: record.name, ...hold })
  }
  record.stoppedBy = stoppedBy
  if (stoppedBy === null) context.turn.drop(stopRows, record.name)
  else
    context.turn.put(stopRows, { connection: record.name, who: stoppedBy, boot: context.adapters.where.boot })
}
