import * as assert from 'uvu/assert'
import type { Caller } from '../../../host/plugin-host/services/caller.js'
import { note, type Step } from '../../../host/plugin-host/supervisor/step.js'
import { suite } from '../../harness.js'

const test = suite('plugin-host/plugin-note')

/** Is only compiled: each line below such a comment must be an error. */
export function mistakes(caller: Caller, step: Step): void {
  // @ts-expect-error The plugin host does not tell of claims.
  caller.note('claimed', 'eth0 is claimed', {})
  // @ts-expect-error A detail is misspelt.
  caller.note('link-made', 'made the link lab7', { links: 'lab7' })
  // @ts-expect-error A detail is missing.
  note(step, 'plugin-rolled-back', 'it is back', { from: 'a', to: 'b' })
  // @ts-expect-error All of them are missing.
  note(step, 'plugin-reload-started', 'it is tried')
  // @ts-expect-error There is no such type.
  note(step, 'plugin-vanished', 'it is gone')
}

test('what the supervisor tells without details has none', () => {
  const step = { effects: [] } as unknown as Step
  note(step, 'plugin-quarantined', 'it failed too often')
  note(step, 'plugin-ended', 'it ended', { restarts: 2 })
  assert.equal(step.effects, [
    { do: 'note', type: 'plugin-quarantined', message: 'it failed too often', details: {} },
    { do: 'note', type: 'plugin-ended', message: 'it ended', details: { restarts: 2 } },
  ])
})

test.run()
