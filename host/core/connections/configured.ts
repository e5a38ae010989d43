import type { Settings } from '../claims/context.js'
import type { ConnectionReference } from '../kernel/provider-port.js'
import type { ConnectionsContext } from './context.js'
import { hiddenByFile, tellHidden } from './hidden.js'
import { allowConnects, endHold } from './holds.js'
import { countAnew } from './idle.js'
import { passOn } from './pass-on.js'
import type { ConnectionRecord } from './records.js'
import { type ConnectionSettings, settingsFor } from './settings.js'

/** The configuration file is another one: it wins over what was configured through the API. */
export function takeSettings(context: ConnectionsContext, settings: Settings): void {
  const before = new Map([...context.records.values()].map((record) => [record, record.settings]))
  const hidden = hiddenByFile(context)
  takeFile(context, settings)
  for (const record of context.records.values()) tellEdit(context, record, before.get(record) ?? null)
  tellHidden(context, hidden)
  context.touchAll()
  tellClaims(context)
}

/** An edit of the file cannot be refused: what it changes counts from the next connect on, and what is up stays until it ends. */
export function tellEdit(
  context: ConnectionsContext,
  record: ConnectionRecord,
  before: ConnectionSettings | null,
): void {
  const { settings: now, name: connection } = record
  if (JSON.stringify(before) === JSON.stringify(now)) return
  const details = { connection, connectionType: (now ?? before)!.type, who: null }
  if (before === null) context.emit('connection-added', record, details)
  else if (now === null) {
    context.emit('connection-deleted', record, details)
    const because = 'it is not configured any more'
    for (const owner of [...record.holds.keys()]) endHold(context, record, owner, because)
  } else {
    const isUp = record.attempt !== null || record.sharing !== null || context.held(connection) !== undefined
    context.emit('connection-edited', record, { ...details, deferred: isUp && isAnotherOne(before, now) })
  }
}

/** Takes what the configuration file has. */
export function takeFile(context: ConnectionsContext, settings: Settings): void {
  context.fileSettings = settings
  const file = new Map(settings.connections.map((one) => [one.name, settingsFor(one)]))
  for (const name of new Set([...file.keys(), ...context.records.keys()])) {
    const record = context.records.get(name) ?? addRecord(context, name)
    const before = record.settings
    record.settings = file.get(name) ?? context.stored.get(name) ?? null
    record.source = file.has(name) ? 'file' : record.settings ? 'api' : null
    if (JSON.stringify(before) === JSON.stringify(record.settings)) continue
    countAnew(record, before)
    record.retry = null
    record.awaitsChange = false
  }
}

/** What is configured now, by the file and through the API, goes to the claims machine, and to the plugins. */
export function tellClaims(context: ConnectionsContext): void {
  passOn(context, { type: 'settings', settings: mergedSettings(context) })
  tellPlugins(context)
}

/** Before they are asked anything else. */
export function tellPlugins(context: ConnectionsContext): void {
  context.turn.out.configured = [...context.records.values()].flatMap(({ settings: one }) =>
    one ? [{ name: one.name, type: one.type, config: one.config }] : [],
  )
}

export function mergedSettings(context: ConnectionsContext): Settings {
  const connections = [...context.records.values()].flatMap(({ settings }) =>
    settings ? [{ name: settings.name, type: settings.type, config: { fingerprint: settings.config } }] : [],
  )
  return { ...context.fileSettings, connections }
}

export function addRecord(context: ConnectionsContext, name: string): ConnectionRecord {
  const record: ConnectionRecord = {
    name,
    settings: null,
    source: null,
    change: null,
    edit: null,
    holds: new Map(),
    requests: new Map(),
    attempt: null,
    stoppedBy: null,
    failures: 0,
    failure: null,
    retry: null,
    awaitsChange: false,
    idleUntil: null,
    sharing: null,
    sharers: new Set(),
    told: 'disconnected',
  }
  context.records.set(name, record)
  return record
}

/** Nothing is known of it any more. */
export function forgetUnused(context: ConnectionsContext, record: ConnectionRecord): void {
  const { settings, edit, attempt, sharing, holds, requests, name } = record
  const isKnown = settings !== null || edit !== null || attempt !== null || sharing !== null
  if (isKnown || holds.size + requests.size > 0) return
  // What is configured under this name later is another one.
  allowConnects(context, record)
  context.records.delete(name)
}

/** CM-18: whether what is up has to be taken down for it. */
export function isAnotherOne(before: ConnectionReference, now: ConnectionReference): boolean {
  return before.type !== now.type || before.config !== now.config
}
