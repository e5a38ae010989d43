import type { ConnectCause } from '@claimd/sdk'
import { ownerOf } from '../claims/connection-owner.js'
import { letGoOf } from '../claims/dialling.js'
import type { ClaimsFact } from '../claims/facts.js'
import { fitRules } from '../claims/match.js'
import { endAttempt, storeAttempt, unblockAll } from './attempts.js'
import { cancelConnect } from './connecting.js'
import type { ConnectionsContext } from './context.js'
import { allowConnects, endHold, holdsOf, restoreHolds } from './holds.js'
import { lose } from './keeping.js'
import type { Attempt, ConnectionRecord } from './records.js'
import { waitsForCarrier } from './rules.js'

/** SC-41: a carrier may be lost for so long, in milliseconds. */
const holdDown = 5_000

/** Takes what the claims machine has found out. */
export function takeFact(context: ConnectionsContext, fact: Exclude<ClaimsFact, { type: 'restored' }>): void {
  switch (fact.type) {
    case 'providers-changed':
      askChanged(context)
      retryWhere(context, ({ failure, retry }) => failure?.cause === 'provider-failed' && retry === null)
      context.touchAll()
      break
    case 'adapter-open':
      // What has a time is tried again then.
      retryWhere(context, ({ failure, retry }) => failure?.cause === 'no-adapter' && retry === null)
      unblockAll(context)
      break
    case 'adapter-ready':
      takeReady(context, fact)
      break
    case 'adapter-changed': {
      const record = context.withFence(fact.fence)
      if (record?.attempt?.phase === 'connected') takeChange(context, record, record.attempt, fact.adapter)
      break
    }
    case 'dialled-ended':
      takeEnd(context, fact)
      break
    case 'claimed':
    case 'claim-ended': {
      const record = context.records.get(fact.connection)
      if (record) context.touch(record)
      // What was set up by somebody else may have been asked for all the same.
      if (record && fact.type === 'claim-ended' && fact.by === 'operator')
        dropHolds(context, record, fact.because)
      // An adapter that was waited for may have a holder now.
      unblockAll(context)
    }
  }
}

/** Its provider is asked whether it still is up; where its carrier is lost, only when that has lasted for a while. */
function takeChange(
  context: ConnectionsContext,
  record: ConnectionRecord,
  attempt: Attempt,
  adapter: string,
): void {
  const link = context.adapters.adapters.get(adapter)?.link
  if (link && waitsForCarrier(link, attempt)) {
    if (attempt.carrierDue !== null) return
    attempt.carrierDue = context.moment.now + holdDown
    context.turn.wake(`carrier ${record.name}`, holdDown)
    return
  }
  attempt.carrierDue = null
  attempt.statusWanted = true
  context.touch(record)
}

/** What another build may see in another way. */
function askChanged(context: ConnectionsContext): void {
  for (const { attempt } of context.records.values()) {
    if (attempt?.phase !== 'connected') continue
    const provider = context.provider(attempt.provider)
    if (provider?.status === 'available' && provider.build !== attempt.build) attempt.statusWanted = true
  }
}

/** A new adapter, or one that got its carrier: what waits for something to happen is tried now. */
function takeReady(
  context: ConnectionsContext,
  { adapter: id, isNew }: Extract<ClaimsFact, { type: 'adapter-ready' }>,
): void {
  const known = context.adapters.adapters.get(id)
  if (!known) return
  const fits = ({ settings }: ConnectionRecord) => {
    const owner = settings && ownerOf(context.adapters, settings.type)
    const rules = owner && context.adapters.roster.get(owner)?.rules
    return Boolean(rules && fitRules(rules, known.adapter).rule !== null)
  }
  for (const record of isNew ? context.records.values() : []) {
    // It was plugged in: what an operator had stopped may be connected by itself again.
    if (record.stoppedBy === null || !fits(record)) continue
    allowConnects(context, record)
    context.touch(record)
  }
  // A carrier that comes and goes all the time is no reason to try without end.
  if (!isNew && known.flaps?.quiet) return
  retryWhere(context, (record) => {
    const { failure, attempt } = record
    if (failure === null || attempt !== null || !fits(record)) return false
    return isNew || causesOfLink.has(failure.cause)
  })
}

/** What a carrier may help against. */
const causesOfLink: ReadonlySet<ConnectCause> = new Set([
  ...(['no-adapter', 'no-carrier', 'no-answer', 'no-address', 'timed-out'] as const),
])

function retryWhere(context: ConnectionsContext, applies: (record: ConnectionRecord) => boolean): void {
  for (const record of context.records.values()) {
    if (!record.awaitsChange || !applies(record)) continue
    record.awaitsChange = false
    record.retry = null
    context.touch(record)
  }
}

/** What was dialled is not held any more. */
function takeEnd(
  context: ConnectionsContext,
  { fence, adapter, by, because }: Extract<ClaimsFact, { type: 'dialled-ended' }>,
): void {
  const record = context.withFence(fence)
  const attempt = record?.attempt
  if (!record || !attempt) return
  context.touch(record)
  attempt.adapter = adapter
  if (by === 'operator') release(context, record, attempt, because)
  if (record.attempt !== attempt) return
  if (attempt.phase === 'connected') lose(context, record, attempt, because)
  else cancelConnect(context, record, attempt, { cause: 'no-carrier', because })
}

/** An operator has released the adapter: no hold asks for the connection any more. */
function dropHolds(context: ConnectionsContext, record: ConnectionRecord, because: string): void {
  const before = holdsOf(record)
  const undo = () => {
    restoreHolds(context, record, before)
    context.touch(record)
    return true
  }
  context.decide(undo, () => {
    for (const owner of [...record.holds.keys()]) endHold(context, record, owner, because)
  })
}

/**
 * An operator has released the adapter: no hold asks for the connection any more, and by rule 12 nothing on the link is touched,
 * so no provider is asked to take down what is up.
 */
function release(
  context: ConnectionsContext,
  record: ConnectionRecord,
  attempt: Attempt,
  because: string,
): void {
  dropHolds(context, record, because)
  const { fence } = attempt
  // That the adapter was released may not be stored: then it is held for this attempt as before.
  const undo = () => {
    record.attempt = attempt
    context.adapters.dialled.set(record.name, fence)
    storeAttempt(context, attempt)
    context.touch(record)
    return true
  }
  context.decide(undo, () => {
    if (attempt.phase !== 'connected') return
    context.claims.within(context.turn, (claims) => letGoOf(claims, record.name, fence, because))
    endAttempt(context, record, attempt, { failure: { cause: 'cancelled', because }, because })
  })
}
