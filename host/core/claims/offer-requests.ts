import type { RequestedOffer } from '@claimd/sdk'
import type { Context } from './context.js'
import { fitRules } from './match.js'
import { offerObstacle } from './obstacles.js'
import type { Provider } from './order.js'
import type { AdapterRecord } from './records.js'
import { askAgainNow, wantRound } from './rounds.js'
import { holderPlace, skipReason } from './skip-reason.js'

/**
 * A plugin asks for offers, of one adapter by its id or of `all` that its rules fit. What may not be offered is left
 * alone, with the reason; the rest is offered in ordinary rounds, whose trigger names the provider.
 */
export function requestOffers(context: Context, plugin: string, adapter: string): RequestedOffer[] {
  const providers = [...context.roster.values()].filter((provider) => provider.plugin === plugin)
  if (adapter !== 'all') {
    const record = context.adapters.get(adapter)
    const fitting = record
      ? providers.filter((provider) => fitRules(provider.rules, record.adapter).rule)
      : []
    if (!record || fitting.length === 0) {
      return [{ adapter, because: 'no adapter with this id fits the match rules of the plugin' }]
    }
    return [requestOffer(context, record, fitting)]
  }
  return [...context.adapters.values()].flatMap((record) => {
    const fitting = providers.filter((provider) => fitRules(provider.rules, record.adapter).rule)
    return fitting.length === 0 ? [] : requestOffer(context, record, fitting)
  })
}

function requestOffer(
  context: Context,
  record: AdapterRecord,
  providers: readonly Provider[],
): RequestedOffer {
  const because = offerObstacle(context, record)
  if (because !== null) return { adapter: record.id, because }
  const holder = holderPlace(context, record)
  let skipped: string | null = null
  const askable = providers.filter((provider) => {
    const place = { provider, fit: fitRules(provider.rules, record.adapter), heldBefore: false }
    const why = skipReason(context, record, place, holder)
    if (why !== null) skipped ??= `${provider.id} is not asked: ${why}`
    return why === null
  })
  if (askable.length === 0) return { adapter: record.id, because: skipped }
  // Which of its providers knows more now is not told: those that wait are asked at once, the others in a new round.
  const others = askable.filter((provider) => !askAgainNow(context, record, provider))
  if (others.length > 0) wantRound(context, record, `${others[0]!.id} asked for it`)
  return { adapter: record.id, because: null }
}
