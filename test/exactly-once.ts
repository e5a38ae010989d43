/**
 * Exactly once: `npm run exactly-once -- [--runs N] [--seed S]` (1,000 runs by default). Connections on real links are connected by
 * plugins that block, fail and do not listen, while plugins are saved and killed, links go, requests are cancelled and time out, and
 * the daemon is killed. For each attempt its provider is called once and cleaned up once, each request is completed once, and the
 * network namespace is the same before and after. The same seed plays the same plan. Exits with 1 when anything was not so.
 */
import { parseArgs } from 'node:util'
import { play } from './exactly-once/play.js'
import { Skipped } from './harness/skip.js'

const { values } = parseArgs({ options: { runs: { type: 'string' }, seed: { type: 'string' } } })
const seed = Number(values.seed ?? Date.now() % 1_000_000)
try {
  const began = performance.now()
  const { runs, connects, requests, troubles, faults } = await play(
    Number(values.runs ?? 1_000),
    seed,
    console.log,
  )
  const seconds = ((performance.now() - began) / 1_000).toFixed(1)
  for (const fault of faults.slice(0, 30)) console.log(`FAULT ${fault}`)
  console.log(
    `${runs} runs, ${connects} connects, ${requests} requests; ${troubles.save} saves, ${troubles.crash} crashes, ` +
      `${troubles['kill-host']} kills of the host; ${seconds} s; seed ${seed}: ` +
      (faults.length === 0 ? 'all of it once' : `${faults.length} FAULTS`),
  )
  process.exitCode = faults.length === 0 ? 0 : 1
} catch (error) {
  if (!(error instanceof Skipped)) throw error
  console.log(`not run: ${error.reason}`)
  process.exitCode = 1
}
