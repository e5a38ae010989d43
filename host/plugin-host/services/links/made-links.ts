import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import type { Adapter, HeldParent, NewLink } from '@claimd/sdk'
import type { LinkRecipe } from '../../../core/adapters/link-changer.js'
import { compileGlob } from '../../../core/claims/glob.js'
import { claimdError } from '../../../core/errors.js'
import { findMade } from '../../../core/ledger/take-back.js'
import type { Change, Owner, UndoEntry } from '../../../core/ledger/undo-entry.js'
import type { Caller } from '../caller.js'
import { notAllowed } from '../refusals.js'
import { checkRoom, type LinkParts, type Wish } from './wish.js'

type MadeEntry = UndoEntry & { change: Extract<Change, { type: 'link' }> }

/** @param wishFor a wish to act on the adapter below */
export async function create(
  { changer, ledger, holdings }: LinkParts,
  caller: Caller,
  link: NewLink,
  wishFor: (parent: HeldParent) => Wish,
): Promise<void> {
  checkNames(caller, link.kind === 'veth' ? [link.name, link.peer] : [link.name])
  const wish = 'parent' in link ? wishFor(link.parent) : null
  const recipe = recipeOf(link, wish?.admit().adapter.index ?? 0)
  const known = entriesOf(ledger, caller).find(({ change }) => isSameRecipe(change.recipe, recipe))
  const isThere = known !== undefined && (await findMade(changer, known.index, known.change.recipe)) !== null
  const maker = ownerOf(caller.plugin, link)
  if (isThere && known.owner.fence !== maker.fence) {
    // With this fence it would be taken back, and the other connection would lose it.
    const other = holdings.standsFor(known.owner.fence)
    if (other !== null) throw mayNotShare(caller, link.name, other)
  }
  const owner = { ...maker, ...(await makerOf(holdings, caller, link)) }
  if (isThere) {
    // What an earlier fence made is there for this one from now on.
    if (known.owner.fence !== owner.fence) ledger.declare(owner, known, known.change)
    return
  }
  if (holdings.isStopped) throw stopping(caller, `make the link ${link.name}`)
  // It would be refused: but then the line of another link with this name must not be written over.
  if (await changer.find(link.name)) throw nameTaken(link.name)
  wish?.admit()
  checkRoom(ledger, caller.plugin)
  const declared = ledger.declare(owner, { index: null, name: link.name }, { type: 'link', recipe })
  try {
    await changer.create(recipe)
  } catch (error) {
    ledger.cancel(declared)
    throw error
  }
  caller.note('link-made', { kind: link.kind, link: link.name })
  ledger.made(declared, (await findMade(changer, null, recipe))?.index)
}

export async function remove(
  { changer, ledger, holdings }: LinkParts,
  caller: Caller,
  name: string,
): Promise<void> {
  const entry = entriesOf(ledger, caller).find(({ change }) => change.recipe.name === name)
  if (!entry) throw mayNotRemove(caller, name, 'it did not make a link of that name')
  const made = await findMade(changer, entry.index, entry.change.recipe)
  if (holdings.isStopped) throw stopping(caller, `remove the link ${name}`)
  if (made) {
    const other = holdings.heldWith(made.index).find(({ plugin }) => plugin !== caller.plugin)
    if (other)
      throw mayNotRemove(caller, name, `${other.provider} holds ${other.adapter.name}, which would go`)
    await changer.remove(made.index)
    caller.note('link-removed', { link: made.name })
  }
  ledger.strike(entry)
}

/** The link has just been made: the core may hear of it only now. */
const adoptPatience = { ms: 3_000, pause: 10 }

/** @returns the adapter that the link has become */
export async function adopt(
  { changer, ledger, holdings }: LinkParts,
  caller: Caller,
  name: string,
  fence: number,
): Promise<Adapter> {
  const { plugin } = caller
  const entry = entriesOf(ledger, caller).find(({ change }) => change.recipe.name === name)
  const made = entry?.owner.fence === fence && (await findMade(changer, entry.index, entry.change.recipe))
  if (!made) throw mayNotAdopt(caller, name, 'it did not make a link of that name with this fence')
  const end = performance.now() + adoptPatience.ms
  for (;;) {
    caller.signal.throwIfAborted()
    const adapter = await holdings.adopt({ plugin, fence, index: made.index })
    if (adapter !== null) return adapter
    if (performance.now() > end) throw mayNotAdopt(caller, name, 'it is not there any more')
    await delay(adoptPatience.pause)
  }
}

