import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Benchmark } from '../benchmark.js'
import { Daemon } from '../place/daemon.js'
import { Dhcp } from '../place/dhcp.js'
import { lackingForDhcp, lackingForNetworkManager } from '../place/needs.js'
import { Network } from '../place/network.js'
import { NetworkManager } from '../place/network-manager.js'
import { Place } from '../place/place.js'
import { familyOf, wakeUpsOf } from '../place/processes.js'

const connections = 2

/** After what happened last claimd looks at its plugins once more, which is not rest. */
const settlingMs = 45_000

export const idle: Benchmark = {
  name: 'idle',
  title: 'wake-ups at rest, with two connections by DHCP',
  lacking: lackingForDhcp,
  async run(report, { quick }) {
    const seconds = quick ? 10 : 60
    const ours = await Place.use(async (place) => {
      const network = new Network(place)
      const dhcp = await Dhcp.serve(place, network, connections)
      const config = join(place.folder, 'config.json')
      const entries = dhcp.links.map((name) => [
        name,
        { type: 'ethernet', config: { match: { name }, method: 'dhcp' } },
      ])
      writeFileSync(config, JSON.stringify({ connections: Object.fromEntries(entries) }))
      const daemon = new Daemon(place, { network, args: ['--config', config] })
      await daemon.answers()
      dhcp.clients()
      await daemon.holds('@claimd/ethernet/ethernet', connections)
      await daemon.rests()
      return perSecond(daemon.pid, seconds)
    })
    const lacking = lackingForNetworkManager()
    if (lacking) report.skip('NetworkManager', lacking)
    const theirs = lacking
      ? null
      : await Place.use(async (place) => {
          const network = new Network(place)
          const dhcp = await Dhcp.serve(place, network, connections)
          const peer = await NetworkManager.start(place, network, connections + 1, dhcp.profiles)
          await peer.connects(connections)
          return perSecond(peer.pid, seconds)
        })
    report.figure({
      what: `with its plugins, over ${seconds} s`,
      value: ours,
      unit: 'a second',
      budget: 1,
      ...(theirs !== null && { beside: { name: 'NetworkManager', value: theirs } }),
    })
    report.note(
      'Voluntary context switches of all threads of the process and of those that it started. What others do in the folders above its own wakes it as well.',
    )
  },
}

async function perSecond(pid: number, seconds: number): Promise<number> {
  await delay(settlingMs)
  const before = wakeUpsOf(familyOf(pid))
  await delay(seconds * 1000)
  return (wakeUpsOf(familyOf(pid)) - before) / seconds
}
