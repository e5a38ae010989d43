import type { Answer } from '@claimd/sdk'
import type { Link, LinkEvent } from '../../../../host/core/adapters/link.js'
import type { Place } from '../../../../host/core/adapters/place.js'
import type { ClaimsEvent, ClaimsRequest } from '../../../../host/core/claims/claims.js'
import type { Context } from '../../../../host/core/claims/context.js'
import type { ProviderInfo } from '../../../../host/core/claims/provider-info.js'
import type { StoredHolding } from '../../../../host/core/claims/rows.js'
import type { Question } from '../../../../host/core/kernel/provider-port.js'
import type { StoredState } from '../../../../host/core/kernel/store-port.js'
import { byKind } from '../rows-by-kind.js'
import { Decisions } from './decisions.js'
import { evidence, type Facts, isSame, keyOf, type ReferenceAdapter } from './facts.js'
import type { Rounds } from './rounds.js'

/** What the machine has handled. */
export type Seen =
  | ClaimsEvent
  | ClaimsRequest
  | { type: 'wake'; adapter: string }
  | { type: 'store-failed' }
  | { type: 'store-recovered' }

/** Who holds what after each event, worked out from the events alone. */
export class Holders {
  /** `PROVIDER FENCE` of those who have yet to hear that they do not hold, or no longer. */
  readonly owed = new Set<string>()
  /** How the last event was an answer: `void` when nobody waits for it any more. */
  lastAnswer: 'none' | 'void' | 'open' = 'none'
  private readonly decisions: Decisions
  /** Connections that an adapter was held for until this event, with that adapter. */
  private readonly freed = new Map<string, ReferenceAdapter>()
  private restored = false

  constructor(
    private readonly facts: Facts,
    private readonly rounds: Rounds,
    private stored: StoredState | null,
    private readonly where: Place,
  ) {
    this.decisions = new Decisions(facts, this.owed)
  }

  /** Whether the store may be compared with what is held. */
  get comparable(): boolean {
    return this.restored
  }

  newTurn(): void {
    this.decisions.clear()
  }

  apply(event: Seen, context: Context): void {
    const { facts } = this
    this.lastAnswer = 'none'
    for (const adapter of facts.adapters.values()) adapter.claimedNow = false
    switch (event.type) {
      case 'snapshot':
      case 'link':
      case 'link-gone':
        this.takeLinks(event, context)
        break
      case 'answer':
        this.takeAnswer(event.question, event.answer)
        break
      case 'report': {
        const named = facts.heldFor(event.connection)
        const aside = [...facts.adapters.values()].find(
          ({ holder }) =>
            holder?.volatile && holder.provider === event.provider && holder.fence === event.fence,
        )
        const isAside =
          named?.holder?.provider !== event.provider && facts.ownerOfName(event.connection) !== undefined
        const adapter = isAside ? (aside ?? named) : named
        const { holder } = adapter ?? {}
        const byHolder = holder?.provider === event.provider && holder.fence === event.fence
        if (adapter && byHolder && !facts.degraded) this.decideEnd(adapter)
        break
      }
      case 'providers':
        this.takeProviders(event.providers)
        break
      case 'settings': {
        const before = facts.settings.connections
        const after = event.settings.connections
        facts.settings = event.settings
        // The schedules' connections have no configuration: an edit adds one, removes one or changes its type.
        const edited = [...before, ...after].filter(
          ({ name, type }) =>
            ![before, after].every((list) => list.some((one) => one.name === name && one.type === type)),
        )
        if (edited.length === 0) break
        this.giveWay()
        for (const { id, holder } of facts.adapters.values()) {
          const types = facts.providers.get(holder?.provider ?? '')?.connectionTypes ?? []
          if (edited.some(({ name, type }) => types.includes(type) || name === holder?.connection))
            facts.askAnew(id)
        }
        for (const provider of facts.providers.values())
          if (provider.connectionTypes.length > 0) this.news(provider)
        break
      }
      case 'release':
      case 'offer':
        this.takeOperator(event.type, facts.adapters.get(event.adapter))
        break
      case 'wake': {
        const adapter = facts.adapters.get(event.adapter)
        if (adapter) this.rounds.goOn(adapter)
        break
      }
      case 'store-failed':
        this.decisions.takeBack()
        facts.degraded = true
        break
      case 'store-recovered':
        facts.degraded = false
        this.giveWay()
    }
    this.wakeWaiting()
    this.settle()
  }

  private takeLinks(event: LinkEvent, context: Context): void {
    const { facts } = this
    if (event.type === 'link-gone') {
      const adapter = facts.at(event.index)
      if (adapter) this.vanish(adapter)
      return
    }
    if (event.type === 'link') {
      this.takeLink(event.link, context)
      return
    }
    if (this.stored) this.restore(this.stored, event.links)
    this.restored = true
    this.stored = null
    for (const adapter of [...facts.adapters.values()]) {
      const link = event.links.find(({ index }) => index === adapter.link.index)
      if (!link || evidence(link) !== evidence(adapter.link)) this.vanish(adapter)
    }
    for (const link of event.links) this.takeLink(link, context)
  }

