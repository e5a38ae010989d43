import type { ConnectionState } from '@claimd/sdk'
import { isWanted } from '../../../../../host/core/connections/rules.js'
import { stateOf } from '../../../../../host/core/connections/views.js'
import type { StoredEvent } from '../../../../../host/core/kernel/journal-event.js'
import type { AnyQuestion, DialAct } from '../../../../../host/core/kernel/provider-port.js'
import { isEdge } from '../edges.js'
import { askedOf, checkDecided, checkHoldings, checkLanes, upIn } from './checks.js'
import { isProgress } from './events.js'
import { must } from './must.js'
import { checkClaims, claimsOf, type Held } from './protected.js'
import type { Seen } from './seen.js'
import { checkStored, isStored } from './stored.js'

/** What is known of what was made with a fence. */
interface Made {
  connection: string
  /** Whether its `connect` has ended, however. */
  hasEnded: boolean
  /** Its provider has said that it has taken it down, in this life of the host. */
  isDown: boolean
  /** What the host made was taken back since. */
  isUndone: boolean
  /** That it is up after all was said while its disconnect ran: what that says later counts for nothing. */
  isLate: boolean
  /** It could not be taken down, and nobody has asked for anything since. */
  stays: boolean
  /** Its adapter was released: it is left as it is. */
  isReleased: boolean
}

/** What somebody does who may want it down then. */
const operators =
  /^(connect|once|timed|over|disconnect|unused|all|edit|rewrite|delete|off|back|gone|lost|cancel|unplug)$/

/** Sees all that leaves the core, and finds what must not be. */
export class Watch {
  constructor(private readonly mayShare = false) {}

  /** By fence, until the attempt is over. */
  readonly made = new Map<number, Made>()
  /** Requests that were opened and not completed, as it is stored. */
  readonly open = new Set<number>()
  /** The states that were told last. */
  readonly states = new Map<string, ConnectionState>()
  /** Connections whose provider said last that there is no adapter for them. */
  readonly withoutAdapter = new Set<string>()
  /** Connections that were changed, for their next connect. */
  readonly deferred = new Set<string>()
  /** Of these their providers could not say whether they are up. */
  readonly unsure = new Set<number>()
  /** When each was connected last, since somebody did something. */
  readonly connectedAt = new Map<string, number>()
  private readonly released = new Set<string>()
  /** The kernel's requests that were not replied to. */
  private readonly waiting = new Set<number>()
  private lastConnect = 0
  private before: { verb: string; claims: Held[]; up: string[]; asked: string } = {
    verb: '',
    claims: [],
    up: [],
    asked: '',
  }

  begin(world: Seen, verb: string): void {
    this.before = { verb, up: upIn(world), claims: claimsOf(world), asked: askedOf(world, verb) }
    if (!isProgress(verb)) this.connectedAt.clear()
    if (!operators.test(verb) && verb !== 'kill') return
    for (const made of this.made.values()) made.stays = false
  }

  asked(request: number): void {
    this.waiting.add(request)
  }

  replied(request: number): void {
    must(this.waiting.delete(request), () => `request ${request} is replied to twice`)
  }

