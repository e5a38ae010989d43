import type { ClaimdError, ConnectDocument, DisconnectAllDocument, DisconnectDocument } from '@claimd/sdk'
import { ownerOf } from '../claims/connection-owner.js'
import { disconnectAll as refusedOf } from '../claims/operator.js'
import { claimdError } from '../errors.js'
import type { RequestEvent } from '../kernel/machine.js'
import { leaveLane, newAttempt } from './attempts.js'
import { cancelConnect } from './connecting.js'
import type { ConnectionsContext } from './context.js'
import { decideOn } from './decide.js'
import {
  allowConnects,
  endHold,
  holdsOf,
  newClient,
  operator,
  placeHold,
  restoreHolds,
  stopConnects,
} from './holds.js'
import { passOn } from './pass-on.js'
import type { ConnectionsRequests } from './protocol.js'
import type { ConnectionRecord, OpenRequest } from './records.js'
import { complete, completeAll, forgetRequest, openRequest } from './requests.js'
import { refuseDisabled, refuseMany, refuseShared, refuseUsed } from './rules.js'
import { refuseWhileDegraded } from './store-degraded.js'
import { unknownConnection } from './words.js'

type Asked<Type extends keyof ConnectionsRequests> = RequestEvent<Pick<ConnectionsRequests, Type>>

/** Asks for a connection to be up. @returns what was accepted; what comes of it is told when its request is completed */
export function connect(context: ConnectionsContext, asked: Asked<'connect'>): ConnectDocument {
  const { connection, mode, timeout, takeOver, isClient = false, who, caller, openLimit } = asked
  // The same key for another connection is another one.
  const key = asked.key === null ? null : `${connection}\u0000${asked.key}`
  const owner = isClient ? newClient(context) : operator
  const known = key === null ? undefined : requestWith(context, caller, key)
  if (known) return documentOf(context, known, owner)
  const record = context.records.get(connection)
  if (!record?.settings) {
    const claimed = context.claimed(connection)
    if (claimed && takeOver === null) return upAlready(context, connection)
    throw unknownConnection(connection)
  }
  refuseWhileDegraded(context)
  const open = [...context.requests.values()].filter((one) => one.caller === caller).length
  const refused =
    refuseDisabled(record) ?? refuseMany(open, openLimit, who) ?? refuseUnserved(context, record)
  if (refused) throw refused
  const since = context.moment.at
  const before = holdsOf(record)
  const placedHold = record.holds.get(owner)?.mode !== 'keep'
  let request: OpenRequest | undefined
  const undo = () => {
    if (request) forgetRequest(context, record, request)
    restoreHolds(context, record, before)
    context.touch(record)
    return true
  }
  context.decide(undo, () => {
    allowConnects(context, record)
    placeHold(context, record, { owner, mode, who, since, ofClient: isClient })
    const until = timeout === null ? null : context.moment.now + timeout
    request = openRequest(context, record, {
      what: 'connect',
      who,
      caller,
      key,
      hold: owner,
      placedHold,
      until,
      reply: null,
      group: null,
      ends: false,
    })
    // A request does not wait for the time of the next attempt.
    record.retry = null
    record.awaitsChange = false
  })
  if (takeOver !== null && record.attempt === null) beginTakeOver(context, record, who, takeOver.reason)
  if (context.adapters.ready) decideOn(context, record)
  context.touch(record)
  context.turn.out.sync = true
  return documentOf(context, request!.id, owner)
}

/** What its claim holds is dialled by claimd itself: the claim stays in the holding until that has succeeded. */
function beginTakeOver(
  context: ConnectionsContext,
  record: ConnectionRecord,
  who: string,
  reason: string,
): void {
  const claimed = context.claimed(record.name)
  const settings = record.settings!
  const provider = ownerOf(context.adapters, settings.type)
  if (!claimed || provider === null) return
  const attempt = newAttempt(context, record, provider, true)
  const undo = () => {
    if (record.attempt !== attempt) return false
    if (attempt.question !== null) context.turn.cancel(attempt.question)
    leaveLane(context, record, attempt)
    record.attempt = null
    context.touch(record)
    return true
  }
  context.decide(undo, () => {
    record.attempt = attempt
    context.emit('take-over-begun', record, { connection: record.name, provider, who, reason })
  })
}

/** Disconnects a connection, as far as the rules let it. Its reply comes when it is down. */
export function disconnect(
  context: ConnectionsContext,
  asked: Asked<'disconnect'>,
): DisconnectDocument | null {
  const { connection, ifUnused, who, request } = asked
  const record = context.records.get(connection)
  const isClaimed = context.claimed(connection) !== undefined
  const isDown = record !== undefined && !isUp(record) && record.holds.size === 0
  // Rule 1 is the claims machine's; and where there is nothing to take down, nothing has to be stored.
  if (!record || isClaimed || (isDown && context.degraded !== null)) {
    passOn(context, { type: 'disconnect', connection, who, request })
    return null
  }
  refuseWhileDegraded(context)
  const used = ifUnused ? (refuseUsed(record) ?? refuseShared(record, context.records)) : null
  if (used) throw used
  const wasUp = isUp(record)
  revoke(context, record, who)
  context.turn.out.sync = true
  if (wasUp) openDisconnect(context, record, who, request, null)
  else passOn(context, { type: 'disconnect', connection, who, request })
  return null
}

