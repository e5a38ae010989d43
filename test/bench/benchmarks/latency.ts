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

/**
 * How an adapter comes up: with one command, or with two, of which the first makes an event that is no claim
 * yet. After a rest everything is slower, in every process: the processor has slept and its caches are cold.
 */
const ways = [
  { way: 'address', state: 'up', prefix: 'a', pauseMs: 5, share: 1 },
  { way: 'up + address', state: 'down', prefix: 'u', pauseMs: 5, share: 1 },
  { way: 'up + address after a rest', state: 'down', prefix: 'r', pauseMs: 100, share: 0.25 },
] as const
type Way = (typeof ways)[number]

interface Series {
  latencies: number[]
  missed: number
}

interface Pace {
  repetitions: number
  /** At the least; some need time to get over the one before. */
  pauseMs: number
}

/** The first ones are not counted: nothing is compiled yet. */
const warmUps = 10
const patienceMs = 2000

const shares = [
  [0.5, 'p50', 1.5],
  [0.99, 'p99', 6],
] as const

export const latency: Benchmark = {
  name: 'latency',
  title: 'an adapter comes up → the claim is seen by a client of the API',
  lacking: lackingForLinks,
  async run(report, { quick }: Scale) {
    const ours = { repetitions: quick ? 40 : 250, pauseMs: 0 }
    const ofClaimd = await Place.use((place) => claimdSeries(place, ours))
    const lacking = lackingForNetworkManager()
    const theirs = { repetitions: quick ? 12 : 40, pauseMs: 100 }
    const ofPeer = lacking ? null : await Place.use((place) => peerSeries(place, theirs))
    for (const way of ways) tell(report, way, ofClaimd.get(way)!, ofPeer?.get(way))
    if (lacking) report.skip('NetworkManager', lacking)
    const floor = await Place.use((place) =>
      floorSeries(place, { repetitions: quick ? 40 : 100, pauseMs: 0 }),
    )
    for (const [share, name] of shares) {
      const value = quantile(floor.latencies, share)
      report.figure({ what: `the floor: \`ip monitor\` says so, ${name}`, value, unit: 'ms' })
    }
    report.figure({ what: 'the disk flushes 4 KiB, p50', value: flushTime(), unit: 'ms' })
    report.note(
      'Veth links, one after the other, with all of them present, 5 ms after the claim of the one before; or 100 ms, which is a rest, and is always given to NetworkManager. The clock starts before the command is written to an `ip -batch` that runs already, and ends in a process of its own that reads the events; with NetworkManager where `nmcli monitor` says "connected (externally)". Missed: not seen within 2 s. What is high in the floor too is the machine.',
    )
  },
}

function tell(report: Report, { way }: Way, ours: Series, peer: Series | undefined): void {
  for (const [share, name, budget] of shares) {
    report.figure({
      what: `${way}, ${name}`,
      value: quantile(ours.latencies, share),
      unit: 'ms',
      budget,
      // Of what was missed altogether, the row of the missed ones tells.
      ...(peer &&
        peer.latencies.length > 0 && {
          beside: { name: 'NetworkManager', value: quantile(peer.latencies, share) },
        }),
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
  const devices = ways.reduce((sum, way) => sum + adaptersFor(way, pace).length, 1)
  const peer = await NetworkManager.start(place, network, devices)
  const pattern = /^(\S+): connected \(externally\)/
  return allWays(network, await Watch.ofCommand(place, ['nmcli', 'monitor'], pattern, peer.env), pace)
}

/** What nobody can be faster than who learns of links from the kernel. */
async function floorSeries(place: Place, pace: Pace): Promise<Series> {
  const network = await links(place, pace)
  const command = [...network.inside, 'ip', '-o', 'monitor', 'address']
  return series(network, await Watch.ofCommand(place, command, /^\d+: (\S+) /), ways[0], pace)
}

function adaptersFor({ prefix, share }: Way, { repetitions }: Pace): string[] {
  return names(prefix, Math.ceil(repetitions * share) + warmUps)
}

async function links(place: Place, pace: Pace): Promise<Network> {
  const network = new Network(place)
  for (const way of ways) await network.veths(adaptersFor(way, pace), way.state)
  return network
}

async function allWays(network: Network, watch: Watch, pace: Pace): Promise<Map<Way, Series>> {
  // Of the rounds of one adapter only the first comes at once: a second later all may have another.
  await delay(1500)
  const all = new Map<Way, Series>()
  for (const way of ways) all.set(way, await series(network, watch, way, pace))
  return all
}

async function series(network: Network, watch: Watch, way: Way, pace: Pace): Promise<Series> {
  await quiet()
  const ip = network.feeder()
  const found: Series = { latencies: [], missed: 0 }
  const first = ways.indexOf(way) * 5000
  for (const [number, name] of adaptersFor(way, pace).entries()) {
    const up = way.state === 'up' ? '' : `link set ${name} up\n`
    const command = `${up}addr add ${address(first + number)} dev ${name}\n`
    const start = process.hrtime.bigint()
    ip.write(command)
    await watch.misses([name], patienceMs)
    const seen = watch.seen.get(name)
    if (number >= warmUps) {
      if (seen === undefined) found.missed++
      else found.latencies.push(Number(seen - start) / 1e6)
    }
    await delay(Math.max(way.pauseMs, pace.pauseMs))
  }
  ip.end()
  return found
}