function entriesOf(ledger: LinkParts['ledger'], { plugin }: Caller): MadeEntry[] {
  return ledger
    .entries((owner) => owner.plugin === plugin)
    .filter((entry): entry is MadeEntry => entry.change.type === 'link')
}

function checkNames(caller: Caller, names: readonly string[]): void {
  const globs = caller.granted.links?.create ?? []
  for (const name of names) {
    if (globs.some((glob) => compileGlob(glob)(name))) continue
    throw notAllowed(caller, `make a link named ${name}`, { granted: globs, key: 'links.create' })
  }
}

function recipeOf(link: NewLink, parent: number): LinkRecipe {
  const { name } = link
  switch (link.kind) {
    case 'bridge':
    case 'dummy':
      return { kind: link.kind, name, address: randomAddress() }
    case 'veth':
      return { kind: link.kind, name, address: randomAddress(), peer: link.peer }
    case 'macvlan':
      return { kind: link.kind, name, address: randomAddress(), parent }
    case 'vlan':
      return { kind: link.kind, name, parent, id: link.id }
    case 'wireguard':
      return { kind: link.kind, name }
  }
}

function isSameRecipe(a: LinkRecipe, b: LinkRecipe): boolean {
  return isDeepStrictEqual({ ...a, address: null }, { ...b, address: null })
}

/** Locally administered, of one host. By it the link is known again. */
function randomAddress(): string {
  const bytes = randomBytes(6)
  bytes[0] = (bytes[0]! & 0xfc) | 0x02
  return bytes.toString('hex').replace(/(..)(?!$)/g, '$1:')
}

/** @returns for what it is made. @throws NOT_ALLOWED for a fence that is not one of the plugin's own connects without an adapter */
async function makerOf(
  { makes }: Pick<LinkParts['holdings'], 'makes'>,
  { plugin }: Caller,
  link: NewLink,
): Promise<{ connection: string | null; provider: string | null }> {
  if (!('fence' in link) || link.fence === undefined) return { connection: null, provider: null }
  const names = 'peer' in link ? [link.name, link.peer] : [link.name]
  return makes({ plugin, fence: link.fence, names })
}

/** A link on top of an adapter is taken back with what was done to that by the same fence. */
function ownerOf(plugin: string, link: NewLink): Owner {
  const fence = 'parent' in link ? link.parent.fence : (link.fence ?? null)
  return { plugin, provider: null, connection: null, adapter: null, fence }
}

function nameTaken(name: string): Error {
  return claimdError('LINK_NOT_CHANGED', {
    message: `there is a link called ${name} already`,
    found: `EEXIST: a link called ${name}`,
    expected: 'a name that no link has',
    remedy: 'choose another name, or remove that link',
  })
}

function stopping({ plugin }: Caller, what: string): Error {
  return claimdError('NOT_ALLOWED', {
    message: `plugin ${plugin} may not ${what}: claimd is being stopped, which touches no link`,
    found: 'claimd is being stopped',
    expected: 'a running claimd',
    remedy: 'leave it as it is: it is there, and in the ledger, when claimd is back',
  })
}

function mayNotShare({ plugin }: Caller, name: string, connection: string): Error {
  return claimdError('NOT_ALLOWED', {
    message: `plugin ${plugin} may not make the link ${name}: it was made for connection ${connection}`,
    found: `the link ${name}, which connection ${connection} needs`,
    expected: 'a name of its own for each connection',
    remedy: `choose another name, or disconnect connection ${connection} first`,
  })
}

function mayNotAdopt({ plugin }: Caller, name: string, because: string): Error {
  return claimdError('NOT_ALLOWED', {
    message: `plugin ${plugin} may not adopt the link ${name}: ${because}`,
    found: because,
    expected: 'a link that was made with the fence of a connect that is under way',
    remedy: 'make it with that fence: context.links.create({ kind, name, fence })',
  })
}

function mayNotRemove({ plugin }: Caller, name: string, because: string): Error {
  return claimdError('NOT_ALLOWED', {
    message: `plugin ${plugin} may not remove the link ${name}: ${because}`,
    found: because,
    expected: 'a link that the plugin made, and that no other plugin holds',
    remedy: 'leave it alone',
  })
}
