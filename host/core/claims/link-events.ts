import type { Adapter } from '@claimd/sdk'
import { changeOf, type LinkChange } from '../adapters/changes.js'
import { adapterId, evidenceOf } from '../adapters/identity.js'
import type { Link, LinkEvent } from '../adapters/link.js'
import { splitChanges } from './acting.js'
import type { Context } from './context.js'
import { countFlap, endFlapping, inWords, toldAtOnce } from './flapping.js'
import { noFlaps } from './flaps.js'
import { endClaim } from './holding.js'
import { predecessorOf, rememberGoneRecord } from './predecessors.js'
import { keyOf, previousHolder } from './previous-holders.js'
import type { AdapterRecord } from './records.js'
import { abandonRound, freshAllowance, wantRound } from './rounds.js'
import { adapterRows, type StoredAdapter } from './rows.js'
import { recordOutside, refuseRounds } from './rules.js'
import { storeRecord } from './store-record.js'
import { verifyAnew, verifyChange } from './verifying.js'

/** Takes what the link source tells. */
export function takeLinkEvent(context: Context, event: LinkEvent): void {
  if (event.type === 'snapshot') takeSnapshot(context, event.links)
  else if (event.type === 'link-gone') {
    const record = context.byIndex.get(event.index)
    if (record) linkGone(context, record, event.movedTo)
  } else {
    const record = context.byIndex.get(event.link.index)
    if (record) linkChanged(context, record, event.link)
    else linkAppeared(context, event.link)
  }
}

/** Makes the record of a link; `known` when a restarted host found it again. */
export function addRecord(
  context: Context,
  link: Link,
  known?: Pick<StoredAdapter, 'generation' | 'unsupported' | 'key' | 'predecessor'>,
): AdapterRecord {
  const key = known?.key ?? keyOf(context, link)
  const generation = known?.generation ?? context.turn.counters.nextGeneration()
  const record: AdapterRecord = {
    id: adapterId(link.index, generation),
    generation,
    link,
    adapter: adapterOf(context, link, adapterId(link.index, generation)),
    ignored: null,
    holding: null,
    release: null,
    round: null,
    wanted: null,
    allowance: freshAllowance(context.moment.now),
    unsupported: new Map(known?.unsupported),
    key,
    predecessor: known ? (known.predecessor ?? null) : predecessorOf(context, key, link),
    heldBefore: known ? null : previousHolder(context, key),
    missed: new Set(),
    outcome: null,
    expected: [],
    flaps: noFlaps(),
    roundsEnded: 0,
    waiting: [],
    doubting: [],
    wakeAt: null,
  }
  context.adapters.set(record.id, record)
  context.byIndex.set(link.index, record)
  enlist(context, record)
  record.ignored = refuseRounds(record.link, record.adapter, context.ignore)
  storeRecord(context, record)
  return record
}

function linkAppeared(context: Context, link: Link): void {
  const record = addRecord(context, link)
  const predecessor = record.predecessor?.id ?? null
  context.emit('adapter-appeared', record, { kind: link.kind, predecessor, ignored: record.ignored })
  refreshMembers(context, record)
  wantRound(context, record, 'it appeared')
  context.turn.addFact({ type: 'adapter-ready', adapter: record.id, isNew: true })
}

function linkChanged(context: Context, record: AdapterRecord, link: Link): void {
  const change = changeOf(record.link, link, (index) => masterName(context, index))
  const before = record.link
  dismiss(context, record)
  record.link = link
  enlist(context, record)
  if (!change) return
  record.adapter = adapterOf(context, link, record.id)
  if (change.renamedFrom !== null) record.key = keyOf(context, link)
  if (change.renamedFrom !== null || link.address !== before.address) storeRecord(context, record)
  announceChange(context, record, change)
  countFlap(context, record, before)
  if (change.renamedFrom !== null) refreshMembers(context, record)
  reconsider(context, record)
  if (change.reoffer !== null) wantRound(context, record, change.reoffer)
  if (!record.holding) {
    if (change.carrierBack) context.turn.addFact({ type: 'adapter-ready', adapter: record.id, isNew: false })
    return
  }
  if (record.holding.origin === 'dialled') {
    context.turn.addFact({ type: 'adapter-changed', adapter: record.id, fence: record.holding.fence })
    return
  }
  if (change.carrierBack) verifyAnew(context, record)
  else verifyChange(context, record)
}

