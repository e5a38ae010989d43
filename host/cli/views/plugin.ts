import type { PluginDetail, PluginDocument, PluginVersionRow, PluginWall } from '@claimd/sdk'
import type { Page } from '../page.js'
import { pluginFinding } from '../plugin-finding.js'
import { localTime } from '../time.js'
import { block, type Value } from './block.js'
import { showFaults } from './faults.js'
import { paintPluginState } from './paint.js'
import { paragraph } from './paragraph.js'

/** Everything about one plugin: what it is and does, its versions, what it may, and what it is kept from. */
export function show(plugin: PluginDocument, page: Page): string {
  const remedy = pluginFinding(plugin)?.remedy ?? null
  return [
    paragraph(page, '', [plugin.name, plugin.version].filter(Boolean).join(' '), {
      paint: page.colours.bold,
    }),
    paragraph(page, '  is ', `${plugin.state}${plugin.because && `: ${plugin.because}`}`, {
      indent: 4,
      paint: paintPluginState(page.colours, plugin.state),
    }),
    remedy === null ? '' : paragraph(page, '  do: ', remedy),
    block(
      page,
      [...facts(plugin)].map(([key, value]) => [`  ${key}`, value]),
    ),
    plugin.faults.length > 0 ? section('Faults', showFaults(plugin.faults, page), page) : '',
    section('Changes to links', showChanges(plugin, page), page),
    section('Versions', showVersions(plugin, page), page),
    section('Permissions', showPermissions(plugin, page), page),
    section('Walls around its process', showWalls(plugin.walls, page), page),
    section('Refused', showRefusals(plugin, page), page),
  ].join('')
}

function* facts(plugin: PluginDetail): Generator<[string, Value]> {
  yield ['folder', plugin.bundled ? `${plugin.folder} (ships with claimd)` : plugin.folder]
  yield ['build', plugin.build]
  yield ['providers', plugin.providers.join(' ')]
  for (const { type, owner } of plugin.takenTypes)
    yield ['not given', `connections of type ${type}, which belongs to ${owner}`]
  yield ['process', process(plugin)]
  yield ['restarts', plugin.restarts]
  yield ['data', plugin.data]
  yield ['log', plugin.log]
}

function process({ pid, memory, user }: PluginDetail): string | null {
  if (pid === null) return null
  const size = memory === null ? '' : `, ${Math.round(memory / 1024 / 1024)} MiB`
  const owner = user === null ? "the daemon's own user" : `user ${user.uid}, group ${user.gid}`
  return `${pid}${size}, ${owner}`
}

function section(title: string, text: string, page: Page): string {
  return text === '' ? '' : `\n${page.colours.bold(title)}\n${text}`
}

function showVersions({ inFolder, active, candidate, lastGood }: PluginDetail, page: Page): string {
  const runs = [active?.build, candidate?.build].includes(inFolder.build)
  const waits =
    active === null || runs
      ? null
      : { ...inFolder, version: inFolder.version ?? '-', staged: null, pid: null }
  return [
    showVersion('in its folder', waits, page),
    showVersion('active', active, page),
    showVersion('being tried', candidate, page),
    // Where it is the active one there is nothing to go back to.
    lastGood?.build === active?.build ? '' : showVersion('last good', lastGood, page),
  ].join('')
}

function showVersion(what: string, version: PluginVersionRow | null, page: Page): string {
  if (version === null) return ''
  const { build, staged, pid } = version
  const parts = [version.version, `build ${build.slice(0, 12)}`]
  if (pid !== null) parts.push(`pid ${pid}`)
  if (staged !== null) parts.push(`runs from ${staged}`)
  return paragraph(page, `  ${`${what}:`.padEnd(15)}`, parts.join(', '))
}

function showPermissions({ permissions, bundled }: PluginDetail, page: Page): string {
  const { asked, granted, missing, trust } = permissions
  if (asked.length === 0 && granted.length === 0 && missing.length === 0)
    return paragraph(page, '  ', 'it asks for nothing')
  const by = trust
    ? `granted by ${trust.who}, ${localTime(trust.at, page.now)}, for build ${trust.build.slice(0, 12)}`
    : bundled
      ? 'granted, because it ships with claimd'
      : granted.length > 0
        ? 'granted'
        : ''
  return [
    by && paragraph(page, '  ', `${by}: it may`),
    ...granted.map((sentence) => paragraph(page, '  - ', sentence)),
    missing.length > 0
      ? paragraph(page, '  ', 'not granted: it asks to', { paint: page.colours.yellow })
      : '',
    ...missing.map((sentence) => paragraph(page, '  - ', sentence)),
  ].join('')
}

function showWalls(walls: readonly PluginWall[], page: Page): string {
  const { green, yellow } = page.colours
  return walls
    .map(({ wall, stands, because }) =>
      paragraph(page, stands ? '  stands  ' : '  MISSING ', `${wall}: ${because}`, {
        paintLead: stands ? green : yellow,
      }),
    )
    .join('')
}

function showChanges({ changes }: PluginDocument, page: Page): string {
  return changes.map(({ at, what }) => paragraph(page, `  ${localTime(at, page.now)}  `, what)).join('')
}

function showRefusals({ refusals }: PluginDetail, page: Page): string {
  return refusals
    .map(({ at, message }) => paragraph(page, `  ${localTime(at, page.now)}  `, message))
    .join('')
}
