import type { DisconnectAllDocument, Released, Round } from '@claimd/sdk'
import { ClaimdError } from '@claimd/sdk'
import type { Place } from '../../../../host/core/adapters/place.js'
import type { ClaimsRequest } from '../../../../host/core/claims/claims.js'
import type { Context, Settings } from '../../../../host/core/claims/context.js'
import type { Outbox } from '../../../../host/core/kernel/outbox.js'
import { isAboutAdapter, type Question } from '../../../../host/core/kernel/provider-port.js'
import type { StoredState } from '../../../../host/core/kernel/store-port.js'
import { Facts } from './facts.js'
import { Holders, type Seen } from './holders.js'
import { must, type Property } from './properties.js'
import { Rounds } from './rounds.js'

/** What the reply to a request has to be. */
interface Expected {
  type: ClaimsRequest['type']
  /** Connections that are held when it is asked, and must not be disconnected. */
  held: string[]
  /**
   * An offer is refused if a provider holds the adapter, by this fence, that need not yield; `null` once it had to,
   * because the request may have been answered then.
   */
  sticky: { adapter: string; fence: number } | null
  replies: number
}

/**
 * A second, far simpler account of one life of the claims machine. It sees what the machine sees, works out
 * who may hold what and who may be asked, and finds the machine at fault where they differ.
 */
export class Reference {
  readonly facts: Facts
  readonly holders: Holders
  private readonly rounds: Rounds
  private readonly requests = new Map<number, Expected>()
  private asked = 0
  /** By adapter, how many of its rounds had ended. */
  private ended = new Map<string, number>()
  private turnIsOver = false
  private generation: number
  private fence: number

  constructor(where: Place, stored: StoredState, settings: Settings) {
    this.generation = stored.generation
    this.fence = stored.fence
    this.facts = new Facts(settings)
    this.rounds = new Rounds(this.facts)
    this.holders = new Holders(this.facts, this.rounds, stored, where)
  }

  /** After the machine has handled `event`. */
  saw(event: Seen, now: number, context: Context): void {
    this.facts.now = now
    if (this.turnIsOver && event.type !== 'store-failed') this.holders.newTurn()
    this.turnIsOver = false
    if ('request' in event) this.expectReply(event)
    const wasRestored = this.holders.comparable
    this.holders.apply(event, context)
    const { asked, closed } = this.news(context)
    this.checkGivenUp(context, closed)
    this.checkNumbers(context, asked)
    this.checkHolders(context, event, wasRestored)
    for (const expected of this.requests.values())
      if (!isHeld(expected.sticky, this.facts)) expected.sticky = null
    this.rounds.observe(context, asked, closed)
  }

  /** The outbox of a turn, before it is stored. */
  turnEnded(out: Outbox): void {
    this.asked = 0
    this.turnIsOver = true
    for (const { request, reply } of out.replies) {
      const expected = this.requests.get(request)
      must('oneReply', expected !== undefined, () => `request ${request} was never made`)
      expected.replies++
      must(
        'oneReply',
        expected.replies === 1,
        () => `${expected.type} ${request} has ${expected.replies} replies`,
      )
      checkRefusals(expected, reply, this.facts)
    }
    for (const [request, { type, replies }] of this.requests) {
      if (type === 'offer' && replies === 0) continue
      must('oneReply', replies === 1, () => `${type} ${request} has no reply at the end of its turn`)
      this.requests.delete(request)
    }
  }

  /** A provider hears that it does not hold an adapter. */
  told(provider: string, was: Released): void {
    const holder = this.facts.adapters.get(was.adapter.id)?.holder
    // Whoever holds by a later fence knows by it that this is about an earlier claim or offer.
    // It gave the earlier claim up, and what it is told is about a later offer; or it is asked about the earlier anew.
    const isAskedAnew = (holder?.givenUp || holder?.confirmed === null) && holder.fence < was.fence
    // An answer that came too late may name another connection than the one that it holds.
    const isOther = was.reason === 'void' && was.connection !== holder?.connection
    const holds = holder?.provider === provider && holder.fence <= was.fence && !isAskedAnew && !isOther
    must('notToldWhatItHolds', !holds, () => `${provider} holds ${was.adapter.id} and hears: ${was.reason}`)
    this.holders.owed.delete(`${provider} ${was.fence}`)
  }

