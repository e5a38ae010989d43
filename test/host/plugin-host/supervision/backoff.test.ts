import * as assert from 'uvu/assert'
import { Backoff } from '../../../../host/plugin-host/supervision/backoff.js'
import { suite } from '../../../harness.js'

const test = suite('plugin-host/backoff')
const middle = () => 0.5

test('waits double from one second to sixty', () => {
  const backoff = new Backoff()
  const waits = Array.from({ length: 8 }, () => backoff.next(0, middle))
  assert.equal(waits, [1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000])
})

test('a process that lived for a minute starts over', () => {
  const backoff = new Backoff()
  backoff.next(0, middle)
  backoff.next(0, middle)
  assert.is(backoff.next(60_000, middle), 1000)
  assert.is(backoff.next(59_999, middle), 2000)
})

test('jitter spreads by a fifth to either side', () => {
  assert.is(
    new Backoff().next(0, () => 0),
    800,
  )
  assert.is(
    new Backoff().next(0, () => 1),
    1200,
  )
})

test.run()
