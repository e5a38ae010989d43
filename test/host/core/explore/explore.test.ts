import * as assert from 'uvu/assert'
import { suite } from '../../../harness.js'
import { digestOf } from './canonical.js'
import { clone } from './clone.js'
import { eventsOf } from './events.js'
import { explore } from './explore.js'
import { Machine } from './machine.js'
import { describe, full, small } from './slices.js'

const test = suite('core/explore')

for (const limits of small) {
  test(
    `every state of two adapters and three providers with ${describe(limits)}: every property holds`,
    () => {
      const { failure, states } = explore(limits)
      assert.is(failure, null, failure ?? '')
      assert.ok(states > 100, `${states} states`)
    },
    { timeout: 60_000 },
  )
}

test('a clone goes on as the machine itself would have', () => {
  for (const limits of full) {
    const played = new Machine(limits)
    let cloned = new Machine(limits)
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
