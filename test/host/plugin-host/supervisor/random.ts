import fc from 'fast-check'
import { apply, eventsOf, isProgress, isQuiet, spaceOf } from './space.js'
import type { Limits } from './world.js'

/** So much that a schedule never runs out of it. */
const often = 1_000
const limits: Limits = {
  builds: 3,
  holds: 2,
  save: often,
  reject: 4,
  offer: often,
  verify: often,
  status: often,
  cancel: often,
  act: often,
  disconnect: often,
  cancelAct: often,
  progress: often,
  crash: often,
  unstarted: often,
  no: often,
  pending: often,
  unexpected: often,
  lost: often,
  suspended: often,
  disable: often,
  distrust: often,
  release: often,
  claim: often,
  touch: often,
  retire: 1,
}

export interface Outcome {
  schedules: number
  steps: number
  /** The seed, the events of the shrunk schedule and what went wrong; `null` when every property held. */
  failure: string | null
}

/** Plays random schedules round a supervisor; the same seed gives the same ones. */
export function runSupervisorSchedules(wanted: { schedules: number; seed?: number }): Outcome {
  let [schedules, steps] = [0, 0]
  const choices = fc.array(fc.nat(1_000_000), { minLength: 5, maxLength: 150, size: 'max' })
  const property = fc.property(choices, fc.boolean(), fc.boolean(), (picks, inspect, onStartup) => {
    schedules++
    play(picks, { inspect, onStartup }, () => steps++)
  })
  const { seed } = wanted
  const result = fc.check(property, { numRuns: wanted.schedules, ...(seed === undefined ? {} : { seed }) })
  if (!result.failed) return { schedules, steps, failure: null }
  const [picks, inspect, onStartup] = result.counterexample!
  const lines: string[] = []
  let why = 'it does not fail when it is played again'
  try {
    play(picks, { inspect, onStartup }, (event) => lines.push(event))
  } catch (error) {
    why = error instanceof Error ? `${error.stack}` : String(error)
  }
  return { schedules, steps, failure: `seed ${result.seed}\n${lines.join('\n')}\n${why}` }
}

/** What happens is chosen by the numbers; then all that is under way comes to its end. */
function play(
  picks: readonly number[],
  { inspect, onStartup }: { inspect: boolean; onStartup: boolean },
  happened: (event: string) => void,
): void {
  const more = { inspect: Number(inspect), onStartup: Number(onStartup) }
  const { first: world, checkRest } = spaceOf({ ...limits, ...more })
  for (const pick of picks) {
    // After it is retired, little happens.
    const events = eventsOf(world).filter((event) => event !== 'retire' || pick % 97 === 0)
    if (events.length === 0) break
    // What is under way goes on more often than something new begins.
    const progress = events.filter(isProgress)
    const from = pick % 3 === 0 || progress.length === 0 ? events : progress
    const event = from[Math.floor(pick / 3) % from.length]!
    happened(event)
    apply(world, event)
  }
  for (let steps = 0; !isQuiet(world); steps++) {
    if (steps > 2_000) throw new Error('it comes to no rest')
    const progress = eventsOf(world).filter(isProgress)
    // Timers last: what else is under way comes before them.
    const event = progress.find((one) => !one.startsWith('timer')) ?? progress[steps % progress.length]!
    happened(event)
    apply(world, event)
  }
  checkRest(world)
}
