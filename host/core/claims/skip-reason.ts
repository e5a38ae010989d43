import type { Context } from './context.js'
import { fitRules } from './match.js'
import { comparePlaces, type Place, type Provider } from './order.js'
import type { AdapterRecord } from './records.js'

/** The place of the provider that holds the adapter; `null` when there is none, or it is not there any more. */
export function holderPlace(context: Context, record: AdapterRecord): Place | null {
  const provider = record.holding ? context.roster.get(record.holding.provider) : undefined
  return provider ? { provider, fit: fitRules(provider.rules, record.adapter), heldBefore: false } : null
}

/**
 * Why a provider is not asked about this adapter; `null` when it is.
 * @param holder from {@link holderPlace}
 */
export function skipReason(
  context: Context,
  record: AdapterRecord,
  place: Place,
  holder: Place | null,
): string | null {
  const { provider, fit } = place
  if (!fit.rule) return fit.why
  if (provider.status !== 'available') return `${provider.status}: ${provider.because}`
  if (provider.configuredOnly && !anyConfigured(context, provider)) {
    return `no connection of its types is configured: ${typesInWords(provider)}`
  }
  const { managedBy } = record.link
  if (managedBy !== null && provider.band !== 'generic' && !provider.manages.includes(managedBy)) {
    return `the adapter is owned by ${managedBy}, says udev, and it does not manage for ${managedBy}`
  }
  if (record.unsupported.get(provider.id) === provider.build)
    return 'it said that it never claims this adapter'
  return behindHolder(record, place, holder)
}

/** Why a provider may not take the adapter over from its holder; `null` when it may, or when nobody holds it. */
export function behindHolder({ holding }: AdapterRecord, place: Place, holder: Place | null): string | null {
  if (!holder || holding!.abandoned || holding!.givenUp !== null) return null
  if (holder.provider.id === place.provider.id)
    return 'it holds the adapter now; only stronger providers are asked'
  // Otherwise two providers of the generic band would take the adapter from each other in every round.
  return comparePlaces(holder, place) < 0
    ? `it comes after ${holder.provider.id}, which holds the adapter`
    : null
}

function typesInWords({ connectionTypes, takenTypes = [] }: Provider): string {
  const taken = takenTypes.map(({ type, owner }) => `${type} (which belongs to ${owner})`)
  return [...connectionTypes, ...taken].join(', ') || 'it has none'
}

export function anyConfigured({ configured }: Context, { connectionTypes }: Provider): boolean {
  for (const { type } of configured.values()) if (connectionTypes.includes(type)) return true
  return false
}
