import { type Answer, type Band, connectionNameFault, type MatchRule } from '@claimd/sdk'
import type { Link } from '../../../../host/core/adapters/link.js'
import type { Settings } from '../../../../host/core/claims/context.js'
import type { ProviderInfo } from '../../../../host/core/claims/provider-info.js'

/** Who holds an adapter, as far as it matters for what may happen next. */
export interface Holder {
  provider: string
  connection: string
  fence: number
  band: Band
  /** Its connection was not configured when that was last decided. */
  volatile: boolean
  /** Its plugin was removed or disabled. */
  abandoned: boolean
  /** Its provider has said no: it holds until somebody else does, or all have declined. */
  givenUp: boolean
  /** What its provider has confirmed, see `shown`; `null` when nothing counts any more. */
  confirmed: string | null
}

export interface ReferenceAdapter {
  id: string
  link: Link
  holder: Holder | null
  released: boolean
  /** Provider to the build that said NOT_SUPPORTED. */
  unsupported: Map<string, string>
  /** The offer that is out and not void. */
  offer: { id: number; provider: string; build: string; shown: string } | null
  /** The verify that is out. */
  verify: { id: number; shown: string } | null
  /** Something has called for a round that has not begun yet. */
  due: boolean
  blockedBefore: boolean
  round: ReferenceRound | null
  claimedNow: boolean
  /** Connections that it was not given in its last round, since another adapter was held for them. */
  missed: Set<string>
  /** Who held it before the link went away and came back. */
  heldBefore: string | null
}

/** A round, seen from outside: who is still to be asked, and who is pending. */
export interface ReferenceRound {
  /** The core's own record, to tell one round from the next. */
  core: object
  at: number
  queue: { provider: string; band: number }[]
  pending: { provider: string; band: number; repeats: number; until: number; retryAt: number }[]
  /** Asked and not answered; set to what a `PENDING` is counted by. */
  asking: ReferenceRound['pending'][number] | null
  /** Those who said no for good. */
  declined: Set<string>
}

const bands: readonly Band[] = ['exact', 'likely', 'generic']

/** The rules of the design, said again as simply as possible, over what the core was told so far. */
export class Facts {
  readonly adapters = new Map<string, ReferenceAdapter>()
  providers = new Map<string, ProviderInfo>()
  /** Who held last, but for the safety net, by kind and name: all that tells the schedules' links apart. */
  readonly previous = new Map<string, string>()
  ready = false
  degraded = false
  now = 0

  constructor(public settings: Settings) {}

  at(index: number): ReferenceAdapter | undefined {
    return [...this.adapters.values()].find((adapter) => adapter.link.index === index)
  }

  heldFor(connection: string): ReferenceAdapter | undefined {
    return [...this.adapters.values()].find((adapter) => adapter.holder?.connection === connection)
  }

  /** Never offered: loopback, ports, and what the operator ignores. */
  ignored({ link }: ReferenceAdapter): boolean {
    return link.loopback || link.portOf !== null || this.settings.ignore.some((rule) => fits(rule, link))
  }

  yields({ band, abandoned, givenUp }: Holder): boolean {
    return band === 'generic' || abandoned || givenUp
  }

  /** What a running round does not survive. */
  closed(adapter: ReferenceAdapter): boolean {
    const held = adapter.holder !== null && !this.yields(adapter.holder)
    return this.degraded || !this.ready || adapter.released || held || this.ignored(adapter)
  }

  /** No round begins. */
  blocked(adapter: ReferenceAdapter): boolean {
    return this.closed(adapter) || adapter.link.awaitsUdev
  }

  /** What a yes of this provider is about: the build that says it, and what matters of the link. */
  shown({ link }: ReferenceAdapter, provider: string): string {
    const build = this.providers.get(provider)?.build
    return [build, link.master, ...[...link.addresses].sort()].join(' ')
  }

  bandRank(provider: string): number {
    return bands.indexOf(this.providers.get(provider)!.band)
  }

  /** Literals count more than globs; -1 when no rule fits. */
  specificity({ link }: ReferenceAdapter, provider: ProviderInfo): number {
    const values = provider.match
      .filter((rule) => fits(rule, link))
      .map((rule) =>
        Object.values(rule).reduce((sum, pattern) => sum + (isGlob(String(pattern)) ? 1 : 10), 0),
      )
    return Math.max(-1, ...values)
  }

  /** Whether `a` comes before `b`. */
  before(a: ProviderInfo, b: ProviderInfo, adapter: ReferenceAdapter | null): boolean {
    const key = (one: ProviderInfo) => {
      const listed = this.settings.order.indexOf(one.id)
      const specific = adapter ? this.specificity(adapter, one) : 0
      const first = adapter?.heldBefore === one.id && one.band !== 'generic'
      return [listed < 0 ? 999 : listed, first ? 0 : 1, bands.indexOf(one.band), -one.priority, -specific]
    }
    const [left, right] = [key(a), key(b)]
    for (const [i, value] of left.entries()) if (value !== right[i]) return value < right[i]!
    return a.id < b.id
  }

  /** The providers of the safety net that may yet take the adapter, which its holder gave up. */
  netOf(adapter: ReferenceAdapter, declined: ReadonlySet<string>): ProviderInfo[] {
    const types = this.settings.connections.map(({ type }) => type)
    return [...this.providers.values()].filter((one) => {
      if (one.band !== 'generic' || one.status === 'disabled' || declined.has(one.id)) return false
      const never = adapter.unsupported.get(one.id) === one.build
      const nothing = one.configuredOnly && !types.some((type) => one.connectionTypes.includes(type))
      return this.specificity(adapter, one) >= 0 && !never && !nothing
    })
  }