  act(world: Seen, { fence, kind, parameters }: DialAct): void {
    const { name } = parameters.connection
    must(!world.degraded, () => `${kind} ${fence} is called while nothing can be stored`)
    must(isStored(world, fence), () => `${kind} ${fence} is called before it is stored`)
    must(world.acts.length === 0, () => `${kind} ${fence} is called while ${world.acts[0]!.kind} runs`)
    const held = world.machines!.claims.context.byConnection.get(name)?.holding
    must(held?.origin !== 'out-of-band', () => `the claimed connection ${name} is ${kind}ed`)
    const made = this.made.get(fence)
    if (kind === 'connect') {
      must(fence > this.lastConnect, () => `connect is called again with fence ${fence}`)
      const { settings } = world.machines!.connections.context.records.get(name)!
      const { config } = parameters.connection
      must(config === settings?.config, () => `${name} is connected with ${config}, not ${settings?.config}`)
      this.deferred.delete(name)
      must(this.connectedAt.get(name) !== world.now, () => `${name} is connected again at once`)
      this.connectedAt.set(name, world.now)
      this.lastConnect = fence
      const nothing = {
        hasEnded: false,
        isDown: false,
        isUndone: false,
        isLate: false,
        stays: false,
        isReleased: false,
      }
      this.made.set(fence, { connection: name, ...nothing })
      return
    }
    must(made !== undefined, () => `what was never connected is disconnected: ${fence}`)
    must(made.hasEnded, () => `disconnect ${fence} is called while its connect runs`)
    must(!made.isDown, () => `${fence} is disconnected twice`)
    must(!made.stays, () => `${fence} could not be taken down, and is disconnected again for nobody`)
    must(!made.isReleased, () => `${fence} was released, and is disconnected`)
  }

  /** A connect that is under way is called off. */
  cancelled(world: Seen, fence: number, kind: string): void {
    const record = world.machines!.connections.context.withFence(fence)
    if (kind !== 'connect' || !record || !isWanted(record)) return
    // `answer`: to a change that is made at once.
    const isItsOwn = /^(time|unplug|release|answer)$/.test(this.before.verb)
    const isOver = record.attempt!.actUntil !== null && record.attempt!.actUntil <= world.now
    must(
      isItsOwn || isOver || world.degraded,
      () => `${this.before.verb} calls ${record.name} off, which is wanted`,
    )
  }

  /** @param how a result of an act */
  ended({ fence, kind }: DialAct, how: string): void {
    const made = this.made.get(fence)
    if (!made) return
    const { isLate } = made
    made.isLate = false
    if (kind === 'connect') made.hasEnded = true
    else if (isLate) return
    else if (how === 'success') made.isDown = true
    else if (how === 'not-supported') {
      made.stays = true
      this.deferred.add(made.connection)
    }
  }

  undone(fence: number): void {
    const made = this.made.get(fence)
    if (!made) return
    must(made.hasEnded, () => `what ${fence} made is taken back while its connect runs`)
    made.isUndone = true
  }

  answered({ acts, machines }: Seen, question: AnyQuestion, how: string): void {
    if (question.kind === 'validate' && how === 'yes') {
      const { name } = question.connection
      const isImmediate = machines!.connections.context.records.get(name)?.edit?.immediate
      this.connectedAt.delete(name)
      if (isImmediate) this.deferred.delete(name)
      else this.deferred.add(name)
    }
    const made = question.kind === 'status' && how === 'yes' ? this.made.get(question.fence) : undefined
    // It is up, whatever was said before.
    if (made) {
      Object.assign(made, { isDown: false, isLate: acts.length > 0 })
      this.deferred.add(made.connection)
    }
    if (question.kind === 'status' && how === 'fails') this.unsure.add(question.fence)
    if (question.kind !== 'resources') return
    const { name } = question.connection
    if (how === 'no' || (how === 'yes' && question.adapters.length === 0)) this.withoutAdapter.add(name)
    else this.withoutAdapter.delete(name)
  }

  /** An event is stored. */
  told(event: StoredEvent): void {
    const { type, connection, request } = event as unknown as Record<string, string> & { request: number }
    if (type === 'request-opened') this.open.add(request)
    if (type === 'request-completed')
      must(this.open.delete(request), () => `request ${request} is completed, and was not open`)
    if (type === 'released' && connection) {
      this.released.add(connection)
      // What was not up yet is cleaned up.
      const wasUp = this.before.up.includes(connection)
      for (const made of this.made.values()) if (made.connection === connection) made.isReleased = wasUp
    }
    if (type === 'connection-state') this.toldState(event as unknown as Parameters<Watch['toldState']>[0])
  }

