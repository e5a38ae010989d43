/**
 * Plays random schedules until CLAIMD_STEPS steps (1,000,000) have been made: of the claims machine, and half as many
 * of the connections machine and of the supervisor of plugins. Prints how many; exits 1 with the seed and the shrunk story when a property does not
 * hold. CLAIMD_SEED plays the schedules of one seed again.
 */
import { runLives } from './host/core/connections/run-lives.js'
import { runSchedules } from './host/core/schedules/run-schedules.js'
import { runSupervisorSchedules } from './host/plugin-host/supervisor/random.js'

interface Outcome {
  schedules: number
  steps: number
  failure: string | null
}

const wanted = Number(process.env.CLAIMD_STEPS ?? 1_000_000)
const seed = process.env.CLAIMD_SEED === undefined ? {} : { seed: Number(process.env.CLAIMD_SEED) }

async function playAll(
  what: string,
  wanted: number,
  run: (wanted: { schedules: number; seed?: number }) => Outcome | Promise<Outcome>,
): Promise<void> {
  const began = performance.now()
  let [schedules, steps] = [0, 0]
  let failure: string | null = null
  while (steps < wanted && failure === null) {
    const outcome = await run({ schedules: 5_000, ...seed })
    schedules += outcome.schedules
    steps += outcome.steps
    failure = outcome.failure
    if ('seed' in seed) break
  }
  const seconds = ((performance.now() - began) / 1_000).toFixed(1)
  if (failure !== null) process.stdout.write(`${failure}\n\n`)
  const result = failure === null ? 'every property holds' : 'FAILED'
  process.stdout.write(`${what}: ${schedules} schedules, ${steps} steps, ${seconds} s: ${result}\n`)
  if (failure !== null) process.exitCode = 1
}

await playAll('claims', wanted, runSchedules)
await playAll('connections', wanted / 2, runLives)
await playAll('supervisor', wanted / 2, runSupervisorSchedules)
