import type { Adapter } from '@claimd/sdk'
import { changeOf, type LinkChange } from '../adapters/changes.js'
import { adapterId, evidenceOf } from '../adapters/identity.js'
import type { Link, LinkEvent } from '../adapters/link.js'
import type { Context } from './context.js'
import { endClaim } from './holding.js'
import { fitRules } from './match.js'
import type { AdapterRecord } from './records.js'
import { abandonRound, freshAllowance, wantRound } from './rounds.js'
import { needsVerify, verify, verifyAnew } from './verifying.js'

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
export function addRecord(context: Context, link: Link, known?: { generation: number }): AdapterRecord {
  const generation = known?.generation ?? ++context.generation
  const record: AdapterRecord = {
    id: adapterId(link.index, generation),
    generation,
    link,
    adapter: adapterOf(context, link, adapterId(link.index, generation)),
    ignored: null,
    claim: null,
    release: null,
    round: null,
    wanted: null,
    allowance: freshAllowance(context.moment.now),
    unsupported: new Map(),
    outcome: null,
    waiting: [],
  }
  context.adapters.set(record.id, record)
  context.byIndex.set(link.index, record)
  record.ignored = ignoreReason(context, record)
  storeRecord(context, record)
  return record
}

/** Why an adapter is never offered; `null` when it may be. */
export function ignoreReason(context: Context, record: AdapterRecord): string | null {
  const { link, adapter } = record
  if (link.loopback) return 'it is the loopback link'
  if (link.portOf !== null) return `it is a port of ${link.portOf} ${adapter.master ?? ''}`.trimEnd()
  const { rule } = fitRules(context.ignore, adapter)
  return rule ? `the operator ignores adapters with ${rule.text}` : null
}

function linkAppeared(context: Context, link: Link): void {
  const record = addRecord(context, link)
  const { name } = record.adapter
  context.emit('adapter-appeared', record, `${name} appeared (${link.kind})`, { kind: link.kind })
  refreshPorts(context, record)
  wantRound(context, record, 'it appeared')
}

function linkChanged(context: Context, record: AdapterRecord, link: Link): void {
  const change = changeOf(record.link, link, (index) => masterName(context, index))
  const evidence = evidenceOf(record.link)
  record.link = link
  if (!change) return
  record.adapter = adapterOf(context, link, record.id)
  if (change.renamedFrom !== null || evidenceOf(link) !== evidence) storeRecord(context, record)
  announceChange(context, record, change)
  if (change.renamedFrom !== null) refreshPorts(context, record)
  const ignored = ignoreReason(context, record)
  const nowIgnored = ignored !== null && record.ignored === null
  record.ignored = ignored
  if (nowIgnored) becameIgnored(context, record, ignored)
  if (change.reoffer) wantRound(context, record, change.words[0] ?? 'its carrier is known')
  if (record.claim) {
    if (change.carrierBack) verifyAnew(context, record)
    else if (needsVerify(record)) verify(context, record)
  }
}

/** The link was deleted, or it moved to another network namespace: its claim ends, and this generation too. */
export function linkGone(
  context: Context,
  record: AdapterRecord,
  movedTo: { namespace: number; index: number } | null,
): void {
  const { name } = record.adapter
  const what = movedTo ? 'moved to another network namespace' : 'was removed'
  abandonRound(context, record, `it ${what}`)
  context.emit(movedTo ? 'adapter-moved' : 'adapter-removed', record, `${name} ${what}`, { movedTo })
  if (record.claim) endClaim(context, record, `the link ${what}`, 'gone')
  for (const [id, open] of context.questions) if (open.record === record) context.cancel(id)
  context.adapters.delete(record.id)
  context.byIndex.delete(record.link.index)
  context.out.adapters.set(record.id, null)
}

/** Everything there is. What is missing is gone; what has the same index but is another link, is too. */
function takeSnapshot(context: Context, links: readonly Link[]): void {
  const present = new Map(links.map((link) => [link.index, link]))
  for (const record of [...context.adapters.values()]) {
    const link = present.get(record.link.index)
    if (!link || evidenceOf(link) !== evidenceOf(record.link)) linkGone(context, record, null)
  }
  // Masters first, so that a port finds the name of its bridge.
  for (const link of [...links].sort((a, b) => Number(a.master !== null) - Number(b.master !== null))) {
    takeLinkEvent(context, { type: 'link', link })
  }
}

function becameIgnored(context: Context, record: AdapterRecord, why: string): void {
  abandonRound(context, record, why)
  // A stronger holder is asked to verify, since its master changed; the safety net simply lets go.
  if (record.claim?.band === 'generic' && record.link.portOf !== null) endClaim(context, record, why, 'gone')
}

function announceChange(context: Context, record: AdapterRecord, change: LinkChange): void {
  const { name } = record.adapter
  if (change.words.length === 0) return
  if (change.renamedFrom !== null) {
    context.emit('adapter-renamed', record, `${change.renamedFrom} is now called ${name}`, {
      from: change.renamedFrom,
    })
  }
  const words = change.words.filter((word) => !word.startsWith('renamed '))
  if (words.length === 0) return
  const held = record.claim ? ` (held by ${record.claim.provider}; nothing was done about it)` : ''
  context.emit('adapter-changed', record, `${name}: ${words.join(', ')}${held}`, { changes: words })
}

/** Ports show the name of their master. */
function refreshPorts(context: Context, master: AdapterRecord): void {
  for (const record of context.adapters.values()) {
    if (record.link.master === master.link.index) {
      record.adapter = adapterOf(context, record.link, record.id)
      record.ignored = ignoreReason(context, record)
    }
  }
}

function adapterOf(context: Context, link: Link, id: string): Adapter {
  return {
    id,
    name: link.name,
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

function storeRecord(context: Context, record: AdapterRecord): void {
  const { boot, namespace } = context.where
  context.out.adapters.set(record.id, {
    id: record.id,
    index: record.link.index,
    generation: record.generation,
    boot,
    namespace,
    evidence: evidenceOf(record.link),
    name: record.link.name,
  })
}
