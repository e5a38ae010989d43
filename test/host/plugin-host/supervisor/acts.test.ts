import * as assert from 'uvu/assert'
import type { DialAct } from '../../../../host/core/kernel/provider-port.js'
import { suite } from '../../../harness.js'
import { until } from '../support.js'
import { Supervised } from './supervised.js'
import { version } from './world.js'

const test = suite('plugin-host/acts')
let it: Supervised

test.before.each(() => {
  it = new Supervised()
})
test.after.each(() => it.end())

const connect = (fence: number): DialAct => ({
  fence,
  kind: 'connect',
  provider: 'p/main',
  parameters: { connection: { name: 'office', type: 'lab', config: 'x' }, adapter: null },
})

test('an act is sent once, and its answer comes back', async () => {
  it.supervisor.act(connect(1))
  await until(() => it.sent().length === 1)
  assert.equal(it.results, [])
  await it.say('answer')
  await until(() => it.results.length === 1)
  assert.equal(it.results[0]!.result, { outcome: 'done', answer: { result: 'SUCCESS', evidence: 'a' } })
})

test('an act whose process ends is interrupted, and sent to no other process', async () => {
  it.supervisor.act(connect(1))
  await until(() => it.sent().length === 1)
  await it.say('end')
  await until(() => it.results.length === 1)
  assert.is(it.results[0]!.result.outcome, 'interrupted')
  await until(() => it.supervisor.row.state === 'idle')
  await it.say('hello')
  it.supervisor.act(connect(2))
  await until(() => it.sent().length === 2)
  assert.equal(it.sent(), ['a 1', 'a 2'])
})

test('a version that is saved takes over when no act is open; what comes meanwhile is its own', async () => {
  it.supervisor.act(connect(1))
  await until(() => it.sent().length === 1)
  it.supervisor.found(version('b', false), null)
  await until(() => it.notes.includes('plugin-reload-started'))
  await until(() => it.supervisor.versions.candidate?.pid)
  // The candidate has nothing to verify: once it is active, only the act is in its way.
  await new Promise((resolve) => setTimeout(resolve, 500))
  assert.not(it.notes.includes('plugin-reloaded'))
  it.supervisor.act(connect(2))
  assert.equal(it.sent(), ['a 1'])
  await it.say('answer')
  await until(() => it.notes.includes('plugin-reloaded'))
  await until(() => it.sent().length === 2)
  assert.equal(it.sent(), ['a 1', 'b 2'])
  assert.equal(it.results[0]!.result, { outcome: 'done', answer: { result: 'SUCCESS', evidence: 'a' } })
})

test('what was interrupted by a crash in the probation is not sent to the version that is back', async () => {
  await it.say('hello')
  it.supervisor.found(version('b', false), null)
  await until(() => it.notes.includes('plugin-reloaded'))
  it.supervisor.act(connect(1))
  await until(() => it.sent().length === 1)
  await it.say('end')
  await until(() => it.notes.includes('plugin-rolled-back'))
  assert.equal(
    it.results.map(({ result }) => result.outcome),
    ['interrupted'],
  )
  await it.say('hello')
  assert.equal(it.sent(), ['b 1'])
  assert.is(it.supervisor.current.build, 'a')
})

test.run()
