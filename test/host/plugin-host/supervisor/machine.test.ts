import * as assert from 'uvu/assert'
import type { DialAct, DialAnswer } from '../../../../host/core/kernel/provider-port.js'
import { type SupervisorEvent, supervise } from '../../../../host/plugin-host/supervisor/machine.js'
import { explore } from '../../../harness/explore.js'
import { suite } from '../../../harness.js'
import { runSupervisorSchedules } from './random.js'
import { describe, small } from './slices.js'
import { apply, spaceOf } from './space.js'
import { newWorld } from './world.js'

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

test('a disconnect waits for a process that is started again, and a connect does not', () => {
  for (const crash of ['crash 1', 'unstarted 1']) {
    const { first: world } = spaceOf({ builds: 0, holds: 0, act: 2, disconnect: 2, crash: 1, unstarted: 1 })
    const happens = (...events: string[]) => {
      for (const event of events) apply(world, event)
    }
    const ends = () => [...world.acts].map(([key, { sent, results }]) => `${key}: ${sent} ${results}`)
    happens('act', ...(crash === 'crash 1' ? ['active 1'] : []), crash)
    happens('disconnect', 'ended 1', 'disconnect', 'act')
    const sent = crash === 'crash 1' ? 1 : 0
    assert.equal(ends(), [`1 connect: ${sent} 1`, '2 disconnect: 0 0', '3 disconnect: 0 0', '4 connect: 0 1'])
    happens('timer retry', 'active 2')
    assert.equal(ends().slice(1, 3), ['2 disconnect: 1 0', '3 disconnect: 1 0'])
  }
})

test('which provider brought a connection up is known until its disconnect ends, however many others come and go', () => {
  const { state } = newWorld({ builds: 0, holds: 0 })
  const facts = { now: () => 0, random: () => 0.5, held: () => [], refusal: () => null }
  const happens = (event: SupervisorEvent) => supervise(state, event, facts)
  const act = (
    fence: number,
    kind: DialAct['kind'],
    result: DialAnswer['result'] | null,
    provider = 'p/main',
  ) => {
    const parameters = { connection: { name: `c${fence}`, type: 't', config: '' }, adapter: null }
    const one = { fence, kind, provider, parameters } as DialAct
    happens({ type: 'act', act: one })
    happens({ type: 'activated', process: 1, pid: 9 })
    const answer = { result } as DialAnswer
    if (result !== null) happens({ type: 'act-answered', process: 1, act: one, answer })
  }
  act(1, 'connect', 'SUCCESS', 'p/second')
  act(2, 'connect', 'SUCCESS')
  act(2, 'disconnect', 'NOT_SUPPORTED')
  for (let fence = 3; fence < 6_000; fence++) {
    act(fence, 'connect', fence % 2 === 0 ? 'SUCCESS' : 'CONNECTION_ACQUIRE_FAILED')
    act(fence, 'disconnect', 'CONNECTION_NOT_ACQUIRED')
  }
  assert.equal(
    [...state.dialled],
    [
      [1, 'p/second'],
      [2, 'p/main'],
    ],
  )
  act(6_000, 'connect', null)
  act(1, 'disconnect', null, 'p/second')
  happens({ type: 'failed', process: 1, why: 'killed', how: 'ended', wasStarted: true })
  assert.equal([...state.dialled.keys()], [2])
})

test('while a version that passed its trial waits for open acts, the current one is asked to disconnect', () => {
  const { first: world } = spaceOf({ builds: 1, holds: 0, act: 2, disconnect: 1, save: 1 })
  for (const event of ['act', 'active 1', 'save b', 'active 2', 'disconnect', 'act']) apply(world, event)
  assert.is(world.state.trial?.phase, 'passed')
  const sent = () => [...world.acts].map(([key, { sent }]) => `${key}: ${sent}`)
  assert.equal(sent(), ['1 connect: 1', '2 disconnect: 1', '3 connect: 0'])
  apply(world, 'acted 1')
  assert.is(world.state.trial?.phase, 'passed', 'it waits for that as well')
  apply(world, 'acted 1')
  assert.is(world.state.trial, null)
  assert.equal(sent(), ['1 connect: 1', '2 disconnect: 1', '3 connect: 1'])
})

test('a disconnect that waits for a process is refused when none is to be started any more', () => {
  const { first: world } = spaceOf({ builds: 0, holds: 0, act: 1, disconnect: 1, crash: 1, disable: 1 })
  for (const event of ['act', 'active 1', 'crash 1', 'disconnect', 'ended 1', 'disable']) apply(world, event)
  assert.equal(world.acts.get('2 disconnect'), { sent: 0, results: 1, isCancelled: false })
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
