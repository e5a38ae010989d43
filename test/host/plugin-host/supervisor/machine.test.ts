import * as assert from 'uvu/assert'
import { explore } from '../../../harness/explore.js'
import { suite } from '../../../harness.js'
import { runSupervisorSchedules } from './random.js'
import { describe, small } from './slices.js'
import { apply, spaceOf } from './space.js'

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

test('where the version before cannot be started, a doubt comes to its end, and the claim stays', () => {
  const limits = { builds: 1, holds: 1, save: 1, verify: 1, no: 1, unstarted: 9, crash: 9 }
  const { first: world } = spaceOf(limits)
  const happens = (...events: string[]) => {
    for (const event of events) apply(world, event)
  }
  happens('save b', 'active 1', 'send 1', 'yes 1', 'verify', 'send 1', 'no 1')
  const starts: number[] = []
  for (let id = 2; world.processes.has(id); id++) {
    starts.push(id)
    happens(`unstarted ${id}`)
  }
  assert.is(starts.length, 3)
  assert.is(world.answers.get(1), 1)
  assert.is(world.held.length, 1)
  assert.is(world.state.doubts.size, 0)
})

test('a candidate is not to blame for the end of the process that was to judge it', () => {
  const limits = { builds: 1, holds: 1, save: 1, verify: 1, no: 1, crash: 1 }
  const { first: world } = spaceOf(limits)
  for (const event of [
    'verify',
    'active 1',
    'send 1',
    'yes 1',
    'save b',
    'active 2',
    'send 2',
    'no 2',
    'crash 1',
  ])
    apply(world, event)
  assert.equal([...world.quarantined], [])
  assert.is(world.state.trial, null)
  assert.ok(world.timers.has('trial'), 'it is tried again')
})

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
