import type { Adapter, Band } from '@claimd/sdk'
import { type CompiledRule, compareSpecificity, compileRule, type Fit, fitRules } from './match.js'
import type { ProviderInfo } from './provider-info.js'

const bands: Record<Band, number> = { exact: 0, likely: 1, generic: 2 }

/** Rank of a band, stronger first. */
export function bandRank(band: Band): number {
  return bands[band]
}

/** A provider with what is computed once, when it is loaded. */
export interface Provider extends ProviderInfo {
  rules: readonly CompiledRule[]
  /** Place in the operator's explicit order; infinite when it is not listed there. */
  listed: number
}

export function makeProvider(info: ProviderInfo, order: readonly string[]): Provider {
  const listed = order.indexOf(info.id)
  return {
    ...info,
    rules: info.match.map(compileRule),
    listed: listed < 0 ? Number.POSITIVE_INFINITY : listed,
  }
}

/** A provider's place among all, for one adapter. */
export interface Place {
  provider: Provider
  fit: Fit
}

/**
 * All providers in the order in which they would be asked about `adapter`: the operator's explicit order,
 * then the band, then priority (higher first), then how specific the matching rule is, then the id in
 * code-point order. The order is total; those whose rules do not fit have their place as well.
 */
export function placesFor(adapter: Adapter, providers: Iterable<Provider>): Place[] {
  const places: Place[] = []
  for (const provider of providers) places.push({ provider, fit: fitRules(provider.rules, adapter) })
  return places.sort(comparePlaces)
}

export function comparePlaces(a: Place, b: Place): number {
  const { provider: p } = a
  const { provider: q } = b
  if (p.listed !== q.listed) return p.listed - q.listed
  if (p.band !== q.band) return bandRank(p.band) - bandRank(q.band)
  if (p.priority !== q.priority) return q.priority - p.priority
  if (a.fit.rule && b.fit.rule) {
    const specificity = compareSpecificity(a.fit.rule, b.fit.rule)
    if (specificity !== 0) return specificity
  } else if (a.fit.rule || b.fit.rule) return a.fit.rule ? -1 : 1
  // Ids are ASCII (the manifest's schema says so), where this is code-point order.
  return p.id < q.id ? -1 : p.id > q.id ? 1 : 0
}

/** Why a provider has its place, in words. */
export function describePlace({ provider, fit }: Place): string {
  const rule = fit.rule ? `, rule: ${fit.rule.text}` : ''
  const listed = Number.isFinite(provider.listed)
    ? `number ${provider.listed + 1} in the operator's order, `
    : ''
  return `${listed}band ${provider.band}, priority ${provider.priority}${rule}`
}
