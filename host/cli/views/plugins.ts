import type { Fault, PluginRow, PluginsDocument } from '@claimd/sdk'
import type { Page } from '../page.js'
import { shortenList } from '../shorten.js'
import { type Column, table } from '../table.js'
import { block } from './block.js'
import { paintPluginState } from './paint.js'
import { paragraph } from './paragraph.js'
import { troubles } from './troubles.js'

const columns: Column[] = [
  { head: 'PLUGIN', least: 20 },
  { head: 'VERSION' },
  { head: 'STATE', least: 11 },
  { head: 'PID' },
  { head: 'RESTARTS' },
  { head: 'PROVIDERS', fit: shortenList },
]

export function show(document: PluginsDocument, page: Page): string {
  if (document.plugins.length === 0)
    return "No plugins. Drop a plugin's folder into one of the folders that this shows: claimd status\n"
  const rows = document.plugins.map((row) => [
    row.name,
    row.version,
    { text: row.state, paint: paintPluginState(page.colours, row.state) },
    row.pid,
    row.restarts,
    row.providers.map((id) => withoutPlugin(id, row.name)).join(' ') || null,
  ])
  const faulty = document.plugins.filter((row) => row.faults.length > 0)
  const faultless = document.plugins.filter((row) => row.faults.length === 0)
  return [
    table(page, columns, rows),
    troubles(
      page,
      faultless.map((row) => ({ ...row, id: row.name })),
    ),
    ...faulty.map((row) => showFaults(row, page)),
  ].join('')
}

function withoutPlugin(provider: string, plugin: string): string {
  return provider.startsWith(`${plugin}/`) ? provider.slice(plugin.length + 1) : provider
}

/** What is wrong with a manifest does not fit a table: all of it stands below. */
function showFaults(row: PluginRow, page: Page): string {
  const title = `${row.name} is ${row.state}: ${row.because} (${row.folder})`
  return [
    '\n',
    paragraph(page, '', title, { indent: 2, paint: page.colours.red }),
    row.faults.map((fault) => showFault(fault, page)).join('\n'),
  ].join('')
}

function showFault(fault: Fault, page: Page): string {
  return block(page, [
    ['  field', fault.field ? `${fault.field} (${fault.file})` : fault.file],
    ['  found', fault.found],
    ['  expected', fault.expected],
    ['  do', fault.remedy],
  ])
}