/** Disconnects everything that the rules let it. Its reply comes when all of it is down, or has failed. */
export function disconnectAll(
  context: ConnectionsContext,
  asked: Asked<'disconnect-all'>,
): DisconnectAllDocument | null {
  const { who, request } = asked
  if (context.degraded !== null) {
    passOn(context, { type: 'disconnect-all', who, request })
    return null
  }
  const up = [...context.records.values()].filter((one) => isUp(one) && !context.claimed(one.name))
  for (const record of context.records.values())
    if (!context.claimed(record.name)) revoke(context, record, who)
  context.turn.out.sync = true
  if (up.length === 0) {
    passOn(context, { type: 'disconnect-all', who, request })
    return null
  }
  let document: DisconnectAllDocument | undefined
  context.claims.within(context.turn, (claims) => {
    document = refusedOf(claims, who)
  })
  const group = { request, left: new Set<number>(), document: document! }
  context.groups.set(request, group)
  for (const record of up) group.left.add(openDisconnect(context, record, who, null, request))
  return null
}

/** Up, or on its way to or from there. */
function isUp({ attempt, sharing }: ConnectionRecord): boolean {
  return attempt !== null || sharing !== null
}

function openDisconnect(
  context: ConnectionsContext,
  record: ConnectionRecord,
  who: string,
  reply: number | null,
  group: number | null,
): number {
  const { attempt } = record
  let opened: OpenRequest | undefined
  const undo = () => {
    complete(context, record, opened!, {
      result: 'UNEXPECTED',
      code: 'STORE_DEGRADED',
      cause: null,
      message: `connection ${record.name} was not disconnected: that could not be stored`,
    })
    return false
  }
  context.decide(undo, () => {
    opened = openRequest(context, record, {
      ...{
        what: 'disconnect',
        who,
        caller: who,
        key: null,
        hold: null,
        placedHold: false,
        until: null,
        reply,
        group,
        ends: false,
      },
    })
  })
  if (attempt?.phase === 'connecting') {
    cancelConnect(context, record, attempt, { cause: 'cancelled', because: `${who} disconnected it` })
  }
  context.touch(record)
  return opened!.id
}

/** Ends all holds, and stops automatic connects. */
function revoke(context: ConnectionsContext, record: ConnectionRecord, who: string): void {
  const because = `${who} disconnected it`
  const before = holdsOf(record)
  const undo = () => {
    restoreHolds(context, record, before)
    // An attempt that has ended for it is made anew.
    record.awaitsChange = false
    context.touch(record)
    return true
  }
  context.decide(undo, () => {
    for (const owner of [...record.holds.keys()]) endHold(context, record, owner, because, who)
    stopConnects(context, record, who)
  })
  record.retry = null
  // What waits for it to be up is told when that is over.
  if (!isUp(record))
    completeAll(context, record, 'connect', {
      result: 'CONNECTION_ACQUIRE_FAILED',
      code: 'CONNECT_CANCELLED',
      cause: 'cancelled',
      message: `connection ${record.name} is not connected: ${because}`,
    })
  context.touch(record)
}

/** SC-50: what cannot be served at all is said at once. */
function refuseUnserved(
  context: ConnectionsContext,
  { name, settings }: ConnectionRecord,
): ClaimdError | null {
  // Before the plugins are known it is not known either which types there are.
  if (!context.adapters.ready) return null
  const owner = ownerOf(context.adapters, settings!.type)
  const provider = context.provider(owner)
  if (provider && provider.status !== 'disabled') return null
  return claimdError('PROVIDER_UNAVAILABLE', {
    message: provider
      ? `connection ${name} cannot be connected: plugin ${provider.plugin} is disabled`
      : `connection ${name} cannot be connected: no provider has the type ${settings!.type}`,
    found: provider ? provider.because : `type ${settings!.type}`,
    expected: 'a provider of that type that can be asked',
    remedy: provider ? `claimd plugin enable ${provider.plugin}` : 'see: claimd providers',
  })
}

function requestWith(context: ConnectionsContext, caller: string, key: string): number | undefined {
  for (const one of context.requests.values()) if (one.caller === caller && one.key === key) return one.id
  return context.keys.get(`${caller} ${key}`)
}

function documentOf(context: ConnectionsContext, id: number, owner: string): ConnectDocument {
  const done = context.completed.get(id)
  const connection = done?.connection ?? context.requests.get(id)!.connection
  if (!done) {
    const attempt = context.records.get(connection)?.attempt
    const message =
      attempt?.phase === 'waiting'
        ? `connection ${connection} waits: ${context.waitsFor(attempt)}`
        : `connecting ${connection}`
    return { request: id, result: 'PENDING', connection, owner, message }
  }
  const result = done.result === 'SUCCESS' ? 'SUCCESS' : 'PENDING'
  return { request: id, result, connection, owner, message: done.message }
}

/** Rule 4, for a connection that only its claim has named. */
function upAlready(context: ConnectionsContext, connection: string): ConnectDocument {
  const request = context.turn.counters.nextFence()
  const message = `connection ${connection} is up: somebody else set it up`
  const at = context.moment.at
  context.remember({
    ...{ id: request, what: 'connect', connection, who: operator, since: at, completedAt: at },
    ...{ result: 'SUCCESS', code: null, cause: null, message },
  })
  return { request, result: 'SUCCESS', connection, owner: null, message }
}
