import type { Context } from './context.js'
import { comparePlaces } from './order.js'

const anyAdapter = { rule: null, why: '' }

/**
 * The provider that has the connections of a type: of those that list it, the first in the order in which
 * providers are asked. `null` when none does.
 */
export function ownerOf(context: Context, type: string): string | null {
  const [first] = [...context.providers.values()]
    .filter((provider) => provider.connectionTypes.includes(type))
    .map((provider) => ({ provider, fit: anyAdapter }))
    .sort(comparePlaces)
  return first?.provider.id ?? null
}
