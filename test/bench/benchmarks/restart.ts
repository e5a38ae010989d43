import type { AdaptersDocument } from '@claimd/sdk'
import type { Benchmark } from '../benchmark.js'
import { Daemon } from '../place/daemon.js'
import { lackingForLinks } from '../place/needs.js'
import { Network, names } from '../place/network.js'
import { Place } from '../place/place.js'
import { quiet, timed } from '../place/processes.js'
import { median, spread } from '../report/statistics.js'

interface Restart {
  answerMs: number
  unprotected: number
  confirmedMs: number
  bareMs: number
}

export const restart: Benchmark = {
  name: 'restart',
  title: 'kill -9 with claims by the thousand, and a new start',
  lacking: lackingForLinks,
  run: (report, { quick, runs }) =>
    Place.use(async (place) => {
      const count = quick ? 200 : 2000
      const network = new Network(place)
      await network.ifbs(names('i', count), 'up')
      let daemon = new Daemon(place, { network })
      await daemon.answers()
      await daemon.claims(count)
      const found: Restart[] = []
      for (let run = 0; run < runs; run++) {
        await quiet()
        const bareMs = await timed([...network.inside, process.execPath, '-e', '0'])
        await daemon.kill()
        daemon = new Daemon(place, { network })
        found.push({ ...(await firstAnswer(daemon, count)), bareMs })
      }
      const all = (field: keyof Restart) => found.map((each) => each[field])
      report.figure({
        what: 'until /v1/adapters answers',
        value: median(all('answerMs')),
        unit: 'ms',
        spread: spread(all('answerMs')),
        budget: 1000,
        beside: { name: 'node -e 0', value: median(all('bareMs')) },
      })
      const unprotected = Math.max(...all('unprotected'))
      report.figure({ what: 'not protected in it', value: unprotected, unit: `of ${count}`, budget: 0 })
      report.figure({
        what: 'until all are confirmed',
        value: median(all('confirmedMs')),
        unit: 'ms',
        spread: spread(all('confirmedMs')),
      })
      report.note('Links of kind ifb, claimed as found. The first answer is the first thing that is asked.')
    }),
}

async function firstAnswer(daemon: Daemon, count: number): Promise<Omit<Restart, 'bareMs'>> {
  const { document, at } = await daemon.answers<AdaptersDocument>(() => daemon.client.adapters())
  const held = document.adapters.filter(({ provider }) => provider !== null).length
  let provisional = document.adapters
  while (provisional.some((row) => row.provisional)) {
    await new Promise((resolve) => setTimeout(resolve, 25))
    provisional = (await daemon.client.adapters()).adapters
  }
  const ms = (end: bigint) => Number(end - daemon.started) / 1e6
  return { answerMs: ms(at), unprotected: count - held, confirmedMs: ms(process.hrtime.bigint()) }
}
