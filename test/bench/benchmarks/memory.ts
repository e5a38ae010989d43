import type { Benchmark } from '../benchmark.js'
import type { Figure } from '../figure.js'
import { Daemon } from '../place/daemon.js'
import { lackingForLinks, lackingForNetworkManager } from '../place/needs.js'
import { address, Network, names } from '../place/network.js'
import { NetworkManager } from '../place/network-manager.js'
import { Place } from '../place/place.js'
import { memoryOf, quiet } from '../place/processes.js'
import { selfMeasuring } from '../place/self-measuring.js'
import type { Report } from '../report/report.js'

type Memory = ReturnType<typeof memoryOf>

/** What a process takes with one link, with many, and when these have come up. */
interface Stages {
  one: Memory
  many: Memory
  up?: Memory
}

export const memory: Benchmark = {
  name: 'memory',
  title: 'memory of the host process, its plugins apart',
  lacking: lackingForLinks,
  async run(report, { quick }) {
    const count = quick ? 200 : 1000
    const ours = await Place.use((place) => claimdStages(place, count))
    const lacking = lackingForNetworkManager()
    if (lacking) report.skip('NetworkManager', lacking)
    const peer = lacking ? null : await Place.use((place) => peerStages(place, count))
    tell(report, '1 link', ours.one, peer?.one)
    tell(report, `${count} links, down`, ours.many, peer?.many)
    tell(report, `${count} links, claimed`, ours.up!, undefined, quick ? undefined : 90)
    const slope = ({ one, many }: Stages) => ((many.rss - one.rss) * 1024) / (count - 1)
    report.figure({
      what: 'resident, for each link',
      value: slope(ours),
      unit: 'KB',
      ...(peer && { beside: { name: 'NetworkManager', value: slope(peer) } }),
    })
    const large = quick ? 1000 : 10_000
    const shape = { plugins: 1, providersEach: 1 }
    const [one, all] = [
      await Place.use((place) => selfMeasuring(place, { adapters: 1, ...shape })),
      await Place.use((place) => selfMeasuring(place, { adapters: large, ...shape })),
    ]
    report.figure({ what: `${large} simulated, claimed, resident`, value: all.rss / 2 ** 20, unit: 'MB' })
    report.figure({
      what: 'heap for each simulated adapter',
      value: (all.afterCollection - one.afterCollection) / (large - 1) / 1024,
      unit: 'KB',
      budget: 4,
    })
    report.note(
      'Links of kind ifb. Resident memory of a Node process holds what is not yet collected; the heap for each adapter is measured after a collection.',
    )
  },
}

function tell(report: Report, what: string, ours: Memory, peer?: Memory, budget?: number): void {
  for (const [field, words] of [
    ['rss', 'resident'],
    ['pss', 'its share'],
  ] as const) {
    const figure: Figure = { what: `${what}, ${words}`, value: ours[field], unit: 'MB' }
    if (peer) figure.beside = { name: 'NetworkManager', value: peer[field] }
    if (budget !== undefined && field === 'rss') figure.budget = budget
    report.figure(figure)
  }
}

async function claimdStages(place: Place, count: number): Promise<Stages> {
  const network = new Network(place)
  const daemon = new Daemon(place, { network })
  const now = async () => {
    await daemon.rests()
    await quiet()
    return memoryOf(daemon.pid)
  }
  await daemon.answers()
  const one = await now()
  await network.ifbs(names('i', count), 'down')
  const many = await now()
  await comeUp(network, count)
  await daemon.claims(count)
  return { one, many, up: await now() }
}

async function peerStages(place: Place, count: number): Promise<Stages> {
  const network = new Network(place)
  const peer = await NetworkManager.start(place, network, 1)
  const one = memoryOf(peer.pid)
  await network.ifbs(names('i', count), 'down')
  await peer.knows(count + 1)
  return { one, many: memoryOf(peer.pid) }
}

async function comeUp(network: Network, count: number): Promise<void> {
  const all = names('i', count).entries()
  await network.batch(
    [...all].flatMap(([number, name]) => [`link set ${name} up`, `addr add ${address(number)} dev ${name}`]),
  )
}
