import type { LinkChanger, LinkRecipe, LinkState } from '../adapters/link-changer.js'
import { isSameRoute, type UndoEntry } from './undo-entry.js'

/**
 * Takes a change back, if it is still there as it was made: what somebody else has changed since is theirs.
 * @returns whether there was something to take back
 */
export async function takeBack(changer: LinkChanger, { index, change }: UndoEntry): Promise<boolean> {
  if (change.type === 'link') {
    const made = await findMade(changer, index, change.recipe)
    return made !== null && (await changer.remove(made.index))
  }
  if (index === null) return false
  switch (change.type) {
    case 'address': {
      const found = (await changer.addresses(index)).find(({ address }) => address === change.address)
      if (!found || found.ours === false) return false
      return changer.removeAddress(index, change.address)
    }
    case 'route': {
      const found = (await changer.routes(index)).find((route) => isSameRoute(route, change.route))
      if (!found || found.ours === false) return false
      return changer.removeRoute(index, change.route)
    }
    case 'up': {
      const link = await changer.look(index)
      if (link === null || !isStill(link.up, change)) return false
      await changer.setUp(index, change.before)
      return true
    }
    case 'mtu': {
      const link = await changer.look(index)
      if (link === null || !isStill(link.mtu, change)) return false
      await changer.setMtu(index, change.before)
      return true
    }
  }
}

/** Whether it is as it was left, or as it was when the last change was under way; and not as it was before. */
function isStill<T>(now: T, { before, from, after }: { before: T; from: T; after: T }): boolean {
  return now !== before && (now === after || now === from)
}

/**
 * Finds the link that was made. The address that it was given at random tells it from every other one; a kind
 * that has none of its own is told by its index, and until that is known by its name.
 * @param index `null` when claimd was killed before it could write it down
 */
export async function findMade(
  changer: LinkChanger,
  index: number | null,
  recipe: LinkRecipe,
): Promise<LinkState | null> {
  const link = index === null ? await changer.find(recipe.name) : await changer.look(index)
  if (link === null || link.kind !== recipe.kind) return null
  return 'address' in recipe && link.address !== recipe.address ? null : link
}
