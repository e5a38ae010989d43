import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { type Row, RowKind, RowWrites } from '../../../../host/core/kernel/rows.js'
import { suite } from '../../../harness.js'

const test = suite('core/kernel/rows')

interface Named {
  name: string
  number: number
}

const parents = new RowKind<Named>('parent', ({ name }) => name)
const children = new RowKind<Named>('child', ({ name }) => name, { goesWith: parents })
const grandchildren = new RowKind<Named>('grandchild', ({ name }) => name, { goesWith: children })
const recent = new RowKind<Named>('recent', ({ name }) => name, { latestLast: true })

test('each row is written once, as it was last; what is found by its kind has its order', () => {
  const writes = new RowWrites()
  writes.put(parents, { name: 'a', number: 1 })
  writes.drop(parents, 'a')
  writes.put(parents, { name: 'a', number: 2 })
  writes.put(recent, { name: 'b', number: 3 })
  assert.equal(writes.list(), [
    { kind: 'parent', key: 'a', value: { name: 'a', number: 2 }, last: false },
    { kind: 'recent', key: 'b', value: { name: 'b', number: 3 }, last: true },
  ])
  const rows: Row[] = [
    { kind: 'recent', key: 'b', value: 'second kind' },
    { kind: 'parent', key: 'c', value: 1 },
    { kind: 'parent', key: 'a', value: 2 },
  ]
  assert.equal(parents.of(rows), [1, 2])
})

test('what goes with a row goes with it, also what was written for it in the same turn', () => {
  const writes = new RowWrites()
  writes.drop(parents, 'a')
  writes.put(children, { name: 'a', number: 1 })
  writes.put(children, { name: 'b', number: 1 })
  const dropped = writes.list().filter(({ value }) => value === undefined)
  assert.equal(dropped.map(({ kind, key }) => `${kind} ${key}`).sort(), [
    'child a',
    'grandchild a',
    'parent a',
  ])
  assert.is(writes.list().length, 4)
})

test('writes that are added one after the other come to the same as all at once', () => {
  const kind = fc.constantFrom(parents, children, grandchildren, recent)
  const step = fc.record({ kind, name: fc.constantFrom('a', 'b', 'c'), number: fc.option(fc.nat()) })
  const apply = (
    writes: RowWrites,
    { kind, name, number }: { kind: RowKind<Named>; name: string; number: number | null },
  ) => (number === null ? writes.drop(kind, name) : writes.put(kind, { name, number }))
  fc.assert(
    fc.property(fc.array(fc.array(step)), (turns) => {
      const whole = new RowWrites()
      const added = new RowWrites()
      for (const turn of turns) {
        const one = new RowWrites()
        for (const each of turn) {
          apply(whole, each)
          apply(one, each)
        }
        added.add(one)
      }
      assert.equal(added.list(), whole.list())
    }),
  )
})

test.run()