  /** Why the provider may not be asked about the adapter; `null` when it may. */
  exclusion(adapter: ReferenceAdapter, id: string): string | null {
    const provider = this.providers.get(id)
    if (provider?.status !== 'available') return `${id} is not available`
    if (this.specificity(adapter, provider) < 0) return `no rule of ${id} fits`
    const types = this.settings.connections.map(({ type }) => type)
    const configured = types.some((type) => provider.connectionTypes.includes(type))
    if (provider.configuredOnly && !configured) return `nothing is configured for ${id}`
    const { managedBy } = adapter.link
    if (managedBy !== null && provider.band !== 'generic' && !provider.manages.includes(managedBy))
      return `${managedBy} manages it`
    if (adapter.unsupported.get(id) === provider.build) return `${id} never claims it`
    return this.behindHolder(adapter, provider) ? `${id} is not stronger than the holder` : null
  }

  /** Of a yielding holder that is there, only who comes before it may take over. */
  behindHolder(adapter: ReferenceAdapter, provider: ProviderInfo): boolean {
    const { holder } = adapter
    if (!holder || holder.abandoned || holder.givenUp) return false
    if (holder.provider === provider.id) return true
    const holding = this.providers.get(holder.provider)
    return holding !== undefined && this.before(holding, provider, adapter)
  }

  /** Whether the answer to an offer that is out makes its provider the holder. */
  accepts(adapter: ReferenceAdapter, id: string, answer: Answer): boolean {
    if (answer.result !== 'SUCCESS' || connectionNameFault(answer.connection)) return false
    const provider = this.providers.get(id)
    if (provider?.status !== 'available' || this.blocked(adapter) || this.behindHolder(adapter, provider))
      return false
    const elsewhere = this.heldFor(answer.connection)
    if (elsewhere && elsewhere !== adapter) return false
    const configured = this.settings.connections.find(({ name }) => name === answer.connection)
    return configured ? this.owner(configured.type) === id : answer.volatile === true
  }

  /** What became of its provider counts for a claim. */
  follow(adapter: ReferenceAdapter): ProviderInfo | undefined {
    const { holder } = adapter
    if (!holder) return
    const provider = this.providers.get(holder.provider)
    if (holder.givenUp) return provider
    const abandoned = !provider || provider.status === 'disabled'
    if (abandoned && !holder.abandoned) adapter.due = true
    holder.abandoned = abandoned
    if (provider && !abandoned) holder.band = provider.band
    return provider
  }

  /** Who a configured name belongs to; `undefined` when it is not configured. */
  ownerOfName(name: string): string | null | undefined {
    const configured = this.settings.connections.find((one) => one.name === name)
    return configured && this.owner(configured.type)
  }

  /** Volatile connections leave their names to those that are configured. */
  giveWay(renamed: (adapter: ReferenceAdapter) => void): void {
    if (this.degraded || !this.ready) return
    for (const adapter of this.adapters.values()) {
      const { holder } = adapter
      const owner = holder && this.ownerOfName(holder.connection)
      if (!holder?.volatile || owner === undefined || owner === holder.provider) continue
      let name = `${holder.connection}-found`
      const taken = (one: string) => this.heldFor(one) !== undefined || this.ownerOfName(one) !== undefined
      for (let number = 2; taken(name); number++) name = `${holder.connection}-found-${number}`
      renamed(adapter)
      holder.connection = name
      this.askAnew(adapter.id)
    }
  }

  /** What its holder has confirmed, and is asked, counts no more. */
  askAnew(id: string): void {
    const adapter = this.adapters.get(id)!
    if (adapter.holder) adapter.holder.confirmed = null
    adapter.verify = null
  }

  /** Whether the holder's yes for this connection counts. */
  confirms({ provider, connection, volatile }: Holder, answer: Answer): boolean {
    if (answer.result !== 'SUCCESS') return false
    const owner = this.ownerOfName(connection)
    return owner === undefined ? volatile || answer.volatile === true : owner === provider
  }

  private owner(type: string): string | null {
    const owners = [...this.providers.values()].filter((one) => one.connectionTypes.includes(type))
    const first = owners.find((one) =>
      owners.every((other) => other === one || this.before(one, other, null)),
    )
    return first?.id ?? null
  }
}

/** The schedules use literals and `prefix*` only, of names and kinds. */
export function fits(rule: MatchRule, link: Link): boolean {
  const one = (pattern: string | undefined, value: string) =>
    pattern === undefined || (isGlob(pattern) ? value.startsWith(pattern.slice(0, -1)) : value === pattern)
  return one(rule.name, link.name) && one(rule.kind, link.kind)
}

/** By this a link is known that went away and came back. */
export function keyOf({ kind, name }: Link): string {
  return [kind, '', name].join('|')
}

function isGlob(pattern: string): boolean {
  return pattern.endsWith('*')
}

/** What cannot change about a link, and of what can, name or address, one must be as it was. */
export function isSame(
  known: { evidence: string; address: string | null; name: string },
  link: Link,
): boolean {
  if (known.evidence !== evidence(link)) return false
  return link.permanentAddress !== null || known.address === link.address || known.name === link.name
}

export function evidence(link: Link): string {
  return [link.kind, link.driver ?? '', link.path ?? '', link.permanentAddress ?? ''].join('|')
}
