/**
 * Plays random schedules until CLAIMD_STEPS steps (1,000,000) have been made. Prints how many; exits 1 with the
 * seed and the shrunk story when a property does not hold. CLAIMD_SEED plays the schedules of one seed again.
 */
import { runSchedules } from './host/core/schedules/run-schedules.js'

const wanted = Number(process.env.CLAIMD_STEPS ?? 1_000_000)
const seed = process.env.CLAIMD_SEED === undefined ? undefined : Number(process.env.CLAIMD_SEED)
const began = performance.now()
let [schedules, steps] = [0, 0]
let failure: string | null = null
while (steps < wanted && failure === null) {
  const outcome = await runSchedules({ schedules: 5_000, ...(seed === undefined ? {} : { seed }) })
  schedules += outcome.schedules
  steps += outcome.steps
  failure = outcome.failure
  if (seed !== undefined) break
}
const seconds = ((performance.now() - began) / 1_000).toFixed(1)
if (failure !== null) process.stdout.write(`${failure}\n\n`)
process.stdout.write(
  `${schedules} schedules, ${steps} steps, ${seconds} s: ${failure ? 'FAILED' : 'every property holds'}\n`,
)
process.exitCode = failure === null ? 0 : 1
