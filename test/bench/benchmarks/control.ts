import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import type { Benchmark } from '../benchmark.js'
import { Daemon } from '../place/daemon.js'
import { child } from '../place/files.js'
import { lackingForLinks } from '../place/needs.js'
import { Network, names } from '../place/network.js'
import { Place } from '../place/place.js'
import { Watch } from '../place/watch.js'
import { quantile } from '../report/statistics.js'

type Times = Record<'status' | 'explain' | 'disconnect', number[]>

const calls = [
  ['status', 'GET /v1/status'],
  ['explain', 'GET /v1/adapters/…/explain'],
  ['disconnect', 'a disconnect, refused'],
] as const

export const control: Benchmark = {
  name: 'control',
  title: 'control calls while links appear by the thousand, and idle',
  lacking: lackingForLinks,
  run: (report, { quick }) =>
    Place.use(async (place) => {
      const count = quick ? 200 : 2000
      const network = new Network(place)
      await network.ifbs(['held'], 'up')
      const daemon = new Daemon(place, { network })
      await daemon.answers()
      await daemon.claims(1)
      const [held] = (await daemon.client.connections()).connections
      const watch = await Watch.ofDaemon(place, daemon)
      const caller = fork(child('call-control'), [daemon.socket, 'held', held!.name])
      place.undo(() => caller.kill('SIGKILL'))

      await delay(1000)
      await take(caller)
      await delay(quick ? 1000 : 4000)
      const idle = await take(caller)
      const started = process.hrtime.bigint()
      const done = await network.ifbs(names('n', count), 'up')
      const missed = await watch.misses(names('n', count), 120_000)
      const burst = await take(caller)
      caller.disconnect()

      for (const [name, what] of calls) {
        report.figure({
          what: `${what}, p99`,
          value: quantile(burst[name], 0.99),
          unit: 'ms',
          budget: 100,
          beside: { name: `idle (${idle[name].length} calls)`, value: quantile(idle[name], 0.99) },
        })
        const [p50, longest] = [quantile(burst[name], 0.5), Math.max(...burst[name])]
        report.figure({ what: `  p50 of ${burst[name].length} calls`, value: p50, unit: 'ms' })
        report.figure({ what: '  the longest', value: longest, unit: 'ms' })
      }
      const last = [...watch.seen.values()].reduce((a, b) => (a > b ? a : b), 0n)
      report.figure({ what: 'the kernel took', value: Number(done - started) / 1e6, unit: 'ms' })
      report.figure({
        what: 'and then, until all were claimed',
        value: Number(last - done) / 1e6,
        unit: 'ms',
      })
      report.figure({ what: 'not claimed', value: missed, unit: `of ${count}`, budget: 0 })
      report.note(
        'One `ip -batch` makes the links, takes them up and gives them addresses. One client calls, one thing after the other with a millisecond between, each over a new connection; another reads the events.',
      )
    }),
}

async function take(caller: ChildProcess): Promise<Times> {
  const answer = once(caller, 'message')
  caller.send('take')
  return (await answer)[0] as Times
}
