import type { Adapter, ResourcesAnswer } from '@claimd/sdk'
import { ownerOf } from '../claims/connection-owner.js'
import { adapterOnOffer, openAdapters, reserve } from '../claims/dialling.js'
import { fitRules } from '../claims/match.js'
import type { ConnectionQuestion, DialAct } from '../kernel/provider-port.js'
import { block, endAttempt, leaveLane, newAttempt, storeAttempt } from './attempts.js'
import { isAnotherOne } from './configured.js'
import type { ConnectionsContext } from './context.js'
import type { Attempt, ConnectionRecord, Failure } from './records.js'
import { completeAll, succeed } from './requests.js'
import { attemptRows } from './rows.js'
import { isWanted, whoUses } from './rules.js'
import { shareLink } from './sharing.js'
import { errorOfFailure, failureOf } from './words.js'

/** Starts an attempt, if one is wanted. */
export function begin(context: ConnectionsContext, record: ConnectionRecord, takesOver = false): void {
  const { settings, name } = record
  if (context.claimed(name) && !takesOver) {
    // Rule 4: it is up, and what somebody else brought up is not dialled.
    record.retry = null
    succeed(context, record, `connection ${name} is up: somebody else set it up`)
    return
  }
  if (settings === null || !isWanted(record)) {
    failUnwanted(context, record)
    return
  }
  if (record.retry !== null && record.retry.due > context.moment.now) return
  if (record.retry === null && record.awaitsChange) return
  const provider = ownerOf(context.adapters, settings.type)
  if (provider === null) {
    if (context.adapters.ready) failUnserved(context, record, settings.type)
    return
  }
  record.retry = null
  record.awaitsChange = false
  record.attempt = newAttempt(context, record, provider, takesOver)
  advance(context, record, record.attempt)
}

/** Open requests fail: the connection is not going to be connected for them. */
function failUnwanted(context: ConnectionsContext, record: ConnectionRecord): void {
  const { settings, name, stoppedBy } = record
  const because =
    settings === null
      ? 'it is not configured any more'
      : settings.enabled
        ? `${stoppedBy ?? 'somebody'} disconnected it`
        : 'it is disabled'
  const failure = { cause: 'cancelled', because } as const
  completeAll(context, record, 'connect', errorOfFailure(name, failure))
}

/** Requests fail; a hold stays, and is served as soon as a plugin has that type. */
function failUnserved(context: ConnectionsContext, record: ConnectionRecord, type: string): void {
  const message = `connection ${record.name} cannot be connected: no provider has the type ${type}`
  const failed = {
    result: 'CONNECTION_ACQUIRE_FAILED',
    code: 'PROVIDER_UNAVAILABLE',
    cause: 'provider-failed',
  } as const
  completeAll(context, record, 'connect', { ...failed, message })
}

/** Goes on with an attempt that waits. */
export function advance(context: ConnectionsContext, record: ConnectionRecord, attempt: Attempt): void {
  if (!isWanted(record)) {
    fail(context, record, attempt, { cause: 'cancelled', because: 'it is not wanted any more' })
    return
  }
  if (context.claimed(record.name) && !attempt.takesOver) {
    endAttempt(context, record, attempt, { failure: null, because: 'somebody else set it up' })
    begin(context, record)
    return
  }
  const hasNothingToTake = attempt.takesOver && !context.claimed(record.name)
  if (hasNothingToTake || (record.settings !== null && isAnotherOne(attempt.reference, record.settings))) {
    // Nothing was done yet with what was configured before, or for a claim that has ended.
    endAttempt(context, record, attempt, { failure: null, because: 'it is begun anew' })
    begin(context, record, attempt.takesOver && !hasNothingToTake)
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
  if (attempt.question !== null || attempt.isBlocked) return
  if (!attempt.inLane) {
    if (context.lanes.enter(attempt, provider) !== null) return
    attempt.inLane = true
  }
  attempt.waitsFor = `${attempt.provider} is asked what it needs`
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
  attempt.wasAnswered = true
  const { linkKey = null } = answer
  if (linkKey !== null && !attempt.takesOver && shareLink(context, record, attempt, linkKey)) return
  attempt.linkKey = linkKey
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
  const users = needed.length === 0 ? [] : usersOfResources(context, attempt)
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

/** The connections beside this one that may use a resource, and what each of them uses. */
function usersOfResources(context: ConnectionsContext, attempt: Attempt) {
  return [...context.records.values()].flatMap(({ name, attempt: other }) =>
    other && other !== attempt && other.fence !== 0 ? [{ name, resources: other.resources }] : [],
  )
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
  const onOffer = attempt.takesOver ? null : adapterOnOffer(context.adapters)
  if (isOutdated) advance(context, record, attempt)
  else if (onOffer) block(context, record, attempt, `${onOffer.name} is being offered to the providers first`)
  else
    fail(context, record, attempt, {
      cause: 'no-adapter',
      because: because + heldForOthers(context, attempt),
    })
}

/** So many of them are named. */
const mostNamed = 3

/** The adapters that its provider might use, and that are held for another connection. */
function heldForOthers(context: ConnectionsContext, { provider, reference }: Attempt): string {
  const rules = context.adapters.roster.get(provider)?.rules
  const held = [...context.adapters.adapters.values()].flatMap(({ adapter, holding }) =>
    rules && holding && holding.connection !== reference.name && fitRules(rules, adapter).rule !== null
      ? [`${adapter.name} is held for connection ${holding.connection}`]
      : [],
  )
  if (held.length === 0) return ''
  const more = held.length > mostNamed ? `, and ${held.length - mostNamed} more are held` : ''
  return `; ${held.slice(0, mostNamed).join(', ')}${more}`
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

/** The attempt waits, and says for which connection; where only one attempt is wanted, it fails at once. */
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
  block(context, record, attempt, because)
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
    attempt.cancelled = null
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
