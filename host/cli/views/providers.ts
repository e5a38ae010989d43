import type { ProvidersDocument } from '@claimd/sdk'
import type { Page } from '../page.js'
import { shortenProvider } from '../shorten.js'
import { type Column, table } from '../table.js'
import { paintPluginState } from './paint.js'
import { troubles } from './troubles.js'

const columns: Column[] = [
  { head: 'PROVIDER', fit: shortenProvider },
  { head: 'VERSION', leftOut: 3 },
  { head: 'BAND', least: 7 },
  { head: 'PRIORITY', leftOut: 2 },
  { head: 'STATE', least: 11 },
  { head: 'HOLDS' },
  { head: 'RESTARTS', leftOut: 1 },
]

export function show(document: ProvidersDocument, page: Page): string {
  if (document.providers.length === 0)
    return `No plugin contributes a provider, so no adapter is offered. See: ${page.command} plugins\n`
  const rows = document.providers.map((row) => [
    row.id,
    row.version,
    row.band,
    row.priority,
    { text: row.state, paint: paintPluginState(page.colours, row.state) },
    row.holds,
    row.restarts,
  ])
  return table(page, columns, rows) + troubles(page, document.providers)
}
