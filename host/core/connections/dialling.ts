import type { Adapter, ResourcesAnswer, StatusAnswer } from '@claimd/sdk'
import { ownerOf } from '../claims/connection-owner.js'
import { confirm, openAdapters, reserve } from '../claims/dialling.js'
import { fitRules } from '../claims/match.js'
import type { ActResult, ConnectionQuestion, DialAct, DialAnswer } from '../kernel/provider-port.js'
import type { ConnectionsContext } from './context.js'
import { advanceEnding, beginEnding, endAttempt, endRequests, leaveLane } from './ending.js'
import type { Attempt, ConnectionRecord, Failure } from './records.js'
import { completeAll, reopen } from './requests.js'
import { attemptRows } from './rows.js'
import { isIdle, isLost, isWanted, whoUses } from './rules.js'
import { defaultIdleTimeout } from './settings.js'
import { storeAttempt } from './store-attempt.js'
import { failureOf, wordsOf } from './words.js'

/** SC-53: a connection that nobody wants any more when it is up stays for so long, in milliseconds. */
const nascentTime = 30_000

/** Does for a connection what is to be done now. Called whenever something about it may have changed. */
export function decideOn(context: ConnectionsContext, record: ConnectionRecord): void {
  const { attempt } = record
  if (attempt === null) begin(context, record)
  else if (attempt.phase === 'waiting') advance(context, record, attempt)
  else if (attempt.phase === 'connecting') watchConnect(context, record, attempt)
  else if (attempt.phase === 'connected') keep(context, record, attempt)
  else advanceEnding(context, record, attempt)
}

/** Starts an attempt, if one is wanted. */
function begin(context: ConnectionsContext, record: ConnectionRecord): void {
  const { settings, name } = record
  if (context.claimed(name)) {
    // Rule 4: it is up, and what somebody else brought up is not dialled.
    record.retry = null
    succeed(context, record, `connection ${name} is up: somebody else set it up`)
    return
  }
  if (settings === null || !isWanted(record)) return
  if (record.retry !== null && record.retry.due > context.moment.now) return
  if (record.retry === null && record.awaitsChange) return
  const provider = ownerOf(context.adapters, settings.type)
  if (provider === null) return
  record.retry = null
  record.awaitsChange = false
  record.attempt = newAttempt(context, record, provider)
  advance(context, record, record.attempt)
}

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
    phase: 'waiting',
    since: context.moment.at,
    waitsFor: 'its turn',
    question: null,
    statusWanted: false,
    build: '',
    progress: null,
    cancelled: null,
    suspended: false,
    provisional: false,
    staysUp: false,
    ending: null,
    openAct: null,
    actUntil: null,
    inLane: false,
    takesOver,
  }
}

/** Goes on with an attempt that waits. */
function advance(context: ConnectionsContext, record: ConnectionRecord, attempt: Attempt): void {
  if (!isWanted(record)) {
    fail(context, record, attempt, { cause: 'cancelled', because: 'it is not wanted any more' })
    return
  }
  if (context.claimed(record.name) && !attempt.takesOver) {
    endAttempt(context, record, attempt, { failure: null, because: 'somebody else set it up' })
    begin(context, record)
    return
  }
  const provider = context.provider(attempt.provider)
  if (provider === undefined || provider.status === 'disabled') {
    const because = provider
      ? `plugin ${provider.plugin} is disabled`
      : `there is no ${attempt.provider} any more`
    fail(context, record, attempt, { cause: 'provider-failed', because })
    return
  }
  if (provider.status === 'unavailable') {
    if (attempt.question !== null) context.turn.cancel(attempt.question)
    attempt.question = null
    leaveLane(context, record, attempt)
    attempt.waitsFor = `${attempt.provider} cannot be asked: ${provider.because}`
    return
  }
  if (context.degraded !== null) {
    attempt.waitsFor = `nothing can be stored: ${context.degraded}`
    return
  }
  if (attempt.question !== null) return
  if (!attempt.inLane) {
    const other = context.lanes.enter(attempt, provider)
    if (other !== null) {
      attempt.waitsFor = `${attempt.provider} is busy with connection ${other.reference.name}`
      return
    }
    attempt.inLane = true
  }
  attempt.waitsFor = `${attempt.provider} to say what it needs`
  const adapters = attempt.takesOver
    ? [context.claimed(record.name)].flatMap((held) => (held ? [held.adapter] : []))
    : openAdapters(context.adapters)
  const asked = {
    provider: attempt.provider,
    connection: attempt.reference,
    kind: 'resources',
    adapters,
  } as const
  attempt.question = ask(context, asked)
}

