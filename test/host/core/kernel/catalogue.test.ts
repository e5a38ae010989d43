import type { EventDocument, EventType } from '@claimd/sdk'
import * as assert from 'uvu/assert'
import type { CoreEngine } from '../../../../host/core/core-engine.js'
import { Counters } from '../../../../host/core/kernel/counters.js'
import { Questions } from '../../../../host/core/kernel/questions.js'
import { Turn } from '../../../../host/core/kernel/turn.js'
import { suite } from '../../../harness.js'

const test = suite('core/kernel/catalogue')
const lab0 = { adapter: '1.1', name: 'lab0' }

/** Is only compiled: each line below such a comment must be an error. */
export function mistakes(turn: Turn, engine: CoreEngine, event: EventDocument, type: EventType): void {
  // @ts-expect-error There is no such type.
  turn.emit('adapter-vanished', lab0, {})
  // @ts-expect-error A detail is missing.
  turn.emit('claim-ended', lab0, { provider: 'x/lab', connection: 'lab', cause: 'it is gone' })
  // @ts-expect-error A detail is of another type.
  turn.emit('adapter-renamed', lab0, { from: 7 })
  // @ts-expect-error A detail is misspelt.
  turn.emit('recovered', lab0, { losts: 1 })
  // @ts-expect-error A sentence is no detail: views make it.
  turn.emit('recovered', lab0, { lost: 1, message: 'decisions are stored again' })
  // @ts-expect-error The details of a note are checked as well.
  engine.submit({ type: 'note', note: { type: 'stopped' } })
  // @ts-expect-error So is its type.
  engine.submit({ type: 'note', note: { type: 'halted', version: '1.0.0' } })
  // @ts-expect-error An event says by its type what it holds.
  if (event.type === 'flapping') event.count satisfies string
  // @ts-expect-error A comparison with a type that does not exist.
  if (type === 'claim-finished') return
}

test('an event says what it is about: the adapter, and the connection and plugin that its details name', () => {
  const turn = new Turn<never>({ now: 0, at: '' }, new Counters(0, 0), new Questions())
  const claim = { provider: '@acme/lab/lab', connection: 'office' }
  const about = [
    turn.emit('claim-restored', lab0, claim).about,
    turn.emit('released', lab0, { who: 'root', reason: 'x', provider: null, connection: null }).about,
    turn.emit('recovered', { adapter: null, name: null }, { lost: 0 }).about,
  ]
  turn.note({ type: 'link-made', plugin: '@acme/lab', link: 'lab7' } as { type: string })
  turn.note({ type: 'undone', plugin: 'p', connection: 'c', target: '3.1' } as { type: string })
  turn.note({ type: 'plugin-folder-problem', plugin: '' } as { type: string })
  assert.equal(
    [...about, ...turn.out.events.slice(-3).map((event) => event.about)],
    [
      { adapter: '1.1', connection: 'office', plugin: '@acme/lab' },
      { adapter: '1.1' },
      {},
      { plugin: '@acme/lab' },
      { adapter: '3.1', connection: 'c', plugin: 'p' },
      {},
    ],
  )
})

test.run()
