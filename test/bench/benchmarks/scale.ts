import { join } from 'node:path'
import { Database } from '../../../host/store/database.js'
import type { Benchmark } from '../benchmark.js'
import { nothingLacking } from '../place/needs.js'
import { Place } from '../place/place.js'
import { quiet } from '../place/processes.js'
import { type Found, selfMeasuring } from '../place/self-measuring.js'

interface Size extends Found {
  count: number
  journalBytes: number
}

export const scale: Benchmark = {
  name: 'scale',
  title: 'thousands of simulated adapters × 200 providers',
  lacking: nothingLacking,
  async run(report, { quick }) {
    const sizes: Size[] = []
    for (const count of quick ? [100, 500, 1000] : [1000, 5000, 10_000]) {
      await quiet()
      sizes.push(await Place.use((place) => one(place, count)))
    }
    for (const { count, startedMs, settledMs } of sizes) {
      report.figure({ what: `${count} adapters, until it answers`, value: startedMs, unit: 'ms' })
      report.figure({ what: `${count} adapters, first rounds done`, value: settledMs, unit: 'ms' })
    }
    const [small, middle, large] = sizes as [Size, Size, Size]
    const [early, late] = [marginal(small, middle), marginal(middle, large)]
    report.figure({ what: `a round, from ${small.count} to ${middle.count}`, value: early, unit: 'µs' })
    report.figure({
      what: `a round, from ${middle.count} to ${large.count}`,
      value: late,
      unit: 'µs',
      budget: early * 1.25,
    })
    report.figure({ what: 'memory of an adapter', value: memory(small, large), unit: 'KB', budget: 4 })
    report.figure({ what: `resident with ${large.count}`, value: large.rss / 2 ** 20, unit: 'MB' })
    report.figure({
      what: 'journal of an adapter',
      value: small.journalBytes / small.count / 1024,
      unit: 'KB',
    })
    report.note(
      'Ten plugin processes with 20 providers each; every provider wants one adapter in 200. Memory is the growth of the heap from the smallest size to the largest, after a collection. Time grows linearly when a round costs no more (within a quarter) in the second half than in the first.',
    )
  },
}

/** What a further adapter costs, in microseconds: what all sizes have in common, such as starting plugins, is left out. */
function marginal(a: Size, b: Size): number {
  const roundsMs = ({ startedMs, settledMs }: Size) => settledMs - startedMs
  return ((roundsMs(b) - roundsMs(a)) / (b.count - a.count)) * 1000
}

/** In KB. */
function memory(a: Size, b: Size): number {
  return (b.afterCollection - a.afterCollection) / (b.count - a.count) / 1024
}

async function one(place: Place, count: number): Promise<Size> {
  const found = await selfMeasuring(place, { adapters: count, plugins: 10, providersEach: 20 })
  const database = new Database(join(place.folder, 'state', 'claimd.db'))
  try {
    const row = database.get<{ journal_bytes: number }>('SELECT journal_bytes FROM state')
    return { ...found, count, journalBytes: row!.journal_bytes }
  } finally {
    database.close()
  }
}
