import type { Context } from './context.js'
import { orphan, take } from './holding.js'
import { fitRules } from './match.js'
import type { Provider } from './order.js'
import type { ProviderInfo } from './provider-info.js'
import type { AdapterRecord } from './records.js'
import { abandonRound, wantRound } from './rounds.js'
import { yields } from './rules.js'
import { needsVerify, verify, verifyAnew } from './verifying.js'

/** Takes the whole list of providers, whatever changed about it. */
export function takeProviders(context: Context, infos: readonly ProviderInfo[]): void {
  const before = new Map(context.roster.values().map((provider) => [provider.id, provider]))
  const first = !context.ready
  context.ready = true
  context.roster.replace(infos, context.order)
  for (const record of context.adapters.values()) {
    if (record.claim) checkHolder(context, record, before.get(record.claim.provider), first)
  }
  if (first) {
    for (const record of context.adapters.values()) wantRound(context, record, 'claimd started')
    return
  }
  const news = context.roster.values().filter((provider) => isNews(before.get(provider.id), provider))
  for (const provider of news)
    offerTo(context, provider, `provider ${provider.id} ${newsOf(before, provider)}`)
}

/** Open adapters that fit the provider's rules are offered. */
export function offerTo(context: Context, provider: Provider, trigger: string): void {
  for (const record of context.adapters.values()) {
    if (record.claim && !yields(record.claim)) continue
    if (fitRules(provider.rules, record.adapter).rule) wantRound(context, record, trigger)
  }
}

/** What became of the provider of a claim: its word is asked for, or the claim is orphaned. Never does it end here. */
function checkHolder(
  context: Context,
  record: AdapterRecord,
  before: Provider | undefined,
  first: boolean,
): void {
  const claim = record.claim!
  const provider = context.roster.get(claim.provider)
  if (!provider || provider.status === 'disabled') {
    const because = provider ? `its plugin is disabled: ${provider.because}` : 'its plugin is not there'
    const already = claim.abandoned
    orphan(context, record, because, true)
    if (!already && !first) wantRound(context, record, because)
    return
  }
  claim.abandoned = false
  if (claim.band !== provider.band || claim.version !== provider.version) {
    claim.band = provider.band
    claim.version = provider.version
    take(context, record, claim)
  }
  // Its holder is there again: nobody takes the adapter over from it.
  if (!yields(claim)) abandonRound(context, record, `${provider.id} holds it`)
  if (provider.status === 'unavailable') {
    orphan(context, record, provider.because, false)
    return
  }
  if (before && before.build !== provider.build) verifyAnew(context, record)
  else if (needsVerify(record)) verify(context, record)
}

function isNews(before: Provider | undefined, provider: Provider): boolean {
  if (provider.status !== 'available') return false
  return before?.status !== 'available' || before.build !== provider.build
}

function newsOf(before: ReadonlyMap<string, Provider>, provider: Provider): string {
  const known = before.get(provider.id)
  if (!known) return 'was added'
  if (known.build !== provider.build) return 'was reloaded'
  return known.status === 'disabled' ? 'was enabled' : 'is back'
}
