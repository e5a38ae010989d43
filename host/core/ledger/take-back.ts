import type { LinkChanger, LinkRecipe, LinkState, Lost } from '../adapters/link-changer.js'
import { type Change, isSameRoute, leastForIPv6, listed, type UndoEntry } from './undo-entry.js'

type Up = Extract<Change, { type: 'up' }>
type Mtu = Extract<Change, { type: 'mtu' }>

/** What became of a change: it was taken back, there was nothing left of it, or it had to stay, and why. */
export interface TakenBack {
  outcome: 'undone' | 'gone' | 'left'
  because: string | null
  /** What the kernel removed with the change and could not be put back. */
  lost: readonly Lost[]
}

/** Takes a change back, if it is still there as it was made: what somebody else has changed since is theirs. */
export async function takeBack(changer: LinkChanger, entry: UndoEntry): Promise<TakenBack> {
  const { index, change } = entry
  if (index !== null && (change.type === 'up' || change.type === 'mtu')) {
    const link = await changer.look(index)
    if (link === null) return gone
    return change.type === 'up' ? takeBackUp(changer, link, change) : takeBackMtu(changer, link, change)
  }
  return (await removeMade(changer, entry)) ? undone([]) : gone
}

const gone: TakenBack = { outcome: 'gone', because: null, lost: [] }

function undone(lost: readonly Lost[]): TakenBack {
  return { outcome: 'undone', because: null, lost }
}

async function takeBackUp(changer: LinkChanger, { index, up }: LinkState, change: Up): Promise<TakenBack> {
  const { before, losses = [] } = change
  if (isStill(up, change)) {
    // What others have put on it since would go with it.
    const others = before ? [] : await changer.losses(index, 'down')
    if (others.length > 0) {
      const because = `it would remove what others have made: ${listed(others.map(({ what }) => what))}`
      return { outcome: 'left', because, lost: [] }
    }
    await changer.setUp(index, before)
    return undone(await changer.restore(index, losses))
  }
  // It is up again, by the plugin or by somebody else; what it lost is not back by that.
  return up && losses.length > 0 ? undone(await changer.restore(index, losses)) : gone
}

async function takeBackMtu(changer: LinkChanger, { index, mtu }: LinkState, change: Mtu): Promise<TakenBack> {
  const { before, losses = [] } = change
  if (isStill(mtu, change)) {
    await changer.setMtu(index, before)
    return undone(await changer.restore(index, losses))
  }
  return mtu >= leastForIPv6 && losses.length > 0 ? undone(await changer.restore(index, losses)) : gone
}

/** @returns whether there was something to remove */
async function removeMade(changer: LinkChanger, { index, change, adopted }: UndoEntry): Promise<boolean> {
  if (change.type === 'link') {
    const made = await findMade(changer, index, change.recipe)
    return made !== null && (await changer.remove(made.index))
  }
  if (index === null) return false
  switch (change.type) {
    case 'address': {
      const found = (await changer.addresses(index)).find(({ address }) => address === change.address)
      if (!found || (found.ours === false && !adopted)) return false
      return changer.removeAddress(index, change.address)
    }
    case 'route': {
      const found = (await changer.routes(index)).find((route) => isSameRoute(route, change.route))
      if (!found || (found.ours === false && !adopted)) return false
      return changer.removeRoute(index, change.route, adopted ? 'any' : 'own')
    }
    default:
      return false
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
