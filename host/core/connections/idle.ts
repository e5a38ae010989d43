import type { ConnectionsContext } from './context.js'
import type { ConnectionRecord } from './records.js'
import { isIdle } from './rules.js'
import { type ConnectionSettings, defaultIdleTimeout } from './settings.js'

/** CM-22: measures how long a connection that is up has not been used. @returns whether it is to be taken down now */
export function idleWhenUnused(context: ConnectionsContext, record: ConnectionRecord): boolean {
  if (!isIdle(record)) record.idleUntil = null
  else if (record.idleUntil === null) idleAfter(context, record, idleTimeoutOf(record))
  else return context.moment.now >= record.idleUntil
  return false
}

/** What is idle already is idle for the time that is configured now, from now on. @param before as it was configured */
export function countAnew(record: ConnectionRecord, before: ConnectionSettings | null): void {
  if (idleTimeoutOf({ settings: before }) !== idleTimeoutOf(record)) record.idleUntil = null
}

function idleTimeoutOf({ settings }: Pick<ConnectionRecord, 'settings'>): number | null {
  return settings === null ? defaultIdleTimeout : settings.idleTimeout
}

/** @param ms `null`: never */
export function idleAfter(context: ConnectionsContext, record: ConnectionRecord, ms: number | null): void {
  if (ms === null) return
  record.idleUntil = context.moment.now + ms
  context.turn.wake(`idle ${record.name}`, ms)
}