  private takeLink(link: Link, context: Context): void {
    const adapter = this.facts.at(link.index)
    if (!adapter) {
      const added = this.add(context.byIndex.get(link.index)!.id, link)
      added.due = true
      added.heldBefore = this.facts.previous.get(keyOf(link)) ?? null
      return
    }
    const before = adapter.link
    adapter.link = link
    const seen = ({ up, master, name, managedBy, addresses, alternativeNames }: Link) =>
      JSON.stringify([up, master, name, managedBy, [...addresses].sort(), [...alternativeNames].sort()])
    const carrier = link.carrier !== null && link.carrier !== before.carrier
    if (seen(before) !== seen(link) || carrier) adapter.due = true
    // It may be on another network now.
    if (carrier && link.carrier && before.carrier === false && adapter.holder) {
      adapter.holder.confirmed = null
      adapter.verify = null
    }
  }

  private add(id: string, link: Link): ReferenceAdapter {
    const adapter: ReferenceAdapter = {
      id,
      link,
      holder: null,
      released: false,
      unsupported: new Map(),
      offer: null,
      verify: null,
      due: false,
      blockedBefore: false,
      round: null,
      claimedNow: false,
      missed: new Set(),
      heldBefore: null,
    }
    this.facts.adapters.set(id, adapter)
    return adapter
  }

  private restore(stored: StoredState, links: readonly Link[]): void {
    const { adapters, holdings, releases, holders } = byKind(stored)
    for (const { key, provider } of holders) this.facts.previous.set(key, provider)
    for (const known of adapters) {
      const link = links.find(({ index }) => index === known.index)
      const here = known.boot === this.where.boot && known.cookie === this.where.cookie
      if (!here || !link || !isSame(known, link)) continue
      const adapter = this.add(known.id, link)
      const claim = holdings.find((one) => one.adapter === known.id)
      if (claim) adapter.holder = { ...pick(claim), abandoned: false, givenUp: false, confirmed: null }
      adapter.released = releases.some((one) => one.adapter === known.id)
      adapter.unsupported = new Map(known.unsupported)
    }
  }

  private vanish(adapter: ReferenceAdapter): void {
    if (adapter.holder) this.end(adapter)
    this.facts.adapters.delete(adapter.id)
  }

  private takeAnswer(question: Question, answer: Answer): void {
    const { facts } = this
    const adapter = facts.adapters.get(question.adapter.id)
    const { id, kind, provider, fence } = question
    const open = adapter && (kind === 'offer' ? adapter.offer : adapter.verify)?.id === id
    this.lastAnswer = open ? 'open' : 'void'
    if (!open) {
      const { holder } = adapter ?? {}
      const named = 'connection' in answer && holder?.connection === answer.connection
      const holds = holder?.provider === provider && (named || holder.fence === fence)
      if (kind === 'offer' && answer.result === 'SUCCESS' && !holds) this.owed.add(`${provider} ${fence}`)
      return
    }
    if (kind === 'verify') {
      const { holder, verify } = adapter
      adapter.verify = null
      if (!holder) return
      const owner = answer.result === 'SUCCESS' ? facts.ownerOfName(answer.connection) : undefined
      const movedAside = holder.volatile && owner !== undefined && owner !== provider
      const yes = answer.result === 'SUCCESS' && (answer.connection === holder.connection || movedAside)
      if (yes && facts.confirms(holder, answer)) {
        holder.confirmed = verify!.shown
        holder.volatile = facts.ownerOfName(holder.connection) === undefined
      } else if (yes && !facts.degraded) this.decideEnd(adapter)
      if (answer.result === 'NOT_SUPPORTED')
        adapter.unsupported.set(provider, facts.providers.get(provider)!.build)
      const no = answer.result === 'INVALID_CONNECTION' || answer.result === 'NOT_SUPPORTED'
      if (no && adapter.holder && !facts.degraded) this.decideEnd(adapter)
      return
    }
    const { build, shown } = adapter.offer!
    adapter.offer = null
    if (answer.result === 'NOT_SUPPORTED') adapter.unsupported.set(provider, build)
    if (answer.result === 'SUCCESS' && facts.accepts(adapter, provider, answer)) {
      const { band } = facts.providers.get(provider)!
      const made = {
        provider,
        connection: answer.connection,
        fence,
        band,
        volatile: facts.ownerOfName(answer.connection) === undefined,
        abandoned: false,
        givenUp: false,
        confirmed: shown,
      }
      this.decisions.add('claimed', adapter, made)
      if (adapter.holder) {
        this.owed.add(`${adapter.holder.provider} ${adapter.holder.fence}`)
        this.freed.set(adapter.holder.connection, adapter)
      }
      adapter.holder = made
      adapter.verify = null
      adapter.claimedNow = true
      adapter.heldBefore = null
      if (band !== 'generic') facts.previous.set(keyOf(adapter.link), provider)
    } else if (answer.result === 'SUCCESS') {
      this.owed.add(`${provider} ${fence}`)
      if (facts.heldFor(answer.connection)) adapter.missed.add(answer.connection)
    }
    this.rounds.answered(adapter, answer)
  }