/** The link was deleted, or it moved to another network namespace: its claim ends, and this generation too. */
function linkGone(
  context: Context,
  record: AdapterRecord,
  movedTo: { namespace: number; index: number } | null,
): void {
  const what = movedTo ? 'moved to another network namespace' : 'was removed'
  abandonRound(context, record, `it ${what}`)
  endFlapping(context, record)
  rememberGoneRecord(context, record, `it ${what} at ${context.moment.at}`)
  const outside = recordOutside(record.holding, context.children.all())
  if (movedTo) context.emit('adapter-moved', record, { movedTo, ...outside })
  else context.emit('adapter-removed', record, { movedTo, because: null, ...outside })
  if (record.holding) endClaim(context, record, `the link ${what}`, 'gone', 'link')
  context.adapters.delete(record.id)
  context.byIndex.delete(record.link.index)
  dismiss(context, record)
  context.turn.drop(adapterRows, record.id)
}

/** Everything there is. What is missing is gone; what has the same index but is another link, is too. */
function takeSnapshot(context: Context, links: readonly Link[]): void {
  const present = new Map(links.map((link) => [link.index, link]))
  for (const record of [...context.adapters.values()]) {
    const link = present.get(record.link.index)
    // claimd was there all the time, and indexes are not given again soon: only what cannot change counts.
    if (!link || evidenceOf(record.link) !== evidenceOf(link)) linkGone(context, record, null)
  }
  // Masters first, so that a port finds the name of its bridge.
  for (const link of [...links].sort((a, b) => Number(a.master !== null) - Number(b.master !== null))) {
    takeLinkEvent(context, { type: 'link', link })
  }
}

/** Decides anew whether the adapter may be offered, and what that means for it. @returns whether it changed */
export function reconsider(context: Context, record: AdapterRecord): boolean {
  const before = record.ignored
  record.ignored = refuseRounds(record.link, record.adapter, context.ignore)
  if (record.ignored !== null) abandonRound(context, record, record.ignored)
  // A stronger holder is asked to verify, since its master changed; the safety net simply lets go.
  const isSafetyNet = record.holding?.origin === 'out-of-band' && record.holding.band === 'generic'
  if (record.link.portOf !== null && isSafetyNet) {
    endClaim(context, record, record.ignored ?? 'it is a port', 'gone', 'link')
  }
  return record.ignored !== before
}

/** Makes the row anew: the name of its master may be another, or be known only now. */
export function refreshRow(context: Context, record: AdapterRecord): void {
  record.adapter = adapterOf(context, record.link, record.id)
  reconsider(context, record)
}

function announceChange(context: Context, record: AdapterRecord, change: LinkChange): void {
  if (change.differences.length === 0) return
  if (change.renamedFrom !== null) {
    context.emit('adapter-renamed', record, { from: change.renamedFrom })
  }
  const ignored = refuseRounds(record.link, record.adapter, context.ignore)
  const news = ignored === record.ignored ? {} : { ignored }
  const others = change.differences.filter(({ kind }) => kind !== 'renamed')
  const { holding } = record
  const isUndone = holding !== null && context.undoing.has(holding.fence)
  const split = isUndone ? { outside: [], byHolder: others } : splitChanges(record, others, context.moment)
  const outside = toldAtOnce(record, split.outside)
  const byHolder = toldAtOnce(record, split.byHolder)
  if (byHolder.length > 0) {
    const inside = recordOutside(null, [])
    context.emit('adapter-changed', record, { ...inWords(byHolder), byHolder: true, ...inside, ...news })
  }
  if (outside.length === 0) return
  const from = recordOutside(record.holding, context.children.all())
  context.emit('adapter-changed', record, { ...inWords(outside), byHolder: false, ...from, ...news })
}

/** Members show the name of their master. */
function refreshMembers(context: Context, master: AdapterRecord): void {
  for (const record of context.members.get(master.link.index) ?? []) refreshRow(context, record)
}

function enlist({ members }: Context, record: AdapterRecord): void {
  const { master } = record.link
  if (master === null) return
  const others = members.get(master)
  if (others) others.add(record)
  else members.set(master, new Set([record]))
}

function dismiss({ members }: Context, record: AdapterRecord): void {
  const { master } = record.link
  const all = master === null ? undefined : members.get(master)
  if (all?.delete(record) && all.size === 0) members.delete(master!)
}

function adapterOf(context: Context, link: Link, id: string): Adapter {
  return {
    id,
    name: link.name,
    alternativeNames: link.alternativeNames,
    index: link.index,
    kind: link.kind,
    driver: link.driver,
    address: link.address,
    permanentAddress: link.permanentAddress,
    path: link.path,
    vendor: link.vendor,
    product: link.product,
    up: link.up,
    carrier: link.carrier,
    master: link.master === null ? null : masterName(context, link.master),
    addresses: link.addresses,
  }
}

function masterName(context: Context, index: number): string {
  return context.byIndex.get(index)?.link.name ?? `index ${index}`
}
