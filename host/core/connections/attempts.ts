import { wordFor } from '../claims/obstacles.js'
import { refuseDisconnect } from '../claims/rules.js'
import type { ConnectionQuestion, DialAct } from '../kernel/provider-port.js'
import type { ConnectionsContext } from './context.js'
import { endSingleHolds } from './holds.js'
import { chanceOf, delayOf } from './reconnect.js'
import type { Attempt, ConnectionRecord, Failure } from './records.js'
import { type Completion, complete, completeAll } from './requests.js'
import { attemptRows } from './rows.js'
import { isWanted } from './rules.js'
import { errorOfFailure } from './words.js'

export function newAttempt(
  context: ConnectionsContext,
  { name, settings }: ConnectionRecord,
  provider: string,
  takesOver = false,
): Attempt {
  const { type, config } = settings!
  return {
    reference: { name, type, config },
    provider,
    fence: 0,
    adapter: null,
    resources: [],
    wasAnswered: false,
    linkKey: null,
    phase: 'waiting',
    since: context.moment.at,
    waitsFor: 'it has just been asked for',
    isBlocked: false,
    waitsForLinkOf: null,
    question: null,
    statusWanted: false,
    carrierDue: null,
    build: '',
    progress: null,
    cancelled: null,
    suspended: false,
    suspendedBecause: '',
    provisional: false,
    staysUp: false,
    ending: null,
    openAct: null,
    actUntil: null,
    inLane: false,
    takesOver,
  }
}

/** Stores an attempt that has reserved something. */
export function storeAttempt(context: ConnectionsContext, attempt: Attempt): void {
  const { fence, reference, provider, adapter, phase, resources, linkKey, since } = attempt
  if (phase === 'waiting') return
  context.turn.put(attemptRows, {
    fence,
    reference,
    provider,
    adapter: adapter?.id ?? null,
    phase,
    ...(attempt.ending?.wasConnected && { wasConnected: true }),
    resources,
    linkKey,
    since,
  })
}

/**
 * There is no attempt any more, and nothing of it is left.
 * @param failure why it failed; `null` when it was taken down
 */
export function endAttempt(
  context: ConnectionsContext,
  record: ConnectionRecord,
  attempt: Attempt,
  { failure, because }: { failure: Failure | null; because: string },
): void {
  if (attempt.question !== null) context.turn.cancel(attempt.question)
  leaveLane(context, record, attempt)
  if (attempt.fence !== 0) context.turn.drop(attemptRows, record.name)
  record.attempt = null
  record.idleUntil = null
  context.touch(record)
  // What it used is free now.
  unblockAll(context)
  completeDisconnects(context, record, because)
  const claim = context.claimed(record.name)?.holding
  if (attempt.takesOver && claim && failure !== null)
    context.emit('take-over-undone', record, { connection: record.name, provider: claim.provider, because })
  if (failure === null) return
  const { cause } = failure
  record.failure = { at: context.moment.at, cause, because: failure.because }
  if (isTry(attempt, failure)) record.failures++
  const others = [...record.requests.values()].filter(({ ends }) => !ends && attempt.ending !== null)
  for (const request of record.requests.values()) {
    if (!others.includes(request)) complete(context, record, request, errorOfFailure(record.name, failure))
  }
  if (others.length > 0) {
    record.retry = null
    record.awaitsChange = false
    return
  }
  endSingleHolds(context, record, failure.because)
  plan(context, record, attempt, failure)
}

/** Whether its provider has tried: without an adapter, or a provider that can be asked, there is nothing to try. */
function isTry({ fence, wasAnswered }: Attempt, { cause }: Failure): boolean {
  if (cause === 'cancelled') return false
  return fence !== 0 || (wasAnswered && cause !== 'no-adapter')
}

