/**
 * Connects a wired connection on the links of its network namespace: the ethernet provider, the host's service for links with
 * its ledger, and the kernel. Each line of its standard input is a call, `[what, ...arguments]`, and is answered by a line.
 */
import { createInterface } from 'node:readline'
import type { Adapter, LinksService, Progress } from '@claimd/sdk'
import type { LinksAction } from '@claimd/sdk/wire'
import { Holdings } from '../../host/core/holdings.js'
import type { UndoneEvent } from '../../host/core/kernel/provider-port.js'
import { Ledger } from '../../host/core/ledger/ledger.js'
import { UndoByFence } from '../../host/core/ledger/undo-by-fence.js'
import { NetlinkChanger, NetlinkSource } from '../../host/links/index.js'
import type { Caller } from '../../host/plugin-host/services/caller.js'
import { linkHandlers } from '../../host/plugin-host/services/links/links-service.js'
import { MemoryRecords } from '../host/core/ledger/world.js'
import { mine, Rig } from '../host/core/rig.js'
import { Dialling, SystemFiles } from '../plugins/ethernet/compiled.js'
import { granted } from '../plugins/ethernet/granted.js'

const source = new NetlinkSource()
const rig = new Rig({ place: source.where })
const holdings = new Holdings(rig.engine)
const changer = new NetlinkChanger()
const ledger = new Ledger(new MemoryRecords(), {
  changer,
  where: source.where,
  at: () => new Date().toISOString(),
  heldWith: (index) => holdings.heldWith(index),
  hasTakenOver: (fence) => holdings.hasTakenOver(fence),
  note: () => {},
})
const handlers = linkHandlers({ changer, ledger, holdings })
const caller = {
  plugin: 'ethernet',
  granted,
  signal: new AbortController().signal,
  isCurrent: () => true,
  note: () => {},
} as unknown as Caller

const ask = async (action: LinksAction) => handlers.links!(action, caller)
const act = async (action: LinksAction) => void (await ask(action))
const links: LinksService = {
  look: async (adapter, fence) => (await ask({ action: 'look', adapter, fence })).adapter!,
  up: (adapter, fence) => act({ action: 'up', adapter, fence }),
  down: (adapter, fence) => act({ action: 'down', adapter, fence }),
  addAddress: (adapter, fence, address) => act({ action: 'addAddress', adapter, fence, address }),
  removeAddress: (adapter, fence, address) => act({ action: 'removeAddress', adapter, fence, address }),
  addRoute: (adapter, fence, route) => act({ action: 'addRoute', adapter, fence, route }),
  removeRoute: (adapter, fence, route) => act({ action: 'removeRoute', adapter, fence, route }),
  setMtu: (adapter, fence, mtu) => act({ action: 'setMtu', adapter, fence, mtu }),
  create: (link) => act({ action: 'create', link }),
  remove: (name) => act({ action: 'remove', name }),
  adopt: async (name, fence) => (await ask({ action: 'adopt', name, fence })).adapter!,
}
const noFiles = { bytes: () => Promise.reject(new Error('not here')) } as never
const dialling = new Dialling(links, new SystemFiles(noFiles), { carrier: 1_500, addresses: 6_000 })

rig.provide([{ id: 'ethernet/ethernet', offer: ({ adapter }) => mine(adapter.name) }])
await source.start((events) => {
  for (const event of events) rig.engine.submit(event)
  rig.clock.run()
})

const held = (name: string) => holdings.find(rig.row(name).id)!
const about = (config: Record<string, unknown>) => ({
  connection: 'office',
  type: 'ethernet',
  config,
  signal: new AbortController().signal,
})

const calls: Record<string, (...args: never[]) => unknown> = {
  async connect(name: string, config: Record<string, unknown>) {
    const { adapter, fence } = held(name)
    const progress: (string | undefined)[] = []
    const tell = ({ text }: Progress) => void progress.push(text)
    const answer = await dialling.connect({ ...about(config), adapter, fence, progress: tell })
    return { answer, progress, lines: ledger.entries().length }
  },
  status(name: string, config: Record<string, unknown>) {
    const { adapter, fence } = held(name)
    return dialling.status({ ...about(config), adapter: adapter as Adapter, fence })
  },
  undo(name: string) {
    return new Promise<UndoneEvent>((told) => new UndoByFence(ledger, told).undo(held(name).fence))
  },
}

for await (const line of createInterface({ input: process.stdin })) {
  const [what, ...args] = JSON.parse(line) as [string, ...never[]]
  process.stdout.write(`${JSON.stringify({ result: await calls[what]!(...args) })}\n`)
}
changer.close()
source.close()
