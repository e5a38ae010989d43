import * as assert from 'uvu/assert'
import { ago, localTime, span } from '../../../host/cli/time.js'
import { suite } from '../../harness.js'

const test = suite('cli/time')
const now = new Date(2026, 2, 4, 12, 30, 0)

test('tells the local time of day, and the date when it is not today', () => {
  assert.is(localTime(new Date(2026, 2, 4, 9, 5, 7).toISOString(), now), '09:05:07')
  assert.is(localTime(new Date(2026, 2, 3, 23, 59, 59).toISOString(), now), '2026-03-03 23:59:59')
  assert.is(localTime('nonsense', now), 'nonsense')
})

test('tells how long ago something was', () => {
  const before = (milliseconds: number) => ago(new Date(now.getTime() - milliseconds).toISOString(), now)
  assert.is(before(999), 'just now')
  assert.is(before(-5000), 'just now')
  assert.is(before(59_000), '59 s ago')
  assert.is(before(3_600_000 - 1), '59 min ago')
  assert.is(before(47 * 3_600_000), '47 h ago')
  assert.is(before(48 * 3_600_000), '2 days ago')
  assert.is(ago('nonsense', now), 'at an unknown time')
  assert.is(span(0), '0 s')
})

test.run()