function ask(
  context: ConnectionsContext,
  question: Omit<Extract<ConnectionQuestion, { kind: 'resources' }>, 'id'>,
) {
  return context.turn.ask<Extract<ConnectionQuestion, { kind: 'resources' }>>(question).id
}

/** Its provider says what it needs. */
export function takeResources(
  context: ConnectionsContext,
  record: ConnectionRecord,
  attempt: Attempt,
  { adapters: offered }: Extract<ConnectionQuestion, { kind: 'resources' }>,
  answer: ResourcesAnswer,
): void {
  attempt.question = null
  if (answer.result !== 'SUCCESS' && answer.result !== 'NOT_IMPLEMENTED') {
    const failure = failureOf(attempt.provider, answer)
    if (failure.cause === 'no-adapter') failWithoutAdapter(context, record, attempt, offered, failure.because)
    else fail(context, record, attempt, failure)
    return
  }
  const provider = context.provider(attempt.provider)
  if (provider === undefined) return
  const fits = ({ id }: { id: string }) => {
    const known = context.adapters.adapters.get(id)
    const { rules } = context.adapters.roster.get(provider.id)!
    return known !== undefined && fitRules(rules, known.adapter).rule !== null
  }
  const ids = answer.result === 'SUCCESS' ? answer.adapters : offered.filter(fits).map(({ id }) => id)
  const needed = answer.result === 'SUCCESS' ? (answer.resources ?? []) : []
  const users = [...context.records.values()].flatMap(({ name, attempt: other }) =>
    other && other !== attempt && other.fence !== 0 ? [{ name, resources: other.resources }] : [],
  )
  for (const { id, capacity = 1 } of needed) {
    const user = whoUses({ id, capacity }, users)
    if (user === null) continue
    waitForResource(context, record, attempt, `${id} is used by connection ${user}`)
    return
  }
  if (ids !== null && ids.length === 0) {
    failWithoutAdapter(context, record, attempt, offered, 'there is no adapter that it could use')
    return
  }
  attempt.resources = needed.map(({ id }) => id)
  let refused = ''
  for (const id of ids ?? [null]) {
    const why = connect(context, record, attempt, id)
    if (why === null) return
    refused ||= why
  }
  attempt.resources = []
  failWithoutAdapter(context, record, attempt, offered, refused)
}

/** Unless there are others by now: then its provider is asked about those. */
function failWithoutAdapter(
  context: ConnectionsContext,
  record: ConnectionRecord,
  attempt: Attempt,
  offered: readonly Adapter[],
  because: string,
): void {
  const before = new Set(offered.map(({ id }) => id))
  const isOutdated = !attempt.takesOver && openAdapters(context.adapters).some(({ id }) => !before.has(id))
  if (isOutdated) advance(context, record, attempt)
  else fail(context, record, attempt, { cause: 'no-adapter', because })
}

/** An attempt that has reserved nothing has failed. */
function fail(
  context: ConnectionsContext,
  record: ConnectionRecord,
  attempt: Attempt,
  failure: Failure,
): void {
  endAttempt(context, record, attempt, { failure, because: failure.because })
}

/** Who cannot have it waits, and says for whom; who wants one attempt only is told at once. */
function waitForResource(
  context: ConnectionsContext,
  record: ConnectionRecord,
  attempt: Attempt,
  because: string,
): void {
  const waits = [...record.holds.values()].some(({ mode }) => mode === 'keep')
  if (!waits && record.settings?.behaviour !== 'always-connected') {
    fail(context, record, attempt, { cause: 'resource-busy', because })
    return
  }
  leaveLane(context, record, attempt)
  attempt.waitsFor = because
}

