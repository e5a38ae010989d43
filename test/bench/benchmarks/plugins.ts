import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Benchmark } from '../benchmark.js'
import { startBare } from '../place/bare.js'
import { Daemon } from '../place/daemon.js'
import { lackingForLinks } from '../place/needs.js'
import { Network, names } from '../place/network.js'
import { Place } from '../place/place.js'
import { writePlugins } from '../place/plugins.js'
import { memoryOf, quiet } from '../place/processes.js'
import { selfMeasuring } from '../place/self-measuring.js'
import { Story } from '../place/story.js'
import { median, spread } from '../report/statistics.js'

type Memory = ReturnType<typeof memoryOf>

interface Drop {
  /** Times from before the first file is written, in milliseconds. */
  writtenMs: number
  knownMs: number
  answeredMs: number
  /** As many bare processes as plugins fit, at once. */
  bareMs: number
  running: Memory[]
  bare: Memory[]
  /** Of the host, with what it had before. */
  hostMb: number
  grownMb: number
  others: number
}

export const plugins: Benchmark = {
  name: 'plugins',
  title: 'many plugins are dropped in, and the rules of a few fit',
  lacking: lackingForLinks,
  async run(report, { quick, runs }) {
    const [count, fitting] = quick ? [40, 4] : [200, 10]
    const found: Drop[] = []
    for (let run = 0; run < runs; run++) found.push(await Place.use((place) => drop(place, count, fitting)))
    const of = (field: 'writtenMs' | 'knownMs' | 'answeredMs' | 'bareMs' | 'hostMb' | 'grownMb') => {
      const values = found.map((each) => each[field])
      return { value: median(values), spread: spread(values) }
    }
    report.figure({ what: `${count} folders are written`, ...of('writtenMs'), unit: 'ms' })
    report.figure({ what: `all ${count} are known`, ...of('knownMs'), unit: 'ms' })
    report.figure({
      what: `the ${fitting} that fit have answered`,
      ...of('answeredMs'),
      unit: 'ms',
      beside: { name: `${fitting} × node, bare, at once`, value: of('bareMs').value },
    })
    report.figure({
      what: 'started though nothing fits',
      value: Math.max(...found.map(({ others }) => others)),
      unit: `of ${count - fitting}`,
      budget: 0,
    })
    for (const [field, words] of [
      ['pss', 'its share'],
      ['rss', 'resident'],
    ] as const) {
      const all = (memories: Memory[]) => memories.map((memory) => memory[field])
      const running = all(found.flatMap((each) => each.running))
      report.figure({
        what: `a plugin that runs, ${words}`,
        value: median(running),
        spread: spread(running),
        unit: 'MB',
        beside: { name: 'node, bare', value: median(all(found.flatMap((each) => each.bare))) },
      })
    }
    report.figure({ what: 'the host then, resident', ...of('hostMb'), unit: 'MB' })
    report.figure({ what: '  more than before', ...of('grownMb'), unit: 'MB' })
    const heap = async (plugins: number) => {
      const shape = { adapters: 1, plugins, providersEach: 1 }
      return (await Place.use((place) => selfMeasuring(place, shape))).afterCollection
    }
    const [one, many] = [await heap(1), await heap(count)]
    report.figure({
      what: 'heap of the host for each idle plugin',
      value: (many - one) / (count - 1) / 1024,
      unit: 'KB',
    })
    report.note(
      `One rule for each plugin; ${fitting} links fit one each. The folders are written while the daemon runs, one file after the other, as a copy is. Known: the daemon tells of each; answered: each link that fits is claimed.`,
    )
  },
}

async function drop(place: Place, count: number, fitting: number): Promise<Drop> {
  const network = new Network(place)
  await network.ifbs(
    names('s', fitting).map((name) => `${name}-0`),
    'up',
  )
  const folder = join(place.folder, 'plugins')
  mkdirSync(folder)
  const daemon = new Daemon(place, { network, plugins: folder })
  await daemon.answers()
  await daemon.rests()
  await quiet()
  const bareStart = performance.now()
  const bareProcesses = await startAll(place, fitting)
  const bareMs = performance.now() - bareStart
  await quiet()
  const before = memoryOf(daemon.pid)
  const { revision } = await daemon.client.status()
  const story = new Story(daemon, revision)
  place.undo(() => story.end())

  const start = process.hrtime.bigint()
  const ms = (end: bigint) => Number(end - start) / 1e6
  const seen = (type: string, times: number) => story.sees(0, 120_000, (event) => event.type === type, times)
  const told = Promise.all([seen('plugin-added', count), seen('claimed', fitting)])
  writePlugins(folder, count, 1, (number) => `s${number}-*`)
  const written = process.hrtime.bigint()
  const [known, answered] = await told
  await daemon.rests()
  await delay(1000)
  await quiet()
  const rows = (await daemon.client.plugins()).plugins
  const pids = rows.flatMap(({ pid }) => pid ?? [])
  const fits = new Set(names('plugin', fitting))
  const after = memoryOf(daemon.pid)
  return {
    writtenMs: ms(written),
    knownMs: ms(known),
    answeredMs: ms(answered),
    bareMs,
    running: pids.map(memoryOf),
    bare: bareProcesses.map(({ pid }) => memoryOf(pid!)),
    hostMb: after.rss,
    grownMb: after.rss - before.rss,
    others: rows.filter(({ name, pid }) => pid !== null && !fits.has(name)).length,
  }
}

async function startAll(place: Place, count: number): Promise<ChildProcess[]> {
  const all = Array.from({ length: count }, () => startBare(place))
  await Promise.all(all.map(({ stdout }) => once(stdout!, 'data')))
  return all
}
