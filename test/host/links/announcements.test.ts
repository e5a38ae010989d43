import * as fc from 'fast-check'
import * as assert from 'uvu/assert'
import type { Link, LinkEvent } from '../../../host/core/adapters/link.js'
import { SimulatedSource } from '../../../host/links/simulator/index.js'
import { suite } from '../../harness.js'

const test = suite('links/announcements')

type Action =
  | { type: 'add' | 'remove' | 'carrier' | 'down'; name: string }
  | { type: 'rename'; name: string; to: string }
  | { type: 'tell' }
  | { type: 'overflow' }

const name = fc.constantFrom('a', 'b', 'c')
const action: fc.Arbitrary<Action> = fc.oneof(
  fc.record({ type: fc.constantFrom('add', 'remove', 'carrier', 'down'), name }),
  fc.record({ type: fc.constant('rename' as const), name, to: name }),
  fc.constantFrom({ type: 'tell' as const }, { type: 'overflow' as const }),
)

/** What somebody who only hears the events believes. */
function believe(believed: Map<number, Link>, event: LinkEvent): void {
  if (event.type === 'snapshot') {
    believed.clear()
    for (const link of event.links) believed.set(link.index, link)
  } else if (event.type === 'link-gone') {
    assert.ok(believed.delete(event.index), 'only what was told of can go')
  } else {
    assert.not.equal(believed.get(event.link.index), event.link, 'an event tells something new')
    believed.set(event.link.index, event.link)
  }
}

test('whoever hears the events knows the links, and hears nothing twice', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(action, { maxLength: 40 }), async (actions) => {
      const source = new SimulatedSource()
      const believed = new Map<number, Link>()
      const names = new Map<string, number>()
      await source.start((events) => {
        for (const event of events) believe(believed, event)
      })
      for (const step of actions) {
        if (step.type === 'tell') await new Promise(setImmediate)
        else if (step.type === 'overflow') source.overflow()
        else if (step.type === 'add') {
          if (!names.has(step.name)) names.set(step.name, source.add({ name: step.name }))
        } else if (!names.has(step.name)) continue
        else if (step.type === 'rename') {
          if (names.has(step.to)) continue
          names.set(step.to, names.get(step.name)!)
          names.delete(step.name)
          source.rename(step.name, step.to)
        } else if (step.type === 'remove') {
          source.remove(step.name)
          names.delete(step.name)
        } else source.change(step.name, step.type === 'down' ? { up: false } : { up: true })
      }
      await new Promise(setImmediate)
      source.close()
      const told = [...believed.values()].map((link) => [link.name, link.index]).sort()
      assert.equal(told, [...names].sort())
    }),
    { numRuns: 200 },
  )
})

test.run()
