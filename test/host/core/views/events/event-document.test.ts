import { type EventDocument, eventTypes } from '@claimd/sdk'
import * as assert from 'uvu/assert'
import { documentedEvents } from '../../../../../host/build/events-page.js'
import type { StoredEvent } from '../../../../../host/core/kernel/journal-event.js'
import { eventDocument, namesAdapter } from '../../../../../host/core/views/events/event-document.js'
import { suite } from '../../../../harness.js'
import { link, mine, notMine, Rig, who } from '../../rig.js'

const test = suite('core/views/events/event-document')

const head = { revision: 7, at: '2026-03-02T10:15:20.000Z', adapter: '1.1', name: 'lab0' }
const say = (type: string, details: object): string => eventDocument({ ...head, type, ...details }).message

/** What every event has. */
const common = ['revision', 'at', 'type', 'adapter', 'name', 'about', 'message', 'merged']

/** Much of what the core can tell. */
async function story(): Promise<EventDocument[]> {
  const lab = { id: 'x/lab', band: 'exact' as const, offer: () => mine('lab'), verify: () => mine('lab') }
  const net = { id: 'y/net', band: 'generic' as const, offer: () => mine('net'), verify: () => mine('net') }
  const lab0 = link('lab0')
  const rig = new Rig().start([lab0], [net])
  rig.provide([net, lab])
  rig.link({ ...lab0, up: false, carrier: null }, lab0)
  rig.provide([net])
  rig.provide([net, { ...lab, verify: () => notMine() }])
  const asked: Promise<unknown>[] = [
    rig.services.connections.disconnectAll(who),
    rig.services.connections.disconnect('lab', who).catch(() => {}),
    rig.services.adapters.offer('lab0', who).catch(() => {}),
  ]
  rig.clock.run(60_000)
  asked.push(rig.services.adapters.release('lab0', 'for a test', who))
  rig.clock.run()
  await Promise.all(asked)
  rig.engine.submit({
    type: 'settings',
    settings: { order: [], ignore: [{ name: 'lab0' }], connections: [] },
  })
  rig.link({ ...lab0, name: 'lab1' })
  for (let time = 0; time < 5; time++) rig.link({ ...lab0, up: false, carrier: null }, lab0)
  rig.clock.run(30_000)
  rig.gone(lab0.index)
  return rig.events
}

test('an event holds what the catalogue says of its type, and no more', async () => {
  const fields = new Map(documentedEvents().map(({ type, fields }) => [type, fields]))
  const events = await story()
  const types = new Set(events.map(({ type }) => type))
  assert.ok(types.size >= 14, [...types].join(' '))
  for (const { type, ...event } of events) {
    const known = [...common, ...fields.get(type)!]
    assert.equal(
      Object.keys(event).filter((field) => !known.includes(field)),
      [],
      type,
    )
    assert.not.match(event.message, /undefined|null|NaN/, type)
    if (event.name !== null) assert.is(event.message.includes(event.name), namesAdapter(type), event.message)
  }
})

test('what changed is there in words and for programs', () => {
  const lab0 = link('lab0', { addresses: ['10.0.0.1/24'] })
  const rig = new Rig().start([lab0], [])
  rig.link({ ...lab0, up: false, carrier: null, addresses: [] })
  const changed = rig.events.find(
    (event) => event.type === 'adapter-changed',
  ) as EventDocument<'adapter-changed'>
  assert.equal(changed.changes, ['went down', '10.0.0.1/24 removed'])
  assert.equal(changed.differences, [{ kind: 'down' }, { kind: 'address-removed', address: '10.0.0.1/24' }])
})

test('the sentence is made of the details, and is not in the store', async () => {
  const rig = new Rig().start([link('lab0')], [{ id: 'x/lab', offer: () => mine('lab') }])
  assert.ok(rig.store.events(0, 100).every((event) => !('message' in event)))
  const claimed = rig.events.find(({ type }) => type === 'claimed')!
  assert.is(claimed.message, 'lab0 is claimed: x/lab holds it for connection lab')
  assert.equal(
    rig.services.events.after(0, 100).map(({ message }) => message),
    rig.events.map(({ message }) => message),
  )
})

test('an event that an earlier version stored keeps its sentence, and gets what it is about', () => {
  const old: StoredEvent = {
    ...{ ...head, type: 'claimed', message: 'as it was said then' },
    ...{ provider: '@acme/lab/lab', connection: 'office' },
  }
  const { message, about } = eventDocument(old)
  assert.is(message, 'as it was said then')
  assert.equal(about, { adapter: '1.1', connection: 'office', plugin: '@acme/lab' })
})

test('a note with its sentence, as older recordings have it, keeps the sentence', () => {
  const rig = new Rig().start([], [])
  const note = { type: 'started', version: '0.9.0', message: 'claimd has begun' } as const
  rig.engine.submit({ type: 'note', note })
  rig.clock.run()
  assert.is(rig.events.at(-1)!.message, 'claimd has begun')
  assert.is(rig.store.events(0, 100).at(-1)!.message, 'claimd has begun')
})

test('an event of a type that is not known is told by its type', () => {
  assert.is(say('from-the-future', {}), 'from-the-future')
})

test('what is repeated, and who ran meanwhile, is in the sentence', () => {
  const refusal = { who: 'uid 7', unrecorded: 3, what: 'offer', refusal: 'no' }
  assert.is(
    say('refused', refusal),
    'uid 7 was refused: no (and 3 times before that, not recorded one by one)',
  )
  const programs = [{ plugin: 'acme', pid: 71, program: '/opt/dhcp-helper' }]
  const outside = { holder: 'x/lab', programs, otherPrograms: 2 }
  assert.is(
    say('adapter-changed', { changes: ['went down'], byHolder: false, ...outside }),
    'lab0: went down (held by x/lab; nothing was done about it, while dhcp-helper (pid 71) of plugin acme and 2 others ran)',
  )
  assert.is(
    say('adapter-changed', { changes: ['went down'], byHolder: true, holder: null }),
    'lab0: went down (by its holder)',
  )
  assert.is(
    say('adapter-removed', { because: 'it is another link now', holder: null }),
    'lab0 was removed: it is another link now',
  )
})

test('there is a sentence for every type', () => {
  const details = {
    programs: [],
    changes: [],
    faults: [],
    answers: [],
    folders: [],
    round: {},
    build: '',
    from: '',
    to: '',
  }
  const given = { ...details, because: 'x', problem: 'x', refusal: 'x' }
  const silent = eventTypes.filter((type) => [type, 'undefined'].includes(say(type, given)))
  assert.equal(silent, [])
})

test.run()