/** It is down; or it is what it was before it was to be taken over: then rule 1 holds. */
function completeDisconnects(context: ConnectionsContext, record: ConnectionRecord, because: string): void {
  const claimed = context.claimed(record.name)
  const refused =
    claimed && refuseDisconnect(claimed.adapter, claimed.holding, wordFor(context.adapters, claimed))
  const message = `connection ${record.name} is disconnected: ${because}`
  const done: Completion = refused
    ? { result: refused.result, code: refused.code, cause: null, message: refused.message, refusal: refused }
    : { result: 'SUCCESS', code: null, cause: null, message }
  completeAll(context, record, 'disconnect', done)
}

/** When it is tried again. */
function plan(
  context: ConnectionsContext,
  record: ConnectionRecord,
  attempt: Attempt,
  failure: Failure,
): void {
  record.retry = null
  record.awaitsChange = true
  // Another time will not help then: another adapter does, or a provider that is there again.
  if (!isWanted(record) || !(isTry(attempt, failure) || failure.cause === 'cancelled')) return
  const { boot } = context.adapters.where
  const chance = chanceOf(boot, record.name, context.turn.counters.fence)
  const delay = delayOf(record.settings!.reconnect, Math.max(1, record.failures), chance)
  if (delay === null) return
  const at = new Date(Date.parse(context.moment.at) + delay).toISOString()
  record.retry = { due: context.moment.now + delay, at }
  context.turn.wake(`retry ${record.name}`, delay)
}

/** Asks its provider whether it is still up. */
export function askStatus(context: ConnectionsContext, attempt: Attempt): void {
  const { provider, reference, fence } = attempt
  const adapter = context.adapterNow(attempt)
  const asked = { kind: 'status', provider, connection: reference, adapter, fence } as const
  attempt.question = context.turn.ask<Extract<ConnectionQuestion, { kind: 'status' }>>(asked).id
}

export function leaveLane(context: ConnectionsContext, record: ConnectionRecord, attempt: Attempt): void {
  if (!attempt.inLane) {
    context.lanes.leave(attempt)
    return
  }
  if (attempt.openAct !== null) {
    // It is left when that has ended: at no moment two run.
    context.lateActs.set(attempt.fence, { record, attempt })
    return
  }
  attempt.inLane = false
  context.lanes.leave(attempt)
}

/** An act has ended. @returns whether its result was still waited for */
export function endAct(
  context: ConnectionsContext,
  { fence, kind }: Pick<DialAct, 'fence' | 'kind'>,
): { record: ConnectionRecord; attempt: Attempt } | null {
  const late = context.lateActs.get(fence)
  const record = context.withFence(fence) ?? late?.record
  const attempt = context.withFence(fence)?.attempt ?? late?.attempt
  if (!record || attempt?.openAct !== kind) return null
  attempt.openAct = null
  context.touch(record)
  if (late) {
    context.lateActs.delete(fence)
    leaveLane(context, record, attempt)
    // It was up when it was looked after, and may be down by now.
    if (attempt.phase === 'connected') attempt.statusWanted = true
    context.touchAll()
    return null
  }
  return { record, attempt }
}

/** It waits until something has happened that may let it go on. */
export function block(
  context: ConnectionsContext,
  record: ConnectionRecord,
  attempt: Attempt,
  waitsFor: string,
): void {
  leaveLane(context, record, attempt)
  attempt.isBlocked = true
  attempt.waitsFor = waitsFor
}

/** What waits may be there now. */
export function unblockAll(context: ConnectionsContext): void {
  for (const record of context.records.values()) {
    if (record.attempt?.isBlocked) unblock(context, record, record.attempt)
  }
}

function unblock(context: ConnectionsContext, record: ConnectionRecord, attempt: Attempt): void {
  attempt.isBlocked = false
  attempt.waitsForLinkOf = null
  context.touch(record)
}

/** It is connected: those that lead to the same may share its link. */
export function unblockThoseLike(context: ConnectionsContext, { name }: ConnectionRecord): void {
  for (const record of context.records.values()) {
    if (record.attempt?.waitsForLinkOf === name) unblock(context, record, record.attempt)
  }
}