  /** Once all of a turn has been carried out. */
  turnCarriedOut(): void {
    const [owed] = this.holders.owed
    must('told', owed === undefined, () => `${owed} has not heard that it does not hold`)
  }

  /** Every question is answered, every deadline over, and the store is well. */
  checkRest(context: Context): void {
    for (const adapter of this.facts.adapters.values()) {
      const { id, round, due, holder } = adapter
      const record = context.adapters.get(id)!
      must('roundEnds', round === null, () => `the round of ${id} does not end`)
      must('roundStarts', !due, () => `${id} is open, and what changed led to no round`)
      if (!holder) continue
      const provider = this.facts.providers.get(holder.provider)
      if (holder.givenUp) {
        const net = this.facts.netOf(adapter, new Set()).filter(({ status }) => status !== 'available')
        must('neverAlone', net.length > 0, () => `${id} was given up, and is not offered`)
        continue
      }
      if (provider?.status !== 'available') continue
      const { provisional, orphaned, abandoned } = record.holding!
      const confirmed = !provisional && orphaned === null && !abandoned
      must('confirmed', confirmed, () => `${holder.provider} is there, and has not confirmed ${id}`)
      const now = this.facts.shown(adapter, holder.provider)
      const same = holder.confirmed === now || !adapter.link.up
      must(
        'confirmed',
        same,
        () => `${holder.provider} has confirmed ${holder.confirmed}, not ${now} of ${id}`,
      )
    }
    const open = [...this.requests.keys()]
    must('oneReply', open.length === 0, () => `requests ${open} have no reply`)
    const { questions, byConnection, adapters } = context
    must('leftOver', questions.size === 0, () => `questions ${[...questions.keys()]}`)
    const held = [...adapters.values()].filter(({ holding }) => holding)
    must('leftOver', byConnection.size === held.length, () => `connections ${[...byConnection.keys()]}`)
    for (const { id, wakeAt, wanted, waiting } of adapters.values()) {
      must('leftOver', wakeAt === null && wanted === null && waiting.length === 0, () => `a wish of ${id}`)
    }
  }

  private expectReply(event: ClaimsRequest): void {
    const connections = [...this.facts.adapters.values()].flatMap(({ holder }) => holder?.connection ?? [])
    const held = connections.filter(
      (name) => event.type === 'disconnect-all' || (event.type === 'disconnect' && event.connection === name),
    )
    const holder = event.type === 'offer' ? this.facts.adapters.get(event.adapter)?.holder : null
    const isSticky = event.type === 'offer' && holder && !this.facts.yields(holder)
    const sticky = isSticky ? { adapter: event.adapter, fence: holder.fence } : null
    this.requests.set(event.request, { type: event.type, held, sticky, replies: 0 })
  }

  /** What its holder gave up is without a holder only when the whole safety net has declined, in a round that is over. */
  private checkGivenUp(context: Context, closed: readonly string[]): void {
    for (const adapter of this.facts.adapters.values()) {
      if (!adapter.holder?.givenUp || context.adapters.get(adapter.id)?.holding) continue
      const left = this.facts.netOf(adapter, adapter.round?.declined ?? new Set())
      const isOver = closed.includes(adapter.id) && left.length === 0
      must(
        'neverAlone',
        isOver,
        () => `${adapter.id} has no holder, and ${left.map(({ id }) => id)} may take it`,
      )
      this.holders.finish(adapter)
    }
  }

  /** What this event led to: questions, and an adapter for each round that ended. */
  private news({ out, adapters }: Context): { asked: Question[]; closed: string[] } {
    const asked = out.ask.slice(this.asked).filter(isAboutAdapter)
    this.asked = out.ask.length
    const before = this.ended
    this.ended = new Map([...adapters.values()].map(({ id, roundsEnded }) => [id, roundsEnded]))
    const closed = [...this.ended].flatMap(([id, count]) =>
      new Array<string>(count - (before.get(id) ?? 0)).fill(id),
    )
    return { asked, closed }
  }

