import type { EventDocument } from '@claimd/sdk'
import * as fc from 'fast-check'
import * as assert from 'uvu/assert'
import { Coalescing } from '../../../host/control/coalescing.js'
import { suite } from '../../harness.js'

const test = suite('control/coalescing')

const states = ['adapter-changed', 'adapter-ignored', 'round', 'verified', 'verify-pending']
const acts = [
  'claimed',
  'claim-ended',
  'refused',
  'released',
  'handed-over',
  'adapter-renamed',
  'adapter-removed',
]
const event = fc.record({
  type: fc.constantFrom(...states, ...acts),
  adapter: fc.constantFrom('1.1', '2.2', '3.3', null),
})

function numbered(events: { type: string; adapter: string | null }[]): EventDocument[] {
  const head = { at: '', about: {} }
  return events.map(
    (one, at) =>
      ({ ...one, ...head, revision: at + 1, name: one.adapter, message: `${at}` }) as EventDocument,
  )
}

/** The newest revision of each type for each adapter. */
function lastStates(events: readonly EventDocument[]): Record<string, number> {
  const kept = events.filter(({ type, adapter }) => states.includes(type) && adapter !== null)
  return Object.fromEntries(kept.map(({ type, adapter, revision }) => [`${adapter} ${type}`, revision]))
}

test('the newest of one type about one adapter stands for those before it; acts all stay', () => {
  const coalescing = new Coalescing()
  const types = ['adapter-changed', 'claimed', 'adapter-changed', 'claimed', 'adapter-changed']
  for (const one of numbered(types.map((type) => ({ type, adapter: '2.1' })))) coalescing.add(one)
  assert.equal(
    coalescing.take().map(({ revision, type, merged }) => [revision, type, merged]),
    [
      [2, 'claimed', undefined],
      [4, 'claimed', undefined],
      [5, 'adapter-changed', 3],
    ],
  )
  assert.equal(coalescing.take(), [])
})

test('windows of any length: the same last states, every act once, in order, and the counts add up', () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 80 }), fc.array(fc.nat(12)), (given, windows) => {
      const events = numbered(given)
      const coalescing = new Coalescing()
      const seen: EventDocument[] = []
      let left = windows[0] ?? 100
      let next = 1
      for (const one of events) {
        coalescing.add(one)
        if (left-- > 0) continue
        seen.push(...coalescing.take())
        left = windows[next++] ?? 100
      }
      seen.push(...coalescing.take())
      const revisions = seen.map(({ revision }) => revision)
      assert.equal(
        revisions,
        [...new Set(revisions)].sort((a, b) => a - b),
      )
      assert.equal(lastStates(seen), lastStates(events))
      const stays = ({ type, adapter }: EventDocument) => acts.includes(type) || adapter === null
      assert.equal(seen.filter(stays), events.filter(stays))
      assert.is(
        seen.reduce((sum, { merged = 1 }) => sum + merged, 0),
        events.length,
      )
    }),
  )
})

test('whoever resumes after any event of a window has, with what follows, the same last states and acts', () => {
  fc.assert(
    fc.property(fc.array(event, { minLength: 1, maxLength: 40 }), fc.nat(), (given, at) => {
      const events = numbered(given)
      const all = new Coalescing()
      for (const one of events) all.add(one)
      const window = all.take()
      const before = window.slice(0, at % (window.length + 1))
      const cursor = before.at(-1)?.revision ?? 0
      const again = new Coalescing()
      for (const one of events) if (one.revision > cursor) again.add(one)
      const seen = [...before, ...again.take()]
      assert.equal(lastStates(seen), lastStates(events))
      assert.equal(
        seen.filter(({ type }) => acts.includes(type)),
        events.filter(({ type }) => acts.includes(type)),
      )
    }),
  )
})

test.run()
