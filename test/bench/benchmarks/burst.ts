import { setTimeout as delay } from 'node:timers/promises'
import type { Benchmark } from '../benchmark.js'
import { Daemon } from '../place/daemon.js'
import { lackingForLinks, lackingForNetworkManager } from '../place/needs.js'
import { address, Network, names } from '../place/network.js'
import { NetworkManager } from '../place/network-manager.js'
import { Place } from '../place/place.js'
import { quiet } from '../place/processes.js'
import { Watch } from '../place/watch.js'
import { median, spread } from '../report/statistics.js'

interface Burst {
  /** From the end of the kernel's work until the last one was seen. */
  afterMs: number
  /** From the first command on. */
  wholeMs: number
  missed: number
}

const patienceMs = 120_000

export const burst: Benchmark = {
  name: 'burst',
  title: 'many adapters come up with addresses at once → all are claimed',
  lacking: lackingForLinks,
  async run(report, { quick, runs }) {
    const count = quick ? 50 : 500
    const ours: Burst[] = []
    for (let run = 0; run < runs; run++) ours.push(await Place.use((place) => claimdBurst(place, count)))
    const lacking = lackingForNetworkManager()
    if (lacking) report.skip('NetworkManager', lacking)
    const peer = lacking ? null : await Place.use((place) => peerBurst(place, count))
    for (const [what, field, budget] of [
      ['after the kernel is done', 'afterMs', 500],
      ['from the first command on', 'wholeMs', null],
    ] as const) {
      const values = ours.map((one) => one[field])
      report.figure({
        what: `${count} at once, ${what}`,
        value: median(values),
        unit: 'ms',
        spread: spread(values),
        ...(budget !== null && { budget }),
        ...(peer && { beside: { name: 'NetworkManager', value: peer[field] } }),
      })
    }
    report.figure({
      what: 'missed',
      value: Math.max(...ours.map(({ missed }) => missed)),
      unit: `of ${count}`,
      budget: 0,
      ...(peer && { beside: { name: 'NetworkManager (`nmcli monitor`)', value: peer.missed } }),
    })
    report.note(
      'Veth links that are there and down; one `ip -batch` takes each up and gives it an address. The kernel is done when that has ended. Where `nmcli monitor` misses some, NetworkManager is done when `nmcli device` says so of all.',
    )
  },
}

async function claimdBurst(place: Place, count: number): Promise<Burst> {
  const network = await links(place, count)
  const daemon = new Daemon(place, { network })
  await daemon.answers()
  await daemon.rests()
  const watch = await Watch.ofDaemon(place, daemon)
  const { start, done } = await comeUp(network, count)
  const missed = await watch.misses(names('b', count), patienceMs)
  return told(start, done, last(watch), missed)
}

async function peerBurst(place: Place, count: number): Promise<Burst> {
  const network = await links(place, count)
  const peer = await NetworkManager.start(place, network, count + 1)
  const pattern = /^(\S+): connected \(externally\)/
  const watch = await Watch.ofCommand(place, ['nmcli', 'monitor'], pattern, peer.env)
  const { start, done } = await comeUp(network, count)
  const end = performance.now() + patienceMs
  let known = process.hrtime.bigint()
  // Asking costs it a second of work, so it is asked when its monitor has been silent for a while.
  for (let seen = -1; watch.seen.size < count && performance.now() < end; ) {
    if (watch.seen.size === seen && peer.connected() >= count) break
    known = process.hrtime.bigint()
    seen = watch.seen.size
    await delay(1000)
  }
  const missed = await watch.misses(names('b', count), 0)
  return told(start, done, missed === 0 || last(watch) > known ? last(watch) : known, missed)
}

async function links(place: Place, count: number): Promise<Network> {
  const network = new Network(place)
  await network.veths(names('b', count), 'down')
  return network
}

async function comeUp(network: Network, count: number): Promise<{ start: bigint; done: bigint }> {
  await delay(1500)
  await quiet()
  const commands = names('b', count).flatMap((name, number) => [
    `link set ${name} up`,
    `addr add ${address(number)} dev ${name}`,
  ])
  const start = process.hrtime.bigint()
  return { start, done: await network.batch(commands) }
}

function last(watch: Watch): bigint {
  return [...watch.seen.values()].reduce((latest, at) => (at > latest ? at : latest), 0n)
}

function told(start: bigint, done: bigint, end: bigint, missed: number): Burst {
  const ms = (from: bigint) => Math.max(0, Number(end - from) / 1e6)
  return { afterMs: ms(done), wholeMs: ms(start), missed }
}
