import { join } from 'node:path'
import type { Benchmark } from '../benchmark.js'
import { Daemon } from '../place/daemon.js'
import { lackingForLinks } from '../place/needs.js'
import { Network, names } from '../place/network.js'
import { Place } from '../place/place.js'
import { writePlugins } from '../place/plugins.js'
import { memoryOf, quiet, timed } from '../place/processes.js'
import { median, spread } from '../report/statistics.js'

interface Start {
  answersMs: number
  settledMs: number
  rssMb: number
  /** As many bare Node processes as there are plugins, at once. */
  bareMs: number
  bareOneMs: number
}

export const start: Benchmark = {
  name: 'start',
  title: 'the start of the daemon, with many adapters and plugins',
  lacking: lackingForLinks,
  async run(report, { quick, runs }) {
    const [links, plugins] = quick ? [100, 5] : [1000, 20]
    const found: Start[] = []
    for (let run = 0; run < runs; run++) found.push(await Place.use((place) => one(place, links, plugins)))
    const all = (field: keyof Start) => found.map((each) => each[field])
    const figure = (field: keyof Start) => ({ value: median(all(field)), spread: spread(all(field)) })
    report.figure({
      what: '/v1/status answers',
      ...figure('answersMs'),
      unit: 'ms',
      budget: 1000,
      beside: { name: 'node -e 0', value: median(all('bareOneMs')) },
    })
    report.figure({
      what: 'all are claimed',
      ...figure('settledMs'),
      unit: 'ms',
      budget: 1000,
      beside: { name: `${plugins} × node -e 0 at once`, value: median(all('bareMs')) },
    })
    report.figure({ what: 'then resident', ...figure('rssMb'), unit: 'MB', budget: 90 })
    report.note(
      `${links} links of kind ifb, up and with an address. Each plugin wants its share of them, so that all ${plugins} processes are started. The state folder is new.`,
    )
  },
}

async function one(place: Place, links: number, plugins: number): Promise<Start> {
  const network = new Network(place)
  const all = names('i', links).map((name, number) => `s${number % plugins}-${name}`)
  await network.ifbs(all, 'up')
  const folder = writePlugins(join(place.folder, 'plugins'), plugins, 1, (number) => `s${number}-*`)
  await quiet()
  const bare = [...network.inside, process.execPath, '-e', '0']
  const bareOneMs = await timed(bare)
  const before = performance.now()
  await Promise.all(Array.from({ length: plugins }, () => timed(bare)))
  const bareMs = performance.now() - before

  const daemon = new Daemon(place, { network, plugins: folder })
  const answered = (await daemon.answers()).at
  const claimed = new Set<string>()
  for await (const { adapter } of daemon.client.events({ since: 0, types: ['claimed'] })) {
    if (claimed.add(adapter!).size === links) break
  }
  const settled = process.hrtime.bigint()
  await daemon.rests()
  const ms = (end: bigint) => Number(end - daemon.started) / 1e6
  const { rss } = memoryOf(daemon.pid)
  return { answersMs: ms(answered), settledMs: ms(settled), rssMb: rss, bareMs, bareOneMs }
}
