import type { PluginDetail, PluginRow, ProviderRow } from '@claimd/sdk'
import type { FoundPlugin } from './discovery/found-plugin.js'
import { type Entry, firstOf } from './entries.js'
import type { OperatorDecisions } from './operator-decisions.js'
import type { Places } from './places.js'
import type { Plugin } from './plugin.js'
import { pluginDetail } from './plugin-detail.js'
import type { PluginMaker } from './plugin-maker.js'
import type { RecentRefusals } from './recent-refusals.js'
import type { TypeOwners } from './type-owners.js'

/** A plugin in the list of all. */
export function pluginRow({ found, plugin }: Entry, maker: PluginMaker, types: TypeOwners): PluginRow {
  const { folder, bundled, faults } = found
  const running = plugin?.row ?? { state: 'rejected', because: firstOf(faults), restarts: 0, pid: null }
  const { name, version, build, providers } = plugin?.current ?? { ...found, providers: [] }
  return {
    name,
    version,
    build,
    folder,
    bundled,
    ...running,
    awaitsTrust: running.state === 'untrusted' && (maker.refusal(plugin!.current)?.awaitsTrust ?? false),
    notTaken: notTaken(found, plugin, maker),
    providers: providers.map(({ id }) => id),
    wallsMissing: maker.walls(found).flatMap(({ wall, stands }) => (stands ? [] : [wall])),
    takenTypes: plugin ? types.takenFrom(plugin.current) : [],
    faults: [...faults],
  }
}

function notTaken(
  { accepted }: FoundPlugin,
  plugin: Plugin | null,
  maker: PluginMaker,
): PluginRow['notTaken'] {
  const because = plugin?.objection ?? null
  if (because === null) return null
  return { because, awaitsTrust: accepted !== null && (maker.refusal(accepted)?.awaitsTrust ?? false) }
}

/** The providers of a plugin in the list of all; what they hold is the core's to say. */
export function providerRows(plugin: Plugin): ProviderRow[] {
  const { state, because, restarts } = plugin.row
  return plugin.current.providers.map(({ id, plugin, version, label, band, priority }) => {
    return { id, plugin, version, label, band, priority, state, because, restarts, holds: 0 }
  })
}

/** Everything about one plugin. */
export function detailOf(
  entry: Entry,
  maker: PluginMaker,
  types: TypeOwners,
  { decisions, refusals, places }: { decisions: OperatorDecisions; refusals: RecentRefusals; places: Places },
): PluginDetail {
  const { found, plugin } = entry
  const row = pluginRow(entry, maker, types)
  return pluginDetail(
    {
      row,
      inFolder: { version: found.version, build: found.build },
      ...(plugin?.versions ?? { active: null, candidate: null, lastGood: null }),
      asked: found.accepted?.permissions ?? null,
      granted: maker.granted(found),
      keptData: maker.keptData(found),
      trust: decisions.trustOf(row.name),
      walls: maker.walls(found),
      user: row.pid === null ? null : maker.userOf(row.name),
      refusals: refusals.of(row.name),
    },
    places,
  )
}
