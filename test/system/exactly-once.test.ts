import * as assert from 'uvu/assert'
import { play } from '../exactly-once/play.js'
import { suite } from '../harness.js'

/** A twentieth of `npm run exactly-once`; `CLAIMD_SEED=7 node dist/test/run.js exactly-once` plays the plan of a seed again. */
const runs = 50
const seed = Number(process.env.CLAIMD_SEED ?? Date.now() % 1_000_000)

const test = suite('system/exactly-once', { timeout: 110_000 })

test('SC-45 CM-28: whatever happens, an attempt is one connect and one clean-up, a request is completed once, and nothing is left', async () => {
  const story: string[] = []
  const { faults } = await play(runs, seed, (line) => story.push(line))
  assert.is(faults.length, 0, `seed ${seed}: ${[...faults, ...story].join('\n')}`)
})

test.run()
