import * as assert from 'uvu/assert'
import { OneAtATime } from '../../../host/lib/one-at-a-time.js'
import { suite } from '../../harness.js'

const test = suite('lib/one at a time')

/** Work that lasts until it is told to end. */
function held() {
  const ends: (() => void)[] = []
  let [begun, running] = [0, 0]
  const queue = new OneAtATime(async () => {
    begun++
    assert.is(++running, 1, 'two at a time')
    await new Promise<void>((done) => ends.push(done))
    running--
  })
  const end = async () => {
    ends.shift()!()
    await new Promise((done) => setImmediate(done))
  }
  return { queue, end, begun: () => begun }
}

test('what is asked for during a run is one more run, however often it was asked for', async () => {
  const { queue, end, begun } = held()
  let resolved = false
  const first = queue.run().then(() => {
    resolved = true
  })
  queue.run()
  queue.run()
  assert.is(begun(), 1)
  await end()
  assert.equal([begun(), resolved], [2, false])
  await end()
  await first
  assert.is(begun(), 2)
  const next = queue.run()
  assert.is(begun(), 3)
  await end()
  await next
})

test('a run that fails rejects, and the next one runs', async () => {
  let runs = 0
  const queue = new OneAtATime(async () => {
    if (++runs === 1) throw new Error('no')
  })
  await queue.run().then(
    () => assert.unreachable(),
    (error) => assert.is(error.message, 'no'),
  )
  await queue.run()
  assert.is(runs, 2)
})

test('closed, no run begins', async () => {
  const { queue, end, begun } = held()
  const run = queue.run()
  queue.run()
  const closed = queue.close()
  await end()
  await closed
  await run
  await queue.run()
  assert.is(begun(), 1)
})

test.run()
