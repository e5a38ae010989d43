import {
  ClaimdError,
  type ConnectCause,
  type ConnectionRequest,
  type ErrorDocument,
  type Refusal,
  type ResultCode,
} from '@claimd/sdk'
import { claimdError, type ErrorCode } from '../errors.js'
import { shellWord } from '../shell-word.js'
import type { ConnectionsContext } from './context.js'
import type { ConnectionRecord, OpenRequest } from './records.js'
import { requestRows } from './rows.js'

/** What came of a request. */
export interface Completion {
  result: ResultCode
  /** The code of the error; `null` for a success. */
  code: string | null
  cause: ConnectCause | null
  message: string
  /** What to do. Default: to look at the connection. */
  remedy?: string | null
  /** Where a rule of claims refuses it. Default: none does. */
  refusal?: Refusal
}

export function openRequest(
  context: ConnectionsContext,
  record: ConnectionRecord,
  request: Omit<OpenRequest, 'id' | 'connection' | 'since'>,
): OpenRequest {
  const id = context.turn.counters.nextFence()
  const opened: OpenRequest = { id, connection: record.name, since: context.moment.at, ...request }
  record.requests.set(id, opened)
  context.requests.set(id, opened)
  const { what, connection, who, since, until } = opened
  context.turn.put(requestRows, { id, what, connection, who, since })
  context.emit('request-opened', record, { connection, request: id, what, who })
  if (until !== null) context.turn.wake(`request ${id}`, until - context.moment.now)
  return opened
}

/** It was never made: that it was could not be stored. */
export function forgetRequest(
  context: ConnectionsContext,
  record: ConnectionRecord,
  { id }: OpenRequest,
): void {
  context.requests.delete(id)
  context.forget(id)
  record.requests.delete(id)
  context.turn.drop(requestRows, String(id))
}

/** That it was completed could not be stored. */
export function reopen(context: ConnectionsContext, record: ConnectionRecord, request: OpenRequest): void {
  const { id, what, connection, who, since } = request
  context.forget(id)
  context.requests.set(id, request)
  record.requests.set(id, request)
  context.turn.put(requestRows, { id, what, connection, who, since })
}

/** Completes a request: the only place where that is done, and it is done once. */
export function complete(
  context: ConnectionsContext,
  record: ConnectionRecord,
  request: OpenRequest,
  completion: Completion,
): void {
  const { result, code, cause, message } = completion
  if (!context.requests.delete(request.id)) return
  record.requests.delete(request.id)
  const { id, what, connection, who, since } = request
  context.turn.drop(requestRows, String(id))
  const completedAt = context.moment.at
  const { key, caller } = request
  context.remember(
    { id, what, connection, who, since, result, code, cause, message, completedAt },
    key === null ? null : `${caller} ${key}`,
  )
  context.emit('request-completed', record, {
    connection,
    request: id,
    what,
    who,
    result,
    code,
    cause,
    outcome: message,
  })
  if (request.reply !== null) {
    const reply = code === null ? { result, connection, message } : errorOf(request, completion)
    context.turn.reply(request.reply, reply, true)
  }
  if (request.group !== null) completeInGroup(context, request, completion)
}

function completeInGroup(context: ConnectionsContext, request: OpenRequest, completion: Completion): void {
  const group = context.groups.get(request.group!)
  if (!group) return
  group.left.delete(request.id)
  if (completion.code === null) group.document.disconnected.push(request.connection)
  else if (completion.refusal) group.document.refused.push(completion.refusal)
  else group.document.failed.push(errorOf(request, completion).document as ErrorDocument)
  if (group.left.size > 0) return
  context.groups.delete(group.request)
  context.turn.reply(group.request, group.document, true)
}

function errorOf({ connection }: OpenRequest, { code, message, remedy, refusal }: Completion): ClaimdError {
  if (refusal) return new ClaimdError(refusal)
  return claimdError(code as ErrorCode, {
    message,
    remedy: remedy ?? `see: claimd connection show ${shellWord(connection)}`,
  })
}

/** Completes all of a kind. */
export function completeAll(
  context: ConnectionsContext,
  record: ConnectionRecord,
  what: OpenRequest['what'],
  completion: Completion,
): void {
  for (const request of [...record.requests.values()]) {
    if (request.what === what) complete(context, record, request, completion)
  }
}

/** A request as it is shown, also one that is completed; `null` when there is none with this number, or not any more. */
export function requestRow(context: ConnectionsContext, id: number): ConnectionRequest | null {
  const open = context.requests.get(id)
  return open ? openRow(context, open) : (context.completed.get(id) ?? null)
}

export function openRow(context: ConnectionsContext, request: OpenRequest): ConnectionRequest {
  const { id, what, connection, who, since } = request
  const attempt = context.records.get(connection)?.attempt
  const waits = attempt && (attempt.phase === 'waiting' || context.lanes.inTheWayOf(attempt) !== null)
  const message = waits ? `it waits: ${context.waitsFor(attempt)}` : `it is being ${what}ed`
  const open = { result: 'PENDING', code: null, cause: null, completedAt: null } as const
  return { id, what, connection, who, since, message, ...open }
}

/**
 * The attempt is over: requests that were made until now are completed once it is cleaned up, and requests that are made from
 * now on wait for the next attempt.
 */
export function endRequests(record: ConnectionRecord): void {
  for (const request of record.requests.values()) if (request.what === 'connect') request.ends = true
}

/** It is only true once it is stored that it is up; while nothing can be stored, requests go on waiting. */
export function succeed(context: ConnectionsContext, record: ConnectionRecord, message: string): void {
  if (context.degraded !== null) return
  const requests = [...record.requests.values()].filter(({ what }) => what === 'connect')
  if (requests.length === 0) return
  const undo = () => {
    for (const request of requests) reopen(context, record, request)
    context.touch(record)
    return true
  }
  context.decide(undo, () => {
    completeAll(context, record, 'connect', { result: 'SUCCESS', code: null, cause: null, message })
  })
}
