import type { ConnectionRow, ConnectionsDocument } from '@claimd/sdk'
import type { Page } from '../page.js'
import { shortenProvider } from '../shorten.js'
import { type Cell, type Column, table } from '../table.js'
import { cut, widthOf } from '../text.js'
import { inHowLong, localTime } from '../time.js'
import { paintConnectionState, standingOf } from './connection-state.js'
import { paragraph } from './paragraph.js'

type Shown = Column & { cell(row: ConnectionRow, page: Page): Cell }

const columns: Shown[] = [
  { head: 'NAME', least: 15, cell: ({ name }) => name },
  {
    head: 'TYPE',
    least: 8,
    leftOut: 2,
    cell: ({ configured, type }) => (configured ? type : (type ?? 'volatile')),
  },
  {
    head: 'STATE',
    least: 14,
    fit: shortenState,
    cell: (row, { colours }) => ({ text: row.state, paint: paintConnectionState(colours, row) }),
  },
  { head: 'ADAPTER', least: 10, cell: ({ adapter }) => adapter },
  { head: 'PROVIDER', leftOut: 3, fit: shortenProvider, cell: ({ provider }) => provider },
  { head: 'ORIGIN', least: 11, leftOut: 1, cell: ({ origin }) => origin },
  { head: 'HOLDS', least: 8, leftOut: 4, cell: ({ holds }) => holds.join(' ') || null },
  { head: 'NEXT', least: 7, cell: ({ retryAt }, { now }) => retryAt && inHowLong(retryAt, now) },
  { head: 'SINCE', least: 14, leftOut: 5, cell: ({ since }, { now }) => since && localTime(since, now) },
]

/** `connecting-waiting-for-ip` is `waiting-for-ip` where the whole does not fit: what it begins with, the rest implies. */
function shortenState(state: string, width: number): string {
  return cut(widthOf(state) > width ? state.slice(state.indexOf('-') + 1) : state, width)
}

/** Columns that are left out where no row has anything in them. */
const rare = new Set(['HOLDS', 'NEXT'])

export function show({ connections, hidden }: ConnectionsDocument, page: Page): string {
  if (connections.length === 0)
    return 'No connections: none is configured, and no provider has claimed an adapter for one.\n'
  return showConnections({ connections, hidden }, page)
}

/** Those that somebody asked for in particular. */
export function showFound({ connections }: ConnectionsDocument, page: Page): string {
  if (connections.length === 0) return `No connection fits. See every one: ${page.command} connections\n`
  return showConnections({ connections, hidden: [] }, page)
}

function showConnections(
  { connections, hidden }: Pick<ConnectionsDocument, 'connections' | 'hidden'>,
  page: Page,
): string {
  const shown = columns.filter(
    ({ head, cell }) => !rare.has(head) || connections.some((row) => cell(row, page) !== null),
  )
  const rows = connections.map((row) => shown.map(({ cell }) => cell(row, page)))
  return table(page, shown, rows) + reasons(page, connections) + hiding(page, hidden)
}

function hiding(page: Page, names: readonly string[]): string {
  if (names.length === 0) return ''
  const lines = names.map((name) =>
    paragraph(
      page,
      '',
      `${name} is that of the configuration file: the one that was added by a command is not used`,
      { indent: 2 },
    ),
  )
  return `\n${lines.join('')}`
}

/** Below the table: why those that are wanted are not up, and why others cannot be. */
function reasons(page: Page, connections: readonly ConnectionRow[]): string {
  const telling = connections.filter((row) => {
    const standing = standingOf(row.state)
    const isWanted = row.holds.length > 0 || row.retryAt !== null
    return row.state !== 'connected' && (standing !== 'down' || isWanted || row.state === 'disconnecting')
  })
  if (telling.length === 0) return ''
  const lines = telling.map(({ name, state, because }) =>
    paragraph(page, '', `${name} is ${state}: ${because}`, { indent: 2 }),
  )
  return `\n${lines.join('')}`
}