  private takeProviders(providers: readonly ProviderInfo[]): void {
    const { facts } = this
    const before = facts.providers
    facts.providers = new Map(providers.map((one) => [one.id, one]))
    for (const adapter of facts.adapters.values()) {
      const known = before.get(adapter.holder?.provider ?? '')
      const provider = facts.follow(adapter)
      // Nobody answers for a build that is not there any more.
      if (provider?.status !== 'available' || provider.build !== known?.build) adapter.verify = null
    }
    for (const provider of facts.providers.values()) {
      const known = before.get(provider.id)
      if (known?.status !== 'available' || known.build !== provider.build) this.news(provider)
    }
    facts.ready = true
    this.giveWay()
  }

  /** A provider is there anew, or has other connections: what fits it is offered. */
  private news(provider: ProviderInfo, except?: ReferenceAdapter): void {
    if (provider.status !== 'available') return
    for (const adapter of this.facts.adapters.values()) {
      if (adapter !== except && this.facts.specificity(adapter, provider) >= 0) adapter.due = true
    }
  }

  private takeOperator(what: 'release' | 'offer', adapter: ReferenceAdapter | undefined): void {
    const { facts } = this
    if (!adapter || facts.degraded) return
    if (what === 'release') {
      this.decisions.add('released', adapter, null)
      if (adapter.holder) this.end(adapter)
      adapter.released = true
      return
    }
    if (adapter.holder && !facts.yields(adapter.holder)) {
      facts.askAnew(adapter.id)
      return
    }
    const { released } = adapter
    adapter.released = false
    if (facts.blocked(adapter)) adapter.released = released
    else if (released) this.decisions.add('offered', adapter, null)
  }

  private giveWay(): void {
    this.facts.giveWay((adapter) => this.decisions.add('renamed', adapter, null))
  }

  /** What waits for a connection that is free now is offered. */
  private wakeWaiting(): void {
    const { facts } = this
    const free = [...this.freed].filter(([name]) => facts.heldFor(name) === undefined)
    this.freed.clear()
    if (facts.degraded) return
    for (const [name, before] of free) {
      for (const adapter of facts.adapters.values()) if (adapter.missed.has(name)) adapter.due = true
      const owner = facts.providers.get(facts.ownerOfName(name) ?? '')
      if (owner) this.news(owner, before)
    }
    for (const adapter of facts.adapters.values()) if (facts.blocked(adapter)) adapter.due = false
  }

  /** Its provider says no: it is offered, and stays protected meanwhile. */
  private decideEnd(adapter: ReferenceAdapter): void {
    if (adapter.holder!.givenUp) return
    this.decisions.add('given up', adapter, null)
    adapter.holder!.givenUp = true
    adapter.verify = null
    adapter.due = true
  }

  private end(adapter: ReferenceAdapter): void {
    this.owed.add(`${adapter.holder!.provider} ${adapter.holder!.fence}`)
    this.freed.set(adapter.holder!.connection, adapter)
    adapter.holder = null
    adapter.verify = null
    adapter.due = true
  }

  /** A round in which nobody has taken an adapter that was given up has ended: then its claim is over. */
  finish(adapter: ReferenceAdapter): void {
    this.decisions.add('ended', adapter, null)
    const { due } = adapter
    this.end(adapter)
    adapter.due = due
    this.wakeWaiting()
  }

  /** What follows from the state alone. */
  private settle(): void {
    const { facts } = this
    for (const adapter of facts.adapters.values()) {
      // What was given up ends as that, and comes back when it cannot be stored.
      if (adapter.holder?.givenUp && facts.ignored(adapter)) this.finish(adapter)
      // The safety net lets go of a port; others are asked.
      else if (adapter.link.portOf !== null && adapter.holder?.band === 'generic') {
        this.end(adapter)
        this.wakeWaiting()
      }
      if (facts.closed(adapter)) adapter.offer = null
      const blocked = facts.blocked(adapter)
      if (blocked) adapter.due = false
      // Only its holder's new manifest lets others have it: they are asked with the next trigger.
      else if (adapter.blockedBefore && (!adapter.holder || adapter.holder.abandoned)) adapter.due = true
      adapter.blockedBefore = blocked
    }
  }
}

function pick({ provider, connection, fence, band, volatile }: StoredHolding) {
  return { provider, connection, fence, band, volatile }
}
