import type { Context } from './context.js'

/** What the operator configured under a name, and whose it is; `null` when nothing is. */
export function configuredAs(context: Context, name: string): { type: string; owner: string | null } | null {
  const type = context.configured.get(name)?.type
  return type === undefined ? null : { type, owner: ownerOf(context, type) }
}

/**
 * The provider that has the connections of a type: of those that list it, the first in the order in which
 * providers are asked. `null` when none does.
 */
export function ownerOf(context: Context, type: string): string | null {
  return context.roster.values().find(({ connectionTypes }) => connectionTypes.includes(type))?.id ?? null
}
