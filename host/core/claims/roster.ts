import type { Adapter } from '@claimd/sdk'
import { compareSpecificity, compileRule, fitRules, fitsRule } from './match.js'
import { comparePlaces, compareProviders, type Place, type Provider } from './order.js'
import type { ProviderInfo } from './provider-info.js'
import { RuleIndex } from './rule-index.js'

/** All providers there are, in the order in which they would be asked, and an index of their rules. */
export class Roster {
  private byId = new Map<string, Provider>()
  private ordered: readonly Provider[] = []
  private index = new RuleIndex<Provider>()

  get(id: string): Provider | undefined {
    return this.byId.get(id)
  }

  get size(): number {
    return this.ordered.length
  }

  /** In the order in which they are asked, as far as that does not depend on the adapter. */
  values(): readonly Provider[] {
    return this.ordered
  }

  /** Replaces the whole list. @param order the operator's explicit order */
  replace(infos: readonly ProviderInfo[], order: readonly string[]): void {
    const before = this.byId
    this.ordered = infos.map((info) => makeProvider(info, order, before.get(info.id))).sort(compareProviders)
    this.byId = new Map(this.ordered.map((provider) => [provider.id, provider]))
    this.index = new RuleIndex()
    for (const provider of this.ordered) for (const rule of provider.rules) this.index.add(rule, provider)
  }

  /**
   * The providers whose rules fit the adapter, in the order in which they are asked about it. The order is
   * total: the operator's explicit order, then who held this adapter before it went away, then the band, then
   * priority (higher first), then how specific the matching rule is, then the id in code-point order.
   * @param heldBefore the provider that held it then
   */
  fitting(adapter: Adapter, heldBefore: string | null): Place[] {
    const places = new Map<Provider, Place>()
    this.index.forEachCandidate(adapter, (rule, provider) => {
      if (!fitsRule(rule, adapter)) return
      const place = places.get(provider)
      if (!place) places.set(provider, placeOf(provider, { rule, why: '' }, heldBefore))
      else if (compareSpecificity(rule, place.fit.rule!) < 0) place.fit.rule = rule
    })
    return [...places.values()].sort(comparePlaces)
  }

  /** The first so many providers whose rules do not fit, each with the reason. */
  unfitting(adapter: Adapter, fitting: readonly Place[], limit: number): Place[] {
    const fit = new Set(fitting.map(({ provider }) => provider))
    const places: Place[] = []
    for (const provider of this.ordered) {
      if (places.length === limit) break
      if (!fit.has(provider)) places.push(placeOf(provider, fitRules(provider.rules, adapter), null))
    }
    return places
  }
}

function placeOf(provider: Provider, fit: Place['fit'], heldBefore: string | null): Place {
  // The safety net comes last whatever was: it must not keep out who knows the adapter better.
  return { provider, fit, heldBefore: provider.id === heldBefore && provider.band !== 'generic' }
}

/** @param before the same provider as it was: rules that are the same need not be compiled again */
function makeProvider(info: ProviderInfo, order: readonly string[], before: Provider | undefined): Provider {
  const listed = order.indexOf(info.id)
  return {
    ...info,
    rules: before?.match === info.match ? before.rules : info.match.map(compileRule),
    listed: listed < 0 ? Number.POSITIVE_INFINITY : listed,
  }
}
