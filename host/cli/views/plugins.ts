import type { PluginRow, PluginsDocument } from '@claimd/sdk'
import type { Page } from '../page.js'
import { pluginFinding, takenTypeFindings, unreadableFinding } from '../plugin-finding.js'
import { shortenList } from '../shorten.js'
import { type Column, table } from '../table.js'
import { showFaults } from './faults.js'
import { paintPluginState } from './paint.js'
import { paragraph } from './paragraph.js'
import { troubles } from './troubles.js'

const columns: Column[] = [
  { head: 'PLUGIN', least: 20 },
  { head: 'VERSION', leftOut: 3 },
  { head: 'STATE', least: 11 },
  { head: 'PID', least: 7, leftOut: 2 },
  { head: 'RESTARTS', leftOut: 1 },
  { head: 'WALLS', least: 10, leftOut: 4 },
  { head: 'PROVIDERS', fit: shortenList },
]

export function show(document: PluginsDocument, page: Page): string {
  if (document.plugins.length === 0 && document.unreadable.length === 0)
    return `No plugins. Drop a plugin's folder into one of the folders that this shows: ${page.command} status\n`
  const rows = document.plugins.map((row) => [
    row.name,
    row.version,
    { text: row.state, paint: paintPluginState(page.colours, row.state) },
    row.pid,
    row.restarts,
    walls(row),
    row.providers.map((id) => withoutPlugin(id, row.name)).join(' ') || null,
  ])
  const faulty = document.plugins.filter((row) => row.faults.length > 0)
  const faultless = document.plugins.filter((row) => row.faults.length === 0)
  return [
    table(page, columns, rows),
    missingWalls(document.plugins, page),
    troubles(
      page,
      faultless.map((row) => ({ ...row, id: row.name, remedy: pluginFinding(row)?.remedy ?? null })),
    ),
    ...[...document.unreadable.map(unreadableFinding), ...document.plugins.flatMap(takenTypeFindings)].map(
      ({ found }) => paragraph(page, '', found, { indent: 2, paint: page.colours.yellow }),
    ),
    ...faulty.map((row) => showRejected(row, page)),
  ].join('')
}

/** A plugin that cannot run needs no walls. */
function walls({ state, wallsMissing }: PluginRow): string | null {
  if (state === 'rejected') return null
  return wallsMissing.length === 0 ? 'all' : `${wallsMissing.length} missing`
}

/** What is not stopped is said as plainly as what is: the walls that are missing, with those they are missing for. */
function missingWalls(plugins: readonly PluginRow[], page: Page): string {
  const around = plugins.filter(({ state }) => state !== 'rejected')
  const names = [...new Set(around.flatMap(({ wallsMissing }) => wallsMissing))]
  if (names.length === 0) return ''
  const lines = names.map((wall) => {
    const without = around.filter(({ wallsMissing }) => wallsMissing.includes(wall))
    const who = without.length === around.length ? 'every plugin' : without.map(({ name }) => name).join(', ')
    return paragraph(page, '  ', `${wall} (${who})`, { indent: 4 })
  })
  const title = 'walls that do not stand here; what that means: claimd plugin show NAME'
  return `\n${paragraph(page, '', title, { paint: page.colours.yellow })}${lines.join('')}`
}

function withoutPlugin(provider: string, plugin: string): string {
  return provider.startsWith(`${plugin}/`) ? provider.slice(plugin.length + 1) : provider
}

/** What is wrong with a manifest does not fit a table: all of it stands below. */
function showRejected(row: PluginRow, page: Page): string {
  const title = `${row.name} is ${row.state}: ${row.because} (${row.folder})`
  return [
    '\n',
    paragraph(page, '', title, { indent: 2, paint: page.colours.red }),
    showFaults(row.faults, page),
  ].join('')
}
