import type { ConnectionsDocument } from '@claimd/sdk'
import type { Page } from '../page.js'
import { shortenProvider } from '../shorten.js'
import { type Column, table } from '../table.js'
import { localTime } from '../time.js'

const columns: Column[] = [
  { head: 'NAME', least: 15 },
  { head: 'TYPE', least: 8, leftOut: 3 },
  { head: 'STATE', least: 12 },
  { head: 'ADAPTER', least: 10 },
  { head: 'PROVIDER', fit: shortenProvider },
  { head: 'ORIGIN', least: 11, leftOut: 1 },
  { head: 'SINCE', least: 14, leftOut: 2 },
]

export function show(document: ConnectionsDocument, page: Page): string {
  if (document.connections.length === 0)
    return 'No connections: none is configured, and no provider has claimed an adapter for one.\n'
  const { colours } = page
  const rows = document.connections.map((row) => [
    row.name,
    row.configured ? row.type : (row.type ?? 'volatile'),
    { text: row.state, paint: row.state === 'connected' ? colours.green : String },
    row.adapter,
    row.provider,
    row.origin,
    row.since && localTime(row.since, page.now),
  ])
  return table(page, columns, rows)
}
