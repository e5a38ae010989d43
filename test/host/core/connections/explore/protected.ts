import { must } from './must.js'
import type { Seen } from './seen.js'

/** An adapter that is claimed, or whose claim is being taken over. */
export interface Held {
  adapter: string
  connection: string
  isTakenOver: boolean
}

export function claimsOf({ machines }: Seen): Held[] {
  return [...(machines?.claims.context.adapters.values() ?? [])].flatMap(({ id: adapter, holding }) => {
    if (!holding || (holding.origin === 'dialled' && !holding.over)) return []
    return [{ adapter, connection: holding.connection, isTakenOver: holding.over !== undefined }]
  })
}

/**
 * A claim ends by a release, with its link, or by what its holder says, and by nothing else; and a take-over that does not
 * succeed gives it back.
 */
export function checkClaims(world: Seen, before: readonly Held[], verb: string, how: string): void {
  const { claims, connections } = world.machines!
  for (const { adapter, connection, isTakenOver } of before) {
    const holding = claims.context.adapters.get(adapter)?.holding
    if (holding?.connection === connection && holding.origin === 'out-of-band') continue
    const attempt = connections.context.records.get(connection)?.attempt
    const isOver = holding?.over !== undefined && attempt?.takesOver === true
    const hasSucceeded = isTakenOver && verb === 'end' && how === 'success' && attempt?.phase === 'connected'
    const isEnded = verb === 'release' || verb === 'unplug' || (verb === 'answer' && how === 'no')
    must(
      isOver || hasSucceeded || isEnded,
      () => `${verb} ${how} ends the claim of ${adapter} for ${connection}`,
    )
  }
}