/** Reserves the adapter and has its provider connect it. @returns why it cannot be reserved; `null` when it is */
function connect(
  context: ConnectionsContext,
  record: ConnectionRecord,
  attempt: Attempt,
  id: string | null,
): string | null {
  const { provider: providerId, reference, takesOver } = attempt
  let reserved: ReturnType<typeof reserve> | undefined
  context.claims.within(context.turn, (claims) => {
    reserved = reserve(claims, id, { provider: providerId, connection: record.name, over: takesOver })
  })
  if ('refused' in reserved!) return reserved.refused
  const { fence } = reserved!
  const provider = context.provider(providerId)!
  const adapter = id === null ? null : context.adapters.adapters.get(id)!.adapter
  const undo = () => {
    if (record.attempt !== attempt || attempt.phase !== 'connecting') return false
    attempt.phase = 'waiting'
    attempt.fence = 0
    attempt.adapter = null
    attempt.resources = []
    attempt.actUntil = null
    attempt.openAct = null
    context.turn.drop(attemptRows, record.name)
    leaveLane(context, record, attempt)
    context.touch(record)
    return true
  }
  context.decide(undo, () => {
    attempt.fence = fence
    attempt.adapter = adapter
    attempt.phase = 'connecting'
    attempt.since = context.moment.at
    attempt.build = provider.build
    attempt.actUntil = context.moment.now + provider.deadlines.connectMs
    storeAttempt(context, attempt)
    const act: DialAct = {
      fence,
      kind: 'connect',
      provider: providerId,
      parameters: { connection: reference, adapter },
    }
    context.turn.act(act)
    attempt.openAct = 'connect'
    context.turn.wake(`act ${record.name}`, provider.deadlines.connectMs)
  })
  return null
}

/** A connect is under way: whether it is still wanted, and has time left. */
function watchConnect(context: ConnectionsContext, record: ConnectionRecord, attempt: Attempt): void {
  if (attempt.cancelled !== null || attempt.actUntil === null) return
  if (context.moment.now < attempt.actUntil) return
  const seconds = Math.round((context.provider(attempt.provider)?.deadlines.connectMs ?? 0) / 1_000)
  cancelConnect(context, record, attempt, { cause: 'timed-out', because: `it was not up after ${seconds} s` })
}

/** Its result is not wanted any more. What it has made is cleaned up when it has ended. */
export function cancelConnect(
  context: ConnectionsContext,
  record: ConnectionRecord,
  attempt: Attempt,
  why: Failure,
): void {
  if (attempt.phase !== 'connecting' || attempt.cancelled !== null) return
  attempt.cancelled = why
  endRequests(record)
  const { fence, provider } = attempt
  context.turn.cancelAct({ fence, kind: 'connect', provider, parameters: null })
}

/** The connect has ended. */
export function connectEnded(
  context: ConnectionsContext,
  record: ConnectionRecord,
  attempt: Attempt,
  result: ActResult<DialAnswer>,
): void {
  if (attempt.phase !== 'connecting') return
  const { cancelled, provider } = attempt
  attempt.actUntil = null
  attempt.progress = null
  const answer = result.outcome === 'done' ? result.answer : null
  const isGone = attempt.adapter !== null && context.held(record.name)?.holding?.fence !== attempt.fence
  if (answer?.result === 'SUCCESS' && cancelled === null && !isGone) {
    const evidence = answer.evidence ?? null
    context.claims.within(context.turn, (claims) => confirm(claims, attempt.fence, evidence))
    attempt.phase = 'connected'
    attempt.since = context.moment.at
    storeAttempt(context, attempt)
    leaveLane(context, record, attempt)
    record.failures = 0
    record.failure = null
    // SC-53: nobody wants it any more.
    if (!isWanted(record)) idleAfter(context, record, nascentTime)
    keep(context, record, attempt)
    return
  }
  const failure =
    cancelled ??
    (answer === null
      ? { cause: 'provider-failed' as const, because: 'reason' in result ? result.reason : provider }
      : answer.result === 'SUCCESS'
        ? { cause: 'no-carrier' as const, because: 'its adapter is not there any more' }
        : failureOf(provider, answer))
  beginEnding(context, record, attempt, { failure, because: failure.because })
}