  private toldState({
    connection,
    from,
    state,
  }: Record<'from' | 'state', ConnectionState> & { connection: string }): void {
    const known = this.states.get(connection) ?? from
    must(known === from, () => `${connection} was ${known} and is said to have been ${from}`)
    this.states.set(connection, state)
    const isReleased = this.released.delete(connection)
    // One that shares a link is down as soon as nobody wants it, or the link is not up any more.
    must(
      isEdge(from, state, isReleased || this.mayShare),
      () => `${connection} goes from ${from} to ${state}`,
    )
  }

  killed(): void {
    this.states.clear()
    this.waiting.clear()
    this.released.clear()
    // What was under way has ended with its plugin, and is cleaned up once more.
    for (const made of this.made.values())
      Object.assign(made, { hasEnded: true, isDown: false, isUndone: false, isLate: false })
  }

  /** After an event. */
  end(world: Seen, verb: string, how: string): void {
    if (!world.machines) return
    checkClaims(world, this.before.claims, verb, how)
    if (world.degraded && operators.test(verb)) {
      const asked = askedOf(world, verb)
      must(asked === this.before.asked, () => `not stored, and yet ${asked} instead of ${this.before.asked}`)
    }
    checkHoldings(world)
    checkLanes(world)
    checkStored(world, this.open)
    if (!world.isReady) return
    this.checkStates(world)
    // Of what is due at the same moment one comes after the other.
    if (!world.wakes.some(({ at }) => at <= world.now)) checkDecided(world)
    if (world.degraded) return
    for (const [fence, made] of this.made) {
      if (isStored(world, fence)) continue
      this.made.delete(fence)
      const isOver = made.hasEnded && (made.isUndone || made.isReleased)
      must(isOver, () => `${fence} is over, and what it made was not taken back: ${JSON.stringify(made)}`)
    }
  }

  private checkStates(world: Seen): void {
    if (world.degraded) return
    const { context } = world.machines!.connections
    for (const record of context.records.values()) {
      const now = stateOf(context, record)
      if (now === null) continue
      must(record.told === now.state, () => `${record.name} is ${now.state}, and ${record.told} was told`)
      const told = this.states.get(record.name) ?? record.told
      must(told === record.told, () => `${record.name} was told as ${told}, not as ${record.told}`)
    }
  }

  /** Nothing is under way: then nobody waits. */
  checkRest(world: Seen): void {
    const { context } = world.machines!.connections
    for (const request of context.requests.values()) {
      const attempt = context.records.get(request.connection)?.attempt
      const others = [...context.records.values()].filter((one) => one.name !== request.connection)
      const isUsed = others.some((one) => one.attempt !== null && one.attempt.fence !== 0)
      const isPossible = (attempt?.isBlocked && isUsed) || world.info.status === 'unavailable'
      const isWaiting = request.what === 'connect' && attempt?.phase === 'waiting' && isPossible
      must(isWaiting, () => `${request.what} ${request.id} of ${request.connection} waits for nothing`)
    }
    must(this.waiting.size === 0, () => `requests without a reply: ${[...this.waiting]}`)
    must(context.lateActs.size === 0, () => 'an act that has ended occupies its lane')
    for (const { name, attempt, holds, settings, sharers } of context.records.values()) {
      must(!attempt?.inLane, () => `${name} occupies its lane`)
      const isIdle = attempt?.phase === 'connected' && holds.size === 0 && sharers.size === 0
      const isUsed = attempt?.staysUp || settings?.behaviour === 'always-connected'
      must(!isIdle || isUsed === true, () => `${name} is up for nobody, and stays`)
      if (attempt?.phase !== 'connected') continue
      const isInForce = attempt.reference.config === settings?.config || this.deferred.has(name)
      must(isInForce || settings === null, () => `${name} is not up as it is configured`)
      const canBeAsked = world.info.status === 'available' && !this.unsure.has(attempt.fence)
      must(!attempt.provisional || !canBeAsked, () => `${name} was not confirmed since the host started`)
    }
  }
}
