import { statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Benchmark } from '../benchmark.js'
import { Daemon } from '../place/daemon.js'
import { lackingForLinks, lackingForNetworkManager } from '../place/needs.js'
import { Network } from '../place/network.js'
import { NetworkManager } from '../place/network-manager.js'
import { Place } from '../place/place.js'
import { familyOf, writtenBy } from '../place/processes.js'

const tmpfs = 0x01021994

/** `held` is a configured connection, `found` is held by the safety net. */
const links = { held: '10.1.0.1/24', found: '10.2.0.1/24' } as const
type Name = keyof typeof links

export const flaps: Benchmark = {
  name: 'flaps',
  title: 'what is written to the disk while a link flaps, once a second',
  lacking: () =>
    lackingForLinks() ??
    (statfsSync(tmpdir()).type === tmpfs ? `${tmpdir()} is no disk: name a folder that is, in TMPDIR` : null),
  async run(report, { quick }) {
    const count = quick ? 15 : 60
    const lacking = lackingForNetworkManager()
    if (lacking) report.skip('NetworkManager', lacking)
    for (const [name, words] of [
      ['held', 'held by its configuration'],
      ['found', 'held as found'],
    ] as const) {
      const ours = await Place.use(async (place) => {
        const network = await withLinks(place)
        const config = join(place.folder, 'config.json')
        const settings = { match: { name: 'held' }, method: 'static', addresses: [links.held] }
        writeFileSync(
          config,
          JSON.stringify({ connections: { office: { type: 'ethernet', config: settings } } }),
        )
        const daemon = new Daemon(place, { network, args: ['--config', config] })
        await daemon.answers()
        await daemon.claims(2)
        await daemon.rests()
        return written(network, name, daemon.pid, count)
      })
      const theirs = lacking
        ? null
        : await Place.use(async (place) => {
            const network = await withLinks(place)
            const peer = await NetworkManager.start(place, network, 3)
            return written(network, name, peer.pid, count)
          })
      report.figure({
        what: `a link ${words}, of ${count} flaps each`,
        value: ours,
        unit: 'KB',
        // The first flaps are told one by one: in a short run they count for more.
        ...(!quick && { budget: 4 }),
        ...(theirs !== null && { beside: { name: 'NetworkManager', value: theirs } }),
      })
    }
    report.note('write_bytes of /proc/PID/io, with plugins: pages that had to be brought to a disk.')
  },
}

async function withLinks(place: Place): Promise<Network> {
  const network = new Network(place)
  await network.veths(Object.keys(links), 'up')
  await network.batch(Object.entries(links).map(([name, address]) => `addr add ${address} dev ${name}`))
  return network
}

async function written(network: Network, link: Name, pid: number, count: number): Promise<number> {
  const before = writtenBy(familyOf(pid))
  for (let flap = 0; flap < count; flap++) {
    await network.batch([`link set ${link} down`])
    await delay(500)
    await network.batch([`link set ${link} up`])
    await delay(480)
  }
  // What is told from time to time is told once more.
  await delay(12_000)
  return (writtenBy(familyOf(pid)) - before) / count / 1000
}
