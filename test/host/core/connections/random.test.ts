import * as fc from 'fast-check'
import { suite } from '../../../harness.js'
import { Lives, steps } from './random.js'

const test = suite('core/connections, random lives')

test(
  'whatever happens in whatever order: one connect a fence, one completion a request, and nothing is left',
  () => {
    fc.assert(
      fc.property(steps, (all) => {
        const lives = new Lives()
        try {
          lives.play(all)
        } catch (error) {
          throw new Error(`${lives.story.join('\n')}\n${(error as Error).stack}`)
        }
      }),
      { numRuns: Number(process.env.CLAIMD_RUNS ?? 300) },
    )
  },
  { timeout: 60_000 },
)

test.run()
