import type { Permissions, PluginDetail, PluginRow, PluginVersionRow, PluginWall } from '@claimd/sdk'
import { covers } from '../core/permissions/covers.js'
import { describePermissions } from '../core/permissions/describe.js'
import type { PluginTrust } from './operator-decisions.js'
import type { Places } from './places.js'
import type { ShownRefusal } from './recent-refusals.js'
import { residentMemory } from './resident-memory.js'

/** What the parts of the plugin host know of one plugin. */
export interface KnownPlugin {
  row: PluginRow
  inFolder: PluginDetail['inFolder']
  active: PluginVersionRow | null
  candidate: PluginVersionRow | null
  lastGood: PluginVersionRow | null
  /** By the version in its folder; `null` when its manifest is faulty. */
  asked: Permissions | null
  /** What it may do now, whoever granted it. */
  granted: Permissions
  /** What it asks for beside permissions, as a sentence: see `Policy.keptData`. */
  keptData: string | null
  trust: PluginTrust | null
  walls: PluginWall[]
  user: { uid: number; gid: number } | null
  refusals: ShownRefusal[]
}

/** Everything about one plugin, as operators read it. */
export function pluginDetail(
  { row, asked, granted, keptData, trust, ...known }: KnownPlugin,
  places: Places,
): PluginDetail {
  return {
    ...row,
    ...known,
    permissions: {
      asked: describePermissions(asked ?? {}),
      granted: describePermissions(granted),
      missing: [
        ...covers(granted, asked ?? {}).map((fault) => fault.asked),
        ...(keptData === null ? [] : [keptData]),
      ],
      trust: trust && { build: trust.build, who: trust.who, at: trust.at },
    },
    memory: residentMemory(row.pid),
    data: places.dataOf(row.name),
    log: places.logOf(row.name),
  }
}
