import type { Context } from './context.js'

/**
 * The provider that has the connections of a type: of those that list it, the first in the order in which
 * providers are asked. `null` when none does.
 */
export function ownerOf(context: Context, type: string): string | null {
  return context.roster.values().find(({ connectionTypes }) => connectionTypes.includes(type))?.id ?? null
}
