import * as assert from 'uvu/assert'
import { ago, inHowLong, localTime, span, withLocalTimes } from '../../../host/cli/time.js'
import { suite } from '../../harness.js'

const test = suite('cli/time')
const { TZ } = process.env
let now: Date
test.before(() => {
  // A time zone with an offset that changes during the year, and one that is not a whole hour.
  process.env.TZ = 'America/St_Johns'
  now = new Date(2026, 2, 4, 12, 30, 0)
})
test.after(() => {
  // Other files of tests may share the process.
  if (TZ === undefined) delete process.env.TZ
  else process.env.TZ = TZ
})

test('tells the local time of day with its offset, and the date when it is not today', () => {
  assert.is(localTime(new Date(2026, 2, 4, 9, 5, 7).toISOString(), now), '09:05:07-03:30')
  assert.is(localTime(new Date(2026, 2, 3, 23, 59, 59).toISOString(), now), '2026-03-03 23:59:59-03:30')
  assert.is(localTime('2026-07-01T12:00:00Z', now), '2026-07-01 09:30:00-02:30', 'in summer')
  assert.is(localTime('nonsense', now), 'nonsense')
})

test('times within a sentence are local ones as well, and the rest is made harmless', () => {
  const told = 'because lease 10.0.0.7 holds until 2026-03-04T16:00:30Z\x1b, not 2026-03-04 or 16:00:30'
  assert.is(
    withLocalTimes(told, now),
    'because lease 10.0.0.7 holds until 12:30:30-03:30\\x1b, not 2026-03-04 or 16:00:30',
  )
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

test('in how long it will be: never sooner than said', () => {
  const after = (milliseconds: number) => inHowLong(new Date(now.getTime() + milliseconds).toISOString(), now)
  assert.equal([-5_000, 0, 1, 2_100, 90_000].map(after), ['now', 'now', 'in 1 s', 'in 3 s', 'in 1 min'])
  assert.is(inHowLong('nonsense', now), 'at an unknown time')
})

test.run()
