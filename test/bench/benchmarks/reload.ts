import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { EventDocument } from '@claimd/sdk'
import type { Benchmark, Scale } from '../benchmark.js'
import { openJail, startBare, timeToWord } from '../place/bare.js'
import { Daemon } from '../place/daemon.js'
import { EditedPlugin, type Save } from '../place/edited-plugin.js'
import { lackingForLinks } from '../place/needs.js'
import { Network, names } from '../place/network.js'
import { Place } from '../place/place.js'
import { quiet } from '../place/processes.js'
import { Story } from '../place/story.js'
import type { Report } from '../report/report.js'
import { median, quantile } from '../report/statistics.js'

/** What is saved, and how. */
const ways = [
  { way: 'written in place', language: 'JavaScript', save: 'in place', args: [] },
  { way: 'renamed into place', language: 'JavaScript', save: 'by rename', args: [] },
  { way: 'TypeScript, --dev', language: 'TypeScript', save: 'in place', args: ['--dev'] },
] as const
type Way = (typeof ways)[number]

/** How far a save is when, in milliseconds after it began, as a client of the API sees it. */
interface Round {
  accepted: number
  took: number
  answers: number
  bare: number
  jailed: number
}

const adapters = 10
/** The first ones are not counted: nothing is compiled yet. */
const warmUps = 5
/** After a reload the process of the version before the last one ends: that is not to be measured with the next one. */
const pauseMs = 150
const patienceMs = 20_000
/** What would tell that an adapter was without its holder, or was offered. */
const unprotected = new Set(['claim-ended', 'orphaned', 'handed-over', 'claimed', 'round', 'disconnected'])

export const reload: Benchmark = {
  name: 'reload',
  title: 'a plugin is saved → its new code answers',
  lacking: lackingForLinks,
  async run(report, { quick }: Scale) {
    for (const way of ways) await Place.use((place) => series(place, report, way, quick ? 10 : 60))
    report.note(
      `A plugin that holds ${adapters} adapters, in a jail: ${ways.length} daemons one after the other. The clock starts before the file is written, and ends when a client of the API has the event that tells that each adapter was verified with what only the new code answers. Beside it: a Node process with a clean environment from spawn to its first line, and the same in the jail, in turns with the saves. Unprotected: adapters that lost their holder or were offered, or that could be disconnected while the new version took over.`,
    )
  },
}

async function series(place: Place, report: Report, way: Way, repetitions: number): Promise<void> {
  const network = new Network(place)
  await network.ifbs(names('e', adapters), 'up')
  const plugins = join(place.folder, 'plugins')
  const plugin = new EditedPlugin(plugins, 'e*', way.language)
  const daemon = new Daemon(place, { network, plugins, args: way.args })
  const jailed = await openJail(place)
  await daemon.answers()
  await daemon.claims(adapters)
  await daemon.rests()
  const missing = (await daemon.client.plugin(plugin.name)).walls.filter(({ stands }) => !stands)
  for (const { wall, because } of missing) report.skip(`the wall ${wall}`, because)
  const { revision } = await daemon.client.status()
  const story = new Story(daemon, revision)
  place.undo(() => story.end())
  await quiet()

  const rounds: Round[] = []
  for (let number = 0; number < warmUps + repetitions; number++) {
    const bare = await timeToWord(() => startBare(place))
    const inJail = await timeToWord(jailed)
    const round = { ...(await one(plugin, story, way.save)), bare, jailed: inJail }
    if (number >= warmUps) rounds.push(round)
    await delay(pauseMs)
  }
  const refusals = await refusalsDuring(daemon, plugin, story, way.save)
  const of = (field: keyof Round) => rounds.map((round) => round[field])
  for (const [share, name] of [
    [0.5, 'p50'],
    [0.99, 'p99'],
  ] as const) {
    report.figure({
      what: `${way.way}, ${name}`,
      value: quantile(of('answers'), share),
      unit: 'ms',
      ...(share === 0.5 && { budget: 80 }),
      beside: { name: 'a Node process in the jail', value: quantile(of('jailed'), share) },
    })
  }
  report.figure({ what: '  a bare Node process, p50', value: median(of('bare')), unit: 'ms' })
  report.figure({ what: '  until accepted, p50', value: median(of('accepted')), unit: 'ms' })
  report.figure({ what: '  until it took over, p50', value: median(of('took')), unit: 'ms' })
  const lost = story.events.filter(({ type, adapter }) => adapter !== null && unprotected.has(type))
  report.figure({
    what: `${way.way}, unprotected`,
    value: lost.length + refusals.let,
    unit: `of ${(warmUps + repetitions) * adapters + refusals.asked}`,
    budget: 0,
  })
}

async function one(
  plugin: EditedPlugin,
  story: Story,
  how: Save,
): Promise<Pick<Round, 'accepted' | 'took' | 'answers'>> {
  const { evidence, at } = plugin.save(how)
  const first = story.events.length
  const seen = (type: string) => story.sees(first, patienceMs, (event) => event.type === type)
  const [accepted, took, answers] = await Promise.all([
    seen('plugin-changed'),
    seen('plugin-reloaded'),
    story.sees(first, patienceMs, verifiedWith(evidence), adapters),
  ])
  const ms = (end: bigint) => Number(end - at) / 1e6
  return { accepted: ms(accepted), took: ms(took), answers: ms(answers) }
}

/** Somebody who asks for nothing but disconnecting, while a new version takes over. */
async function refusalsDuring(
  daemon: Daemon,
  plugin: EditedPlugin,
  story: Story,
  how: Save,
): Promise<{ asked: number; let: number }> {
  const { connections } = await daemon.client.connections()
  const count = { asked: 0, let: 0 }
  for (let save = 0; save < 3; save++) {
    let over = false
    const saved = one(plugin, story, how).finally(() => {
      over = true
    })
    while (!over) {
      const { name } = connections[count.asked++ % connections.length]!
      await daemon.client.disconnect(name).then(
        () => count.let++,
        (error: { result?: string }) => {
          if (error.result !== 'NOT_ALLOWED') throw error
        },
      )
    }
    await saved
  }
  return count
}

function verifiedWith(evidence: string): (event: EventDocument) => boolean {
  return (event) => event.type === 'verified' && (event as { evidence?: unknown }).evidence === evidence
}
