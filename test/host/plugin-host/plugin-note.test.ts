import * as assert from 'uvu/assert'
import type { AcceptedPlugin } from '../../../host/plugin-host/discovery/found-plugin.js'
import type { Caller } from '../../../host/plugin-host/services/caller.js'
import { changeOf, note, type Step, versionOf } from '../../../host/plugin-host/supervisor/step.js'
import { suite } from '../../harness.js'

const test = suite('plugin-host/plugin-note')

/** Is only compiled: each line below such a comment must be an error. */
export function mistakes(caller: Caller, step: Step): void {
  // @ts-expect-error The plugin host does not tell of claims.
  caller.note('claimed', { provider: 'x/lab', connection: 'lab', evidence: null, fence: 1 })
  // @ts-expect-error A detail is misspelt.
  caller.note('link-made', { kind: 'dummy', links: 'lab7' })
  // @ts-expect-error A detail is missing.
  note(step, 'plugin-rolled-back', { from: 'a', fromVersion: '1', to: 'b', toVersion: '2' })
  // @ts-expect-error A sentence is no detail: views make it.
  caller.note('link-removed', { link: 'lab7', message: 'removed the link lab7' })
  // @ts-expect-error There is no such type.
  note(step, 'plugin-vanished', {})
}

test('what happens to a version is told with the version and its build', () => {
  const step = { effects: [] } as unknown as Step
  const [old, now] = [
    { version: '1.0.0', build: 'a' },
    { version: '1.1.0', build: 'b' },
  ] as AcceptedPlugin[]
  note(step, 'plugin-ended', { ...versionOf(old!), because: 'it ended with code 1', restarts: 2 })
  note(step, 'plugin-reload-started', changeOf(old!, now!))
  assert.equal(step.effects, [
    {
      do: 'note',
      type: 'plugin-ended',
      details: { version: '1.0.0', build: 'a', because: 'it ended with code 1', restarts: 2 },
    },
    {
      do: 'note',
      type: 'plugin-reload-started',
      details: { from: 'a', fromVersion: '1.0.0', to: 'b', toVersion: '1.1.0' },
    },
  ])
})

test.run()
