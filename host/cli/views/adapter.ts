import type { AdapterDocument } from '@claimd/sdk'
import type { Page } from '../page.js'
import { ago, localTime } from '../time.js'
import { block } from './block.js'
import { describePredecessor } from './predecessor.js'

export function show(row: AdapterDocument, page: Page): string {
  return block(page, [
    ['name', row.name],
    ['id', row.id],
    ['state', row.provisional ? `${row.state} (provisional: not yet confirmed by its provider)` : row.state],
    ['because', row.because],
    ['provider', row.provider],
    ['connection', row.connection],
    ['since', row.since && `${localTime(row.since, page.now)} (${ago(row.since, page.now)})`],
    ...(row.predecessor ? [['made again', describePredecessor(row.predecessor, page)] as const] : []),
    ['kind', row.kind],
    ['index', row.index],
    ['driver', row.driver],
    ['address', row.address],
    ['permanent address', row.permanentAddress],
    ['path', row.path],
    ['vendor', row.vendor],
    ['product', row.product],
    ['up', row.up],
    ['carrier', row.carrier],
    ['master', row.master],
    ...(row.plumbing ? [['plumbing', 'it only passes the traffic of containers through'] as const] : []),
    ['addresses', row.addresses.join(' ')],
    ...row.changes.map(
      ({ what, plugin, at }) =>
        [
          'changed',
          `${what}, by ${plugin}, ${ago(at, page.now)}; undone when the plugin is removed`,
        ] as const,
    ),
  ])
}
