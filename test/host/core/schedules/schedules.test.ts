import * as assert from 'uvu/assert'
import { suite } from '../../../harness.js'
import { runSchedules } from './run-schedules.js'

const test = suite('core/schedules')

test(
  'SC-7 SC-8 SC-18 SC-25 SC-32 SC-34 SC-37 SC-38: whatever happens in whatever order, every property holds',
  async () => {
    const { failure } = await runSchedules({ schedules: Number(process.env.CLAIMD_RUNS ?? 1_500) })
    assert.is(failure, null, failure ?? '')
  },
  { timeout: 110_000 },
)

test.run()
