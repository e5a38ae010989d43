import * as assert from 'uvu/assert'
import { FloodGuard } from '../../../host/plugin-host/flood-guard.js'
import { suite } from '../../harness.js'

const test = suite('plugin-host/flood-guard')

test('the progress of 16 connects is passed on, and not what a plugin tells in a loop', () => {
  const guard = new FloodGuard()
  const passed = () => Array.from({ length: 1_000 }, () => guard.progress()).filter(Boolean).length
  const first = passed()
  assert.ok(first >= 160 && first < 600, `${first}`)
  // It is no reason to end the plugin: its other messages are counted by themselves.
  assert.ok(guard.message())
})

test.run()
