import * as assert from 'uvu/assert'
import { explore } from '../../../harness/explore.js'
import { suite } from '../../../harness.js'
import { runSupervisorSchedules } from './random.js'
import { describe, small } from './slices.js'
import { spaceOf } from './space.js'

const test = suite('plugin-host/supervisor')

for (const limits of small) {
  test(
    `every state of a plugin with ${describe(limits)}: every property holds`,
    () => {
      const { failure, states } = explore(spaceOf(limits))
      assert.is(failure, null, failure ?? '')
      assert.ok(states > 100, `${states} states`)
    },
    { timeout: 60_000 },
  )
}

test(
  'SC-26: saves, crashes, decisions and questions in any order: every property holds',
  () => {
    const schedules = Number(process.env.CLAIMD_RUNS ?? 1_000)
    const { failure } = runSupervisorSchedules({ schedules })
    assert.is(failure, null, failure ?? '')
  },
  { timeout: 110_000 },
)

test.run()
