import * as assert from 'uvu/assert'
import { suite } from '../../../../harness.js'
import { clone } from '../../explore/clone.js'
import { digestOf } from './canonical.js'
import { eventsOf } from './events.js'
import { explore } from './explore.js'
import { describe, full, small } from './slices.js'
import { World } from './world.js'

const test = suite('core/connections/explore')

for (const setup of small) {
  test(
    `every state of ${describe(setup)}: every property holds`,
    () => {
      const { failure, states } = explore(setup, 40)
      assert.is(failure, null, failure ?? '')
      assert.ok(states > 50, `${states} states`)
    },
    { timeout: 60_000 },
  )
}

test('a clone goes on as the world itself would have', () => {
  for (const setup of full) {
    const played = new World(setup)
    let cloned = new World(setup)
    for (let step = 0; step < 40; step++) {
      const events = eventsOf(played)
      if (events.length === 0) break
      const event = events[(step * 7 + events.length) % events.length]!
      const before = digestOf(cloned)
      const after = clone(cloned)
      after.apply(event)
      played.apply(event)
      assert.is(digestOf(cloned), before, `${event} changes only the clone`)
      assert.is(digestOf(after), digestOf(played), `${event} leads to the same state`)
      cloned = after
    }
  }
})

test.run()
