import type { Band } from '@claimd/sdk'
import { type CompiledRule, compareSpecificity, type Fit } from './match.js'
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

/** A provider's place among all, for one adapter. */
export interface Place {
  provider: Provider
  fit: Fit
  /** It held this adapter before the link went away; then it is asked first when the link is back. */
  heldBefore: boolean
}

/** The order of providers as far as it does not depend on an adapter. */
export function compareProviders(a: Provider, b: Provider): number {
  return compareListed(a, b) || compareStrength(a, b) || compareIds(a, b)
}

/** The order of providers about one adapter, see `Roster.fitting`. */
export function comparePlaces(a: Place, b: Place): number {
  return (
    compareListed(a.provider, b.provider) ||
    Number(b.heldBefore) - Number(a.heldBefore) ||
    compareStrength(a.provider, b.provider) ||
    compareFits(a.fit, b.fit) ||
    compareIds(a.provider, b.provider)
  )
}

/** Why a provider has its place, in words. */
export function describePlace({ provider, fit, heldBefore }: Place): string {
  const words = [`band ${provider.band}`, `priority ${provider.priority}`]
  if (heldBefore) words.unshift('it held this adapter before')
  if (Number.isFinite(provider.listed)) words.unshift(`number ${provider.listed + 1} in the operator's order`)
  if (fit.rule) words.push(`rule: ${fit.rule.text}`)
  return words.join(', ')
}

function compareListed(p: Provider, q: Provider): number {
  return p.listed === q.listed ? 0 : p.listed - q.listed
}

function compareStrength(p: Provider, q: Provider): number {
  return bandRank(p.band) - bandRank(q.band) || q.priority - p.priority
}

/** Those that do not fit come after those that do. */
function compareFits(a: Fit, b: Fit): number {
  if (a.rule && b.rule) return compareSpecificity(a.rule, b.rule)
  return Number(a.rule === null) - Number(b.rule === null)
}

/** Ids are ASCII (the manifest's schema says so), where this is code-point order. */
function compareIds(p: Provider, q: Provider): number {
  return p.id < q.id ? -1 : p.id > q.id ? 1 : 0
}
