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
  title: 'adapters by the thousand × 200 providers, simulated: until all first rounds are done',
  lacking: nothingLacking,
  async run(report, { quick }) {
    const sizes: Size[] = []
    for (const count of quick ? [100, 500, 1000] : [1000, 5000, 10_000]) {
      await quiet()
      sizes.push(await Place.use((place) => one(place, count)))
    }
    const [first, last] = [sizes[0]!, sizes.at(-1)!]
    for (const { count, startedMs, settledMs } of sizes) {
      report.figure({ what: `${count} adapters, until it answers`, value: startedMs, unit: 'ms' })
      report.figure({ what: `${count} adapters, first rounds done`, value: settledMs, unit: 'ms' })
    }
    const each = ({ startedMs, settledMs, count }: Size) => ((settledMs - startedMs) / count) * 1000
    for (const size of sizes) {
      report.figure({ what: `a round, at ${size.count} adapters`, value: each(size), unit: 'µs' })
    }
    report.figure({
      what: `a round, at ${last.count} against ${first.count}`,
      value: each(last) / each(first),
      unit: 'times',
      budget: 1.25,
    })
    const kb = (a: Size, b: Size) => (b.afterCollection - a.afterCollection) / (b.count - a.count) / 1024
    report.figure({ what: 'memory of an adapter, collected', value: kb(first, last), unit: 'KB', budget: 4 })
    report.figure({ what: `resident with ${last.count} adapters`, value: last.rss / 2 ** 20, unit: 'MB' })
    report.figure({ what: 'journal of an adapter', value: last.journalBytes / last.count / 1024, unit: 'KB' })
    report.note(
      'Ten plugin processes with 20 providers each; every provider wants one adapter in 200. Memory is the growth of the heap from the smallest size to the largest, after a collection. Growth counts as linear up to 1.25.',
    )
  },
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
