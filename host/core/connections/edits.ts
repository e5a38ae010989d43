// Long because what refuses an edit is asked before its provider judges it, and again after.
import { ClaimdError, type ConnectionChangeDocument, type ValidateAnswer } from '@claimd/sdk'
import { ownerOf } from '../claims/connection-owner.js'
import { wordFor } from '../claims/obstacles.js'
import { refuseDisconnect } from '../claims/rules.js'
import { claimdError } from '../errors.js'
import type { RequestEvent } from '../kernel/machine.js'
import type { ConnectionQuestion } from '../kernel/provider-port.js'
import { shellWord } from '../shell-word.js'
import { addRecord, forgetUnused, isAnotherOne, tellClaims } from './configured.js'
import { cancelConnect } from './connecting.js'
import type { ConnectionsContext } from './context.js'
import { beginEnding } from './ending.js'
import { holdsOf, restoreHolds } from './holds.js'
import { countAnew } from './idle.js'
import type { ConnectionsRequests } from './protocol.js'
import type { ConnectionRecord, PendingEdit } from './records.js'
import { configurationRows } from './rows.js'
import { refuseShared } from './rules.js'
import { endSharing } from './sharing.js'
import { refuseWhileStopping } from './stopping.js'
import { refuseWhileDegraded, storeDegraded } from './store-degraded.js'
import { unknownConnection } from './words.js'

type Asked<Type extends keyof ConnectionsRequests> = RequestEvent<Pick<ConnectionsRequests, Type>>

/** A new connection: its provider is asked whether it can be connected so, and the reply comes then. */
export function addConnection(context: ConnectionsContext, asked: Asked<'add-connection'>): void {
  const { settings, who, request } = asked
  refuseWhileDegraded(context)
  const known = context.records.get(settings.name)
  if (known?.settings || known?.edit) throw nameTaken(known)
  const record = known ?? addRecord(context, settings.name)
  ask(context, record, { request, settings, isNew: true, immediate: false, who })
}

/** The same for one that is configured. @throws CONNECTION_CHANGED when it is another one than the asker has seen */
export function editConnection(context: ConnectionsContext, asked: Asked<'edit-connection'>): void {
  const { settings, change, immediate, who, request } = asked
  refuseWhileDegraded(context)
  const record = editable(context, settings.name)
  if (String(record.change) !== change) {
    throw claimdError('CONNECTION_CHANGED', {
      message: `connection ${record.name} was changed by somebody else meanwhile, so nothing was done`,
      found: `the change handle ${change}`,
      expected: `that of the configuration as it is now, ${record.change}`,
      remedy: 'read it again, and make the change to that',
    })
  }
  refuseAtOnce(context, record, { settings, immediate })
  ask(context, record, { request, settings, isNew: false, immediate, who })
}

/** Rule 3, CM-27: what is claimed, and a link that others share, is not taken down for an edit. */
function refuseAtOnce(
  context: ConnectionsContext,
  record: ConnectionRecord,
  { settings, immediate }: Pick<PendingEdit, 'settings' | 'immediate'>,
): void {
  const isMadeAtOnce = immediate && isAnotherOne(record.settings!, settings)
  if (isMadeAtOnce) refuseClaimed(context, record)
  const isDisabled = record.settings!.enabled && !settings.enabled
  const refused = isMadeAtOnce || isDisabled ? refuseShared(record, context.records) : null
  if (refused) throw refused
}

/** @throws CONNECTION_IN_USE, and rule 3: what is claimed is not deleted */
export function deleteConnection(
  context: ConnectionsContext,
  { connection, who }: Asked<'delete-connection'>,
): ConnectionChangeDocument {
  refuseWhileDegraded(context)
  const record = editable(context, connection)
  refuseClaimed(context, record)
  if (record.attempt !== null || record.sharing !== null || record.holds.size > 0) {
    throw claimdError('CONNECTION_IN_USE', {
      message: `connection ${connection} is in use, so it was not deleted`,
      found:
        record.attempt || record.sharing
          ? `it is ${record.told}`
          : `held by ${[...record.holds.keys()].join(', ')}`,
      expected: 'a connection that is down and has no holds',
      remedy: `claimd disconnect ${shellWord(connection)}`,
    })
  }
  const { settings } = record
  const { change } = record
  const before = holdsOf(record)
  const undo = () => {
    record.settings = settings
    record.change = change
    record.source = 'api'
    context.stored.set(connection, settings!)
    context.turn.put(configurationRows, { ...settings!, change: change!, who, at: context.moment.at })
    context.records.set(connection, record)
    // Who has stopped it is forgotten with it.
    restoreHolds(context, record, before)
    tellClaims(context)
    return true
  }
  context.decide(undo, () => {
    context.turn.drop(configurationRows, connection)
    context.emit('connection-deleted', record, { connection, connectionType: settings!.type, who })
    record.settings = null
    record.source = null
    record.change = null
    context.stored.delete(connection)
    tellClaims(context)
  })
  context.turn.out.sync = true
  context.touch(record)
  return {
    result: 'SUCCESS',
    connection,
    change: null,
    deferred: false,
    message: `connection ${connection} was deleted`,
  }
}

