import type { Context } from './context.js'

/** The connection for which a plugin makes this link, while that is dialled; `null` when there is none. */
export function madeFor(context: Context, { adapter }: { adapter: { name: string } }): string | null {
  const fence = context.made.get(adapter.name)
  if (fence === undefined) return null
  for (const [connection, dialled] of context.dialled) if (dialled === fence) return connection
  return null
}

/** The attempt is over. @returns the names of the links that were made for it */
export function forgetMade({ made }: Context, fence: number): Set<string> {
  const names = [...made].filter(([, of]) => of === fence).map(([name]) => name)
  for (const name of names) made.delete(name)
  return new Set(names)
}