  private checkNumbers(context: Context, asked: readonly Question[]): void {
    for (const { id } of this.facts.adapters.values()) {
      const generation = Number(id.split('.')[1])
      must(
        'rising',
        generation <= context.turn.counters.generation,
        () => `${id} is newer than generation ${context.turn.counters.generation}`,
      )
    }
    must(
      'rising',
      context.turn.counters.generation >= this.generation,
      () => `generation ${context.turn.counters.generation}`,
    )
    this.generation = context.turn.counters.generation
    for (const { kind, fence } of asked) {
      if (kind !== 'offer') continue
      must('rising', fence > this.fence, () => `fence ${fence} after ${this.fence}`)
      this.fence = fence
    }
  }

  private checkHolders(context: Context, event: Seen, wasRestored: boolean): void {
    const { adapters, byConnection, byIndex } = context
    const holdings = new Map<string, string>()
    for (const record of adapters.values()) {
      const adapter = this.facts.adapters.get(record.id)
      must('restored', adapter !== undefined, () => `${record.id} should not be there`)
      must('leftOver', byIndex.get(record.link.index) === record, () => `${record.id} has lost its index`)
      must(
        'released',
        (record.release !== null) === adapter.released,
        () => `${record.id}: ${record.release}`,
      )
      const is = record.holding && holding(record.holding)
      const should = adapter.holder && holding(adapter.holder)
      must(
        this.suspect(event, wasRestored, is, should),
        is === should,
        () => `${record.id}: ${is} instead of ${should}`,
      )
      if (!record.holding) continue
      const { connection } = record.holding
      must(
        'oneHolder',
        !holdings.has(connection),
        () => `${connection} has ${holdings.get(connection)} and ${record.id}`,
      )
      must('oneHolder', byConnection.get(connection) === record, () => `${connection} is not of ${record.id}`)
      holdings.set(connection, record.id)
    }
    must('oneHolder', byConnection.size === holdings.size, () => `${[...byConnection.keys()]} are held`)
    const missing = [...this.facts.adapters.keys()].find((id) => !adapters.has(id))
    must('restored', missing === undefined, () => `${missing} should be there`)
  }

  /** Which property does not hold, when the holder is not the one that it should be. */
  private suspect(event: Seen, restored: boolean, is: string | null, should: string | null): Property {
    if (!restored) return 'restored'
    if (event.type === 'disconnect' || event.type === 'disconnect-all') return 'disconnect'
    if (event.type === 'answer' && this.holders.lastAnswer === 'void' && is !== null) return 'voidAnswer'
    return is === null || (should === null && event.type !== 'answer') ? 'claimEnds' : 'claimMade'
  }
}

function holding({
  provider,
  connection,
  fence,
}: {
  provider: string
  connection: string
  fence: number
}): string {
  return `${provider} for ${connection} (${fence})`
}

/** Its holder was asked: where it has given the adapter up, the offer was made. */
function isHeld(sticky: Expected['sticky'], facts: Facts): boolean {
  const holder = facts.adapters.get(sticky?.adapter ?? '')?.holder
  return !!holder && holder.fence === sticky?.fence && !facts.yields(holder)
}

function checkRefusals({ type, held, sticky }: Expected, reply: unknown, facts: Facts): void {
  const isRefusal = reply instanceof ClaimdError && reply.result === 'NOT_ALLOWED'
  must('sticky', !isHeld(sticky, facts) || isRefusal, () => 'it is not refused as held by somebody')
  const brokenOff = type === 'offer' && String((reply as Round).outcome).startsWith('broken off')
  must('oneReply', !brokenOff, () => 'an offer that was broken off is told as one that was made')
  if (type === 'disconnect' && held.length > 0) {
    const result = reply instanceof ClaimdError ? reply.result : 'no refusal'
    must('disconnect', result === 'NOT_ALLOWED', () => `disconnecting ${held} gives ${result}`)
  }
  if (type !== 'disconnect-all') return
  const all = reply as DisconnectAllDocument
  const refused = all.refused.map(({ connection }) => connection)
  const same = JSON.stringify(refused.sort()) === JSON.stringify(held.sort())
  must(
    'disconnect',
    same && all.disconnected.length === 0,
    () => `"all" refuses ${refused} instead of ${held}`,
  )
}