/** Its provider, and the schema of its settings, have judged an edit. */
export function takeValidation(
  context: ConnectionsContext,
  record: ConnectionRecord,
  edit: PendingEdit,
  answer: ValidateAnswer,
): void {
  record.edit = null
  const { request, settings, who } = edit
  if (answer.result !== 'SUCCESS' && answer.result !== 'NOT_IMPLEMENTED') {
    context.turn.reply(request, refusalOf(record.name, answer), false)
    context.touch(record)
    return
  }
  if (context.degraded !== null) {
    context.turn.reply(request, storeDegraded(context), false)
    context.touch(record)
    return
  }
  const refused = refusedMeanwhile(context, record, edit)
  if (refused) {
    context.turn.reply(request, refused, false)
    context.touch(record)
    return
  }
  const before = { settings: record.settings, change: record.change, source: record.source }
  const needsDisconnect = record.settings !== null && isAnotherOne(record.settings, settings)
  const isUp = record.attempt !== null || record.sharing !== null || context.held(record.name) !== undefined
  const deferred = needsDisconnect && isUp && !edit.immediate
  const change = context.turn.counters.nextFence()
  const undo = () => {
    const { settings: undone } = record
    Object.assign(record, before)
    countAnew(record, undone)
    if (before.settings && before.change !== null) {
      context.stored.set(record.name, before.settings)
      const row = { ...before.settings, change: before.change, who, at: context.moment.at }
      context.turn.put(configurationRows, row)
    } else {
      context.stored.delete(record.name)
      context.turn.drop(configurationRows, record.name)
    }
    tellClaims(context)
    context.touch(record)
    return true
  }
  context.decide(undo, () => {
    record.settings = settings
    countAnew(record, before.settings)
    record.change = change
    record.source = 'api'
    context.stored.set(record.name, settings)
    context.turn.put(configurationRows, { ...settings, change, who, at: context.moment.at })
    const details = { connection: record.name, connectionType: settings.type, who }
    if (edit.isNew) context.emit('connection-added', record, details)
    else context.emit('connection-edited', record, { ...details, deferred })
    tellClaims(context)
  })
  context.turn.out.sync = true
  if (needsDisconnect && edit.immediate && record.attempt?.phase === 'connected') {
    // CM-18: it is taken down, and what is wanted up is connected with the new data.
    beginEnding(context, record, record.attempt, {
      failure: null,
      because: 'its configuration is another one',
    })
  }
  if (needsDisconnect && edit.immediate && record.attempt?.cancelled === null) {
    const because = 'its configuration is another one'
    cancelConnect(context, record, record.attempt, { cause: 'cancelled', because })
    // Who waits for it waits for the next attempt.
    for (const request of record.requests.values()) request.ends = false
  }
  if (needsDisconnect && edit.immediate && record.sharing) endSharing(context, record, record.sharing)
  record.retry = null
  record.awaitsChange = false
  context.touch(record)
  const what = edit.isNew
    ? 'was added'
    : deferred
      ? 'was changed; that counts from its next connect on'
      : 'was changed'
  const reply: ConnectionChangeDocument = {
    result: 'SUCCESS',
    connection: record.name,
    change: String(change),
    deferred,
    message: `connection ${record.name} ${what}`,
  }
  context.turn.reply(request, reply, true)
}

