import type { PluginDetail, PluginRow, PluginWall, ProviderRow } from '@claimd/sdk'
import { firstFault } from '../core/views/first-fault.js'
import type { FoundPlugin } from './discovery/found-plugin.js'
import type { Entry } from './entries.js'
import type { OperatorDecisions } from './operator-decisions.js'
import type { Places } from './places.js'
import { pluginDetail } from './plugin-detail.js'
import type { RecentRefusals } from './recent-refusals.js'
import type { Launcher } from './supervisor/launcher.js'
import type { Policy } from './supervisor/policy.js'
import type { Supervisor } from './supervisor/supervisor.js'
import type { TypeOwners } from './type-owners.js'

/** What is known of all plugins. */
export interface KnownOfPlugins {
  policy: Policy
  launcher: Launcher
  types: TypeOwners
}

/** A plugin in the list of all. */
export function pluginRow({ found, plugin }: Entry, known: KnownOfPlugins): PluginRow {
  const { policy, types } = known
  const { folder, bundled, faults } = found
  const running = plugin?.row ?? { state: 'rejected', because: firstFault(faults), restarts: 0, pid: null }
  const { name, version, build, providers } = plugin?.current ?? { ...found, providers: [] }
  return {
    name,
    version,
    build,
    folder,
    bundled,
    ...running,
    awaitsTrust: running.state === 'untrusted' && (policy.refusal(plugin!.current)?.awaitsTrust ?? false),
    notTaken: notTaken(found, plugin, policy),
    providers: providers.map(({ id }) => id),
    wallsMissing: wallsOf(found, known).flatMap(({ wall, stands }) => (stands ? [] : [wall])),
    takenTypes: plugin ? types.takenFrom(plugin.current) : [],
    faults: [...faults],
  }
}

function notTaken(
  { accepted }: FoundPlugin,
  plugin: Supervisor | null,
  policy: Policy,
): PluginRow['notTaken'] {
  const because = plugin?.objection ?? null
  if (because === null) return null
  return { because, awaitsTrust: accepted !== null && (policy.refusal(accepted)?.awaitsTrust ?? false) }
}

/** The providers of a plugin in the list of all; what they hold is the core's to say. */
export function providerRows(plugin: Supervisor): ProviderRow[] {
  const { state, because, restarts } = plugin.row
  return plugin.current.providers.map(({ id, plugin, version, label, band, priority }) => {
    return { id, plugin, version, label, band, priority, state, because, restarts, holds: 0 }
  })
}

/** Everything about one plugin. */
export function detailOf(
  entry: Entry,
  known: KnownOfPlugins,
  { decisions, refusals, places }: { decisions: OperatorDecisions; refusals: RecentRefusals; places: Places },
): PluginDetail {
  const { found, plugin } = entry
  const { policy, launcher } = known
  const row = pluginRow(entry, known)
  return pluginDetail(
    {
      row,
      inFolder: { version: found.version, build: found.build },
      ...(plugin?.versions ?? { active: null, candidate: null, lastGood: null }),
      asked: found.accepted?.permissions ?? null,
      granted: policy.granted(found),
      keptData: policy.keptData(found),
      trust: decisions.trustOf(row.name),
      walls: wallsOf(found, known),
      user: row.pid === null ? null : launcher.userOf(row.name),
      refusals: refusals.of(row.name),
    },
    places,
  )
}

/** The isolation layers around its process, or around that which would run now. */
function wallsOf(found: FoundPlugin, { policy, launcher }: KnownOfPlugins): PluginWall[] {
  const asked = found.accepted?.permissions.network ?? false
  return launcher.walls(found.name, { network: asked && (policy.granted(found).network ?? false) })
}
