import type { ClaimEnd } from '@claimd/sdk'
import { giveWayToConfigured } from './configuration.js'
import { configuredAs } from './connection-owner.js'
import type { Context } from './context.js'
import { claimEndOf, orphan, take } from './holding.js'
import { reconsider } from './link-events.js'
import { fitRules } from './match.js'
import type { Provider } from './order.js'
import type { ProviderInfo } from './provider-info.js'
import type { AdapterRecord } from './records.js'
import { abandonRound, wantRound } from './rounds.js'
import { orphanedBy, yields } from './rules.js'
import { needsVerify, verify, verifyAnew } from './verifying.js'

/** Takes the whole list of providers, whatever changed about it. */
export function takeProviders(context: Context, infos: readonly ProviderInfo[]): void {
  const before = new Map(context.roster.values().map((provider) => [provider.id, provider]))
  const first = !context.ready
  context.ready = true
  context.roster.replace(infos, context.order)
  context.turn.addFact({ type: 'providers-changed' })
  // While claimd was not running the configuration may have changed; and a type may have another owner now.
  giveWayToConfigured(context)
  for (const record of context.adapters.values()) {
    checkHolder(context, record, before.get(record.holding?.provider ?? ''), first)
  }
  if (first) {
    for (const record of context.adapters.values()) wantRound(context, record, 'claimd started')
    return
  }
  for (const lost of before.values()) offerGivenUp(context, lost)
  const news = context.roster.values().filter((provider) => isNews(before.get(provider.id), provider))
  for (const provider of news)
    offerTo(context, provider, `provider ${provider.id} ${newsOf(before, provider)}`)
}

/** Open adapters that fit the provider's rules are offered, but for one. */
export function offerTo(
  context: Context,
  provider: Provider,
  trigger: string,
  { except, claimEnd = null }: { except?: AdapterRecord; claimEnd?: ClaimEnd | null } = {},
): void {
  for (const record of context.adapters.values()) {
    if (record === except || (record.holding && !yields(record.holding))) continue
    if (fitRules(provider.rules, record.adapter).rule) wantRound(context, record, trigger, claimEnd)
  }
}

/**
 * A provider of the safety net is gone, or another one: what was given up and waits for it is offered once more, and is
 * over if nobody takes it.
 */
function offerGivenUp(context: Context, before: Provider): void {
  const now = context.roster.get(before.id)
  if (before.band !== 'generic') return
  if (now && now.status !== 'disabled' && now.band === 'generic' && now.build === before.build) return
  for (const record of context.adapters.values()) {
    if (record.holding?.givenUp == null || !fitRules(before.rules, record.adapter).rule) continue
    wantRound(context, record, `provider ${before.id} ${now ? 'is another one' : 'was removed'}`)
  }
}

/** A connection is free again: the adapters that wait for it are offered. */
export function offerFreed(context: Context): void {
  const isUsed = (name: string) => context.byConnection.has(name) || context.dialled.has(name)
  const freed = [...context.freed].filter(([name]) => !isUsed(name))
  context.freed.clear()
  // When it can be stored again, everything is offered.
  if (context.degraded !== null) return
  for (const [name, { record: before, claimEnd }] of freed) {
    const trigger = `connection ${name} is free${claimEnd ? `: ${claimEnd.because}` : ''}`
    for (const record of context.adapters.values()) {
      if (record.missed.has(name)) wantRound(context, record, trigger, claimEnd)
    }
    const owner = context.roster.get(configuredAs(context, name)?.owner ?? '')
    // Who was asked about the adapter that was held for it could have that connection for it all the time.
    if (owner?.status === 'available') offerTo(context, owner, trigger, { except: before, claimEnd })
  }
}

/** What became of the provider of a claim: its word is asked for, or the claim is orphaned. Never does it end here. */
export function checkHolder(context: Context, record: AdapterRecord, before?: Provider, first = false): void {
  const { holding } = record
  // Who gave it up need not answer for it any more.
  if (holding?.origin !== 'out-of-band' || holding.givenUp !== null) return
  const provider = context.roster.get(holding.provider)
  const orphaned = orphanedBy(provider)
  if (orphaned?.abandoned) {
    const already = holding.abandoned
    orphan(context, record, orphaned.because, true)
    const end = claimEndOf(record, holding, 'plugin', orphaned.because)
    if (!already && !first) wantRound(context, record, orphaned.because, end)
    return
  }
  holding.abandoned = false
  if (provider) followManifest(context, record, provider)
  // As a safety net it has no claim on a port any more.
  if (record.holding === null) return
  // Its holder is there again: nobody takes the adapter over from it.
  if (!yields(holding)) abandonRound(context, record, `${holding.provider} holds it`)
  if (orphaned) orphan(context, record, orphaned.because, false)
  else if (before && (before.build !== provider?.build || hasOtherTypes(before, provider)))
    verifyAnew(context, record)
  else if (needsVerify(record)) verify(context, record)
}

/** What its manifest says now counts for the claim. */
function followManifest(context: Context, record: AdapterRecord, { band, version }: Provider): void {
  const holding = record.holding!
  if (holding.band === band && holding.version === version) return
  holding.band = band
  holding.version = version
  take(context, record, holding)
  reconsider(context, record)
}

function isNews(before: Provider | undefined, provider: Provider): boolean {
  if (provider.status !== 'available') return false
  return (
    before?.status !== 'available' ||
    before.build !== provider.build ||
    provider.connectionTypes.some((type) => !before.connectionTypes.includes(type))
  )
}

/** Without another build: a type has another owner. */
function hasOtherTypes(before: Provider, now: Provider): boolean {
  return before.connectionTypes.join() !== now.connectionTypes.join()
}

function newsOf(before: ReadonlyMap<string, Provider>, provider: Provider): string {
  const known = before.get(provider.id)
  if (!known) return 'was added'
  if (known.build !== provider.build) return 'was reloaded'
  if (known.status === 'available') return 'has another connection type'
  return known.status === 'disabled' ? 'was enabled' : 'is available now'
}
