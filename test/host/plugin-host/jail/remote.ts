/** The process of a {@link RemoteHost}: takes orders, one a line, and answers each with a line. */
import { chmodSync, rmSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { Jail } from '../../../../host/plugin-host/jail/jail.js'
import type { LaunchRequest } from '../../../../host/plugin-host/jail/launch-request.js'
import type { WallName } from '../../../../host/plugin-host/jail/wall.js'
import type { Facts } from './facts.js'
import { launchObedient, MemoryRecords, makeState } from './jail-lab.js'
import type { Obedient } from './obedient.js'

export type Order =
  | { do: 'walls'; request: { network: boolean; inspect?: boolean } }
  | { do: 'launch'; plugin: string; more: Partial<LaunchRequest> }
  | { do: 'try'; plugin: string; attempt: string }

export interface RemoteSite {
  /** Where the state folder is made; default: /tmp. */
  parent?: string
  /** Whether others may come through the state folder. */
  open?: boolean
  without?: WallName[]
}

const { parent, open, without } = JSON.parse(process.argv[2]!) as RemoteSite
const state = makeState(parent)
if (open) chmodSync(state.folder, 0o711)
const folders = { stage: state.stage, data: state.data }
const jail = await Jail.open({ ...folders, records: new MemoryRecords(), ...(without && { without }) })
const plugins = new Map<string, Obedient>()

for await (const line of createInterface({ input: process.stdin })) {
  const answer = await obey(JSON.parse(line) as Order)
  console.log(JSON.stringify({ answer, folder: state.folder }))
}
for (const plugin of plugins.values()) await plugin.end()
jail.close()
rmSync(state.folder, { recursive: true })

async function obey(order: Order): Promise<unknown> {
  if (order.do === 'walls') return jail.walls(order.request)
  if (order.do === 'launch') {
    const obedient = launchObedient(jail, state, order.plugin, order.more)
    plugins.set(order.plugin, obedient)
    return obedient.child.pid
  }
  return plugins.get(order.plugin)!.ask(order.attempt, { host: process.pid } as Facts)
}
