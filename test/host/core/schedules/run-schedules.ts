import fc from 'fast-check'
import { Play, tell } from './play.js'
import { type Schedule, schedules } from './steps.js'

/** Steps of the longest schedule. */
const longest = 60

export interface Outcome {
  schedules: number
  steps: number
  /** The seed, the shrunk schedule and what went wrong; `null` when every property held. */
  failure: string | null
}

/** Plays random schedules; the same seed gives the same ones. */
export async function runSchedules(wish: { schedules: number; seed?: number }): Promise<Outcome> {
  let [played, steps] = [0, 0]
  const property = fc.asyncProperty(schedules(longest), async (schedule) => {
    played++
    steps += schedule.steps.length
    await play(schedule)
  })
  const { seed } = wish
  const result = await fc.check(property, {
    numRuns: wish.schedules,
    ...(seed === undefined ? {} : { seed }),
  })
  const failure = result.failed ? await story(result.counterexample![0], result.seed) : null
  return { schedules: played, steps, failure }
}

async function play(schedule: Schedule, trace?: (line: string) => void): Promise<void> {
  const it = new Play(schedule, trace)
  for (const step of schedule.steps) await it.step(step)
  await it.rest()
}

/** The schedule, and what the host did in each of its steps, up to what is wrong. */
async function story(schedule: Schedule, seed: number): Promise<string> {
  const lines: string[] = []
  const outcome = await play(schedule, (line) => lines.push(line)).then(
    () => 'it does not fail when it is played again',
    (error: unknown) => (error instanceof Error ? `${error.stack}` : String(error)),
  )
  const moods = schedule.moods.map((mood) => JSON.stringify(mood)).join(' ')
  const steps = schedule.steps.map((step) => `  ${tell(step)}`).join('\n')
  return `seed ${seed}\nthe schedule, with moods ${moods}:\n${steps}\nand what happens:\n${lines.join('\n')}\n${outcome}`
}
