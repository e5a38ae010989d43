import * as fc from 'fast-check'
import type { Outcome } from '../schedules/run-schedules.js'
import { Lives } from './random.js'
import { type Step, steps } from './steps.js'

/** Plays random lives of a host that connects, a third of them recorded; the same seed gives the same ones. */
export async function runLives({ schedules, seed }: { schedules: number; seed?: number }): Promise<Outcome> {
  let [played, made] = [0, 0]
  const property = fc.asyncProperty(steps, async (all) => {
    played++
    made += all.length
    await livesFor(all).play(all)
  })
  const result = await fc.check(property, { numRuns: schedules, ...(seed === undefined ? {} : { seed }) })
  const failure = result.failed ? await story(result.counterexample![0], result.seed) : null
  return { schedules: played, steps: made, failure }
}

function livesFor(all: readonly Step[]): Lives {
  return new Lives(all.length % 3 === 0)
}

/** What was done, what the host did, and what is wrong. */
async function story(all: readonly Step[], seed: number): Promise<string> {
  const lives = livesFor(all)
  try {
    await lives.play(all)
    return `seed ${seed}\nit does not fail when it is played again`
  } catch (error) {
    return `seed ${seed}\n${lives.story.join('\n')}\n${(error as Error).stack}`
  }
}