/** While its provider was asked, the file may have brought that connection, a plugin have claimed it, or claimd be told to stop. */
function refusedMeanwhile(
  context: ConnectionsContext,
  record: ConnectionRecord,
  edit: PendingEdit,
): ClaimdError | null {
  if (edit.isNew) return record.settings ? nameTaken(record) : null
  try {
    refuseWhileStopping(context, 'edit-connection')
    editable(context, record.name)
    refuseAtOnce(context, record, edit)
    return null
  } catch (error) {
    if (error instanceof ClaimdError) return error
    throw error
  }
}

function ask(
  context: ConnectionsContext,
  record: ConnectionRecord,
  edit: Omit<PendingEdit, 'question'>,
): void {
  const { name, type, config } = edit.settings
  const owner = ownerOf(context.adapters, type)
  if (owner === null) {
    forgetUnused(context, record)
    throw claimdError('CONNECTION_TYPE_UNKNOWN', {
      message: `no provider has the connection type ${type}`,
      found: type,
      expected: `one of ${typesOf(context)}`,
      remedy: 'see: claimd providers',
    })
  }
  const asked = { kind: 'validate', provider: owner, connection: { name, type, config } } as const
  const { id } = context.turn.ask<Extract<ConnectionQuestion, { kind: 'validate' }>>(asked)
  record.edit = { ...edit, question: id }
}

function typesOf(context: ConnectionsContext): string {
  const types = context.adapters.roster.values().flatMap(({ connectionTypes }) => connectionTypes)
  return types.join(', ') || 'none: no provider has one'
}

function editable(context: ConnectionsContext, name: string): ConnectionRecord {
  const record = context.records.get(name)
  if (record?.edit) throw editUnderWay(record)
  if (!record?.settings) throw unknownConnection(name)
  if (record.source === 'api') return record
  throw claimdError('CONNECTION_IN_FILE', {
    message: `connection ${name} is configured in the configuration file`,
    found: 'an entry of the file',
    expected: 'a connection that was added by a command',
    remedy: 'change the file: it is read again when it is saved',
  })
}

function nameTaken(record: ConnectionRecord): ClaimdError {
  if (record.edit) return editUnderWay(record)
  const where = record.source === 'file' ? 'in the configuration file' : 'already'
  return claimdError('CONNECTION_EXISTS', {
    message: `connection ${record.name} is configured ${where}`,
    found: `a connection of type ${record.settings!.type}`,
    expected: 'a name that no connection has',
    remedy:
      record.source === 'file'
        ? 'take another name, or change that one in the file'
        : `take another name, or change that one: claimd connection edit ${shellWord(record.name)}`,
  })
}

function editUnderWay({ name }: ConnectionRecord): ClaimdError {
  return claimdError('CONNECTION_BUSY', {
    message: `connection ${name} is being changed by somebody else`,
    found: 'a change whose provider is being asked',
    expected: 'one change after the other',
    remedy: 'try again in a moment',
  })
}

/** Rule 3: the connection of a claim is not deleted, and not changed in a way that would need a disconnect. */
function refuseClaimed(context: ConnectionsContext, record: ConnectionRecord): void {
  const claimed = context.claimed(record.name)
  const refused =
    claimed && refuseDisconnect(claimed.adapter, claimed.holding, wordFor(context.adapters, claimed))
  if (refused) throw new ClaimdError(refused)
}

function refusalOf(name: string, answer: Exclude<ValidateAnswer, { result: 'SUCCESS' }>): ClaimdError {
  const { faults = [], reason } = answer
  if (answer.result === 'UNEXPECTED' && faults.length === 0) {
    return claimdError('PROVIDER_UNAVAILABLE', {
      message: `connection ${name} was not changed: its provider could not judge it`,
      found: reason ?? answer.result,
      expected: 'an answer of its provider',
      remedy: 'see: claimd providers',
    })
  }
  const all = faults.map(({ field, found, expected, remedy = '' }) => ({
    file: name,
    field: field === '' ? 'config' : `config.${field}`,
    found,
    expected,
    remedy,
  }))
  const [first] = all
  return claimdError('CONNECTION_CONFIG_INVALID', {
    message: `connection ${name} cannot be configured so${reason === undefined ? '' : `: ${reason}`}`,
    found: first ? `${first.field}: ${first.found}` : (reason ?? answer.result),
    expected: first?.expected ?? 'settings that its provider can connect with',
    remedy: first?.remedy || 'correct it',
    faults: all,
  })
}
