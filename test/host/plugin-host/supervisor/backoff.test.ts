import * as assert from 'uvu/assert'
import { backoffMs } from '../../../../host/plugin-host/supervisor/backoff.js'
import { suite } from '../../../harness.js'

const test = suite('plugin-host/backoff')

test('waits double from one second to sixty', () => {
  const waits = Array.from({ length: 8 }, (_, failures) => backoffMs(failures, 0.5))
  assert.equal(waits, [1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000])
})

test('jitter spreads by a fifth to either side', () => {
  assert.is(backoffMs(0, 0), 800)
  assert.is(backoffMs(0, 1), 1200)
})

test.run()
