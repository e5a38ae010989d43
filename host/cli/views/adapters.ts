import type { AdapterRow, AdaptersDocument } from '@claimd/sdk'
import type { Page } from '../page.js'
import { shortenList, shortenProvider } from '../shorten.js'
import { type Column, table } from '../table.js'
import { paintAdapterState } from './paint.js'

const columns: Column[] = [
  { head: 'NAME', least: 15 },
  { head: 'KIND', least: 8, leftOut: 1 },
  { head: 'LINK', least: 10 },
  { head: 'STATE', least: 11 },
  { head: 'PROVIDER', fit: shortenProvider },
  { head: 'CONNECTION', leftOut: 2 },
  { head: 'ADDRESSES', least: 15, leftOut: 3, fit: shortenList },
]

/** With fewer of them, counting saves no line worth saving. */
const mostPlumbing = 5

/** Every adapter. */
export function show(document: AdaptersDocument, page: Page): string {
  if (document.adapters.length === 0)
    return 'There is no adapter in this network namespace, not even a loopback.\n'
  return showAdapters(document.adapters, page)
}

/** Every adapter but those that are container plumbing and that nobody holds: these are counted. */
export function showBrief(document: AdaptersDocument, page: Page): string {
  const shown = withoutPlumbing(document.adapters)
  const counted = document.adapters.length - shown.length
  if (counted === 0) return show(document, page)
  return `${showAdapters(shown, page)}and ${counted} adapters that are container plumbing: ${page.command} adapters --all\n`
}

/** Leaves out container plumbing that nobody holds, unless there is little of it. */
export function withoutPlumbing(adapters: readonly AdapterRow[]): readonly AdapterRow[] {
  const shown = adapters.filter((row) => !row.plumbing || row.provider !== null)
  return adapters.length - shown.length > mostPlumbing ? shown : adapters
}

/** Those that somebody asked for in particular. */
export function showFound(document: AdaptersDocument, page: Page): string {
  if (document.adapters.length === 0)
    return `No adapter fits. See every one: ${page.command} adapters --all\n`
  return showAdapters(document.adapters, page)
}

/** In the order of tables: what is ignored, such as the loopback, matters least and comes last. */
export function byWeight(adapters: readonly AdapterRow[]): AdapterRow[] {
  return [...adapters].sort((a, b) => Number(a.state === 'ignored') - Number(b.state === 'ignored'))
}

/** The table of adapters, and what its marks mean. */
export function showAdapters(adapters: readonly AdapterRow[], page: Page): string {
  const rows = byWeight(adapters).map((row) => [
    row.name,
    row.kind,
    linkState(row),
    {
      text: row.provisional ? `${row.state}*` : row.state,
      paint: paintAdapterState(page.colours, row.state),
    },
    row.provider,
    row.connection,
    row.addresses.join(' ') || null,
  ])
  const marks = adapters.some((row) => row.provisional)
    ? '* protected, and not yet confirmed by its provider since the daemon started\n'
    : ''
  return table(page, columns, rows) + marks
}

/** What the link itself is, whoever holds it. */
function linkState({ up, carrier }: AdapterRow): string {
  if (!up) return 'down'
  return carrier === false ? 'no carrier' : 'up'
}
