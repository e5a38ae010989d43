import * as assert from 'uvu/assert'
import { suite } from '../../../harness.js'
import { lives, until } from '../support.js'
import { Supervised } from './supervised.js'
import { version } from './world.js'

const test = suite('plugin-host/supervisor-processes')
let it: Supervised

test.before.each(() => {
  it = new Supervised()
})
test.after.each(() => it.end())

test('where one thing that is to be done throws, the others are done all the same', async () => {
  await it.say('hello')
  it.onAvailability = () => {
    throw new Error('the listener failed')
  }
  assert.throws(() => it.supervisor.setDisabled('by a test'), 'the listener failed')
  it.onAvailability = () => {}
  await until(async () => !(await lives(it.pids[0]!)))
  await until(() => it.supervisor.row.state === 'disabled')
})

test('where the machine throws, what happens after that is still taken', async () => {
  await it.say('hello')
  it.onRefusal = () => {
    throw new Error('nothing can be read')
  }
  assert.throws(() => it.supervisor.consider(), 'nothing can be read')
  it.onRefusal = () => {}
  await it.say('hello')
})

test('a plugin is retired when all its processes are gone, however they end', async () => {
  await it.say('hello')
  it.supervisor.found(version('b', false), null)
  await until(() => it.notes.includes('plugin-reloaded'))
  // The one that answers is killed; the one that stands by takes over again, and does not deactivate.
  process.kill(it.pids[0]!, 'SIGSTOP')
  process.kill(it.pids[1]!, 'SIGKILL')
  await it.supervisor.retire('a test')
  for (const pid of it.pids) assert.not(await lives(pid))
})

test.run()