/** It is up: who waited for it hears so, and it is taken down when it is not used. */
function keep(context: ConnectionsContext, record: ConnectionRecord, attempt: Attempt): void {
  if ([...record.requests.values()].some(({ what }) => what === 'disconnect')) {
    const by = [...record.requests.values()].find(({ what }) => what === 'disconnect')!.who
    beginEnding(context, record, attempt, { failure: null, because: `${by} disconnected it` })
    return
  }
  if (record.settings !== null && !record.settings.enabled) {
    beginEnding(context, record, attempt, { failure: null, because: 'it is disabled' })
    return
  }
  succeed(context, record, `connection ${record.name} is connected`)
  if (isWanted(record)) attempt.staysUp = false
  if (!isIdle(record, attempt)) record.idleUntil = null
  else if (record.idleUntil === null) idleAfter(context, record, idleTimeoutOf(record))
  else if (context.moment.now >= record.idleUntil) {
    beginEnding(context, record, attempt, { failure: null, because: 'it was not used for a while' })
    return
  }
  if (attempt.statusWanted) askStatus(context, attempt)
}

/** It is only true once it is stored that it is up. */
function succeed(context: ConnectionsContext, record: ConnectionRecord, message: string): void {
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

function idleTimeoutOf({ settings }: ConnectionRecord): number | null {
  return settings === null ? defaultIdleTimeout : settings.idleTimeout
}

function idleAfter(context: ConnectionsContext, record: ConnectionRecord, ms: number | null): void {
  if (ms === null) return
  record.idleUntil = context.moment.now + ms
  context.turn.wake(`idle ${record.name}`, ms)
}

/** Whether it still is up, its provider is asked: in its lane, and not while it cannot answer. */
function askStatus(context: ConnectionsContext, attempt: Attempt): void {
  const provider = context.provider(attempt.provider)
  if (attempt.question !== null || provider?.status !== 'available') return
  if (!attempt.inLane && context.lanes.enter(attempt, provider) !== null) return
  attempt.inLane = true
  attempt.statusWanted = false
  attempt.build = provider.build
  const { reference, adapter, fence } = attempt
  const asked = { kind: 'status', provider: provider.id, connection: reference, adapter, fence } as const
  attempt.question = context.turn.ask<Extract<ConnectionQuestion, { kind: 'status' }>>(asked).id
}

/** What its provider says of a connected one. */
export function takeStatus(
  context: ConnectionsContext,
  record: ConnectionRecord,
  attempt: Attempt,
  answer: StatusAnswer,
): void {
  attempt.question = null
  leaveLane(context, record, attempt)
  if (attempt.phase !== 'connected') return
  if (isLost(answer)) {
    lose(context, record, attempt, ('reason' in answer && answer.reason) || wordsOf(attempt.provider, answer))
    return
  }
  const link = attempt.adapter && context.adapters.adapters.get(attempt.adapter.id)?.link
  if (answer.result === 'SUCCESS') attempt.suspended = answer.state === 'suspended'
  // A provider that cannot tell: the link is there.
  else if (answer.result === 'NOT_IMPLEMENTED')
    attempt.suspended = link?.carrier === false || link?.up === false
  else return
  attempt.provisional = false
}

/** It is down, behind everybody's back. */
export function lose(
  context: ConnectionsContext,
  record: ConnectionRecord,
  attempt: Attempt,
  reason: string,
): void {
  const link = attempt.adapter && context.adapters.adapters.get(attempt.adapter.id)?.link
  const cause = !link || link.carrier === false ? 'no-carrier' : 'no-answer'
  beginEnding(context, record, attempt, {
    failure: { cause, because: `it was lost: ${reason}` },
    because: reason,
  })
}
