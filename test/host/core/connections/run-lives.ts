import * as fc from 'fast-check'
import type { Outcome } from '../schedules/run-schedules.js'
import { Lives, type Step, steps } from './random.js'

/** Plays random lives of a host that connects; the same seed gives the same ones. */
export function runLives({ schedules, seed }: { schedules: number; seed?: number }): Outcome {
  let [played, made] = [0, 0]
  const property = fc.property(steps, (all) => {
    played++
    made += all.length
    new Lives().play(all)
  })
  const result = fc.check(property, { numRuns: schedules, ...(seed === undefined ? {} : { seed }) })
  const failure = result.failed ? story(result.counterexample![0], result.seed) : null
  return { schedules: played, steps: made, failure }
}

/** What was done, what the host did, and what is wrong. */
function story(all: readonly Step[], seed: number): string {
  const lives = new Lives()
  try {
    lives.play(all)
    return `seed ${seed}\nit does not fail when it is played again`
  } catch (error) {
    return `seed ${seed}\n${lives.story.join('\n')}\n${(error as Error).stack}`
  }
}
