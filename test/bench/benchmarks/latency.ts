import { setTimeout as delay } from 'node:timers/promises'
import type { Benchmark, Scale } from '../benchmark.js'
import { Daemon } from '../place/daemon.js'
import { lackingForLinks, lackingForNetworkManager } from '../place/needs.js'
import { address, Network, names } from '../place/network.js'
import { NetworkManager } from '../place/network-manager.js'
import { Place } from '../place/place.js'
import { quiet } from '../place/processes.js'
import { Watch } from '../place/watch.js'
import { flushTime } from '../report/machine.js'
import type { Report } from '../report/report.js'
import { quantile } from '../report/statistics.js'

/** How an adapter comes up: with one command, or with two; then the first makes an event that is no claim yet. */
const ways = [
  { way: 'address', state: 'up', prefix: 'a', budget: true },
  { way: 'up + address', state: 'down', prefix: 'u', budget: true },
] as const
type Way = (typeof ways)[number]

interface Series {
  latencies: number[]
  missed: number
}

interface Pace {
  repetitions: number
  pauseMs: number
}

/** The first ones are not counted: nothing is compiled yet. */
const warmUps = 10
const patienceMs = 2000

export const latency: Benchmark = {
  name: 'latency',
  title: 'an adapter comes up → the claim is seen by a client of the API',
  lacking: lackingForLinks,
  async run(report, { quick }: Scale) {
    const pace = { repetitions: quick ? 40 : 250, pauseMs: 40 }
    const ofClaimd = await Place.use((place) => claimdSeries(place, pace))
    const lacking = lackingForNetworkManager()
    const ofPeer = lacking
      ? null
      : await Place.use((place) => peerSeries(place, { repetitions: quick ? 10 : 40, pauseMs: 150 }))
    for (const way of ways) tell(report, way, ofClaimd.get(way)!, ofPeer?.get(way))
    if (lacking) report.skip('NetworkManager', lacking)
    const floor = await Place.use((place) => floorSeries(place, { repetitions: 40, pauseMs: 20 }))
    report.figure({
      what: '`ip monitor` prints the address, p50',
      value: quantile(floor.latencies, 0.5),
      unit: 'ms',
    })
    report.figure({ what: 'the disk flushes 4 KiB, p50', value: flushTime(), unit: 'ms' })
    report.note(
      'Veth links, one after the other, with all of them present. The clock starts before the command is written to an `ip -batch` that runs already, and ends in a process of its own that reads the events; with NetworkManager where `nmcli monitor` says "connected (externally)". Missed: not seen within 2 s.',
    )
  },
}

function tell(report: Report, { way, budget }: Way, ours: Series, peer: Series | undefined): void {
  for (const [share, name, most] of [
    [0.5, 'p50', 1.5],
    [0.99, 'p99', 6],
  ] as const) {
    report.figure({
      what: `${way}, ${name}`,
      value: quantile(ours.latencies, share),
      unit: 'ms',
      ...(budget && { budget: most }),
      ...(peer && { beside: { name: 'NetworkManager', value: quantile(peer.latencies, share) } }),
    })
  }
  const total = ({ latencies, missed }: Series) => `of ${latencies.length + missed}` as const
  report.figure({
    what: `${way}, missed`,
    value: ours.missed,
    unit: total(ours),
    budget: 0,
    ...(peer && { beside: { name: 'NetworkManager', value: peer.missed, unit: total(peer) } }),
  })
}

async function claimdSeries(place: Place, pace: Pace): Promise<Map<Way, Series>> {
  const network = await links(place, pace)
  const daemon = new Daemon(place, { network })
  await daemon.answers()
  await daemon.rests()
  return allWays(network, await Watch.ofDaemon(place, daemon), pace)
}

async function peerSeries(place: Place, pace: Pace): Promise<Map<Way, Series>> {
  const network = await links(place, pace)
  const peer = await NetworkManager.start(place, network, 1 + 2 * (pace.repetitions + warmUps))
  const pattern = /^(\S+): connected \(externally\)/
  return allWays(network, await Watch.ofCommand(place, ['nmcli', 'monitor'], pattern, peer.env), pace)
}

/** What nobody can be faster than who learns of links from the kernel. */
async function floorSeries(place: Place, pace: Pace): Promise<Series> {
  const network = await links(place, pace)
  const command = [...network.inside, 'ip', '-o', 'monitor', 'address']
  return series(network, await Watch.ofCommand(place, command, /^\d+: (\S+) /), ways[0], pace)
}

async function links(place: Place, { repetitions }: Pace): Promise<Network> {
  const network = new Network(place)
  for (const { prefix, state } of ways) await network.veths(names(prefix, repetitions + warmUps), state)
  return network
}

async function allWays(network: Network, watch: Watch, pace: Pace): Promise<Map<Way, Series>> {
  // Beyond the first round a daemon may wait for a second to be over.
  await delay(1500)
  const all = new Map<Way, Series>()
  for (const way of ways) all.set(way, await series(network, watch, way, pace))
  return all
}

async function series(network: Network, watch: Watch, { prefix, state }: Way, pace: Pace): Promise<Series> {
  await quiet()
  const ip = network.feeder()
  const found: Series = { latencies: [], missed: 0 }
  const all = names(prefix, pace.repetitions + warmUps)
  for (const [number, name] of all.entries()) {
    const up = state === 'up' ? '' : `link set ${name} up\n`
    const start = process.hrtime.bigint()
    ip.write(`${up}addr add ${address(number + (state === 'up' ? 0 : 5000))} dev ${name}\n`)
    await watch.misses([name], patienceMs)
    const seen = watch.seen.get(name)
    if (number >= warmUps) {
      if (seen === undefined) found.missed++
      else found.latencies.push(Number(seen - start) / 1e6)
    }
    await delay(pace.pauseMs)
  }
  ip.end()
  return found
}
