import { ClaimdError } from '@claimd/sdk'
import * as assert from 'uvu/assert'
import { claimdError } from '../../../host/core/errors.js'
import { Counters } from '../../../host/core/kernel/counters.js'
import { Questions } from '../../../host/core/kernel/questions.js'
import { Turn } from '../../../host/core/kernel/turn.js'
import { eventDocument } from '../../../host/core/views/events/event-document.js'
import { suite } from '../../harness.js'
import { link, MemoryStore, mine, notMine, Rig, who } from './rig.js'

const test = suite('core/core-engine')

const full = 'SQLITE_FULL: database or disk is full'

test('what one turn decides is one transaction', () => {
  const rig = new Rig()
  const links = Array.from({ length: 100 }, (_, i) => link(`lab${i}`))
  const before = rig.store.commits
  rig.start(links, [{ id: 'x/a', offer: ({ adapter }) => mine(adapter.name) }])
  assert.is(rig.services.status.get().adapters.claimed, 100)
  assert.ok(rig.store.commits - before <= 3, `${rig.store.commits - before} transactions`)
})

test('nothing is announced before it is stored', () => {
  const store = new MemoryStore()
  const rig = new Rig({ store })
  rig.engine.onEvents((events) => {
    for (const event of events) assert.equal(rig.services.events.after(event.revision - 1, 1), [event])
  })
  rig.start([link('lab0')], [{ id: 'x/a', offer: () => mine('lab') }])
  assert.ok(rig.types().includes('claimed'))
})

test('a plugin is asked while the disk writes; but not before it was told what it no longer holds', () => {
  const story: string[] = []
  const lab0 = link('lab0')
  let holds = true
  const says = (what: string) => () => {
    story.push(what)
    return holds ? mine('lab') : notMine()
  }
  const rig = new Rig().start([], [{ id: 'x/a', offer: says('asked'), verify: says('verified') }])
  rig.engine.onEvents((events) => story.push(...events.map(({ type }) => type)))
  rig.onTold = ({ reason }) => story.push(`told ${reason}`)
  rig.link(lab0)
  assert.equal(story.splice(0), ['asked', 'adapter-appeared', 'claimed', 'round'])
  holds = false
  rig.link({ ...lab0, addresses: ['10.0.0.1/24'] })
  assert.equal(story.splice(0), [
    'verified',
    'asked',
    'adapter-changed',
    'given-up',
    'claim-ended',
    'round',
    'told gone',
  ])
  holds = true
  rig.link(lab0)
  assert.is(story[0], 'asked')
})

test('what only leads to questions is stored with their answers, or soon, or when somebody looks', () => {
  const rig = new Rig().start([], [{ id: 'x/a', offer: () => mine('lab') }])
  const before = rig.store.commits
  rig.link(link('lab0'))
  assert.is(rig.store.commits, before + 1, 'the link and its claim')
  const silent = new Rig().start([], [{ id: 'x/a', offer: () => null }])
  silent.link(link('lab1'))
  assert.not.ok(silent.types().includes('adapter-appeared'))
  silent.clock.run(4)
  assert.not.ok(silent.types().includes('adapter-appeared'))
  silent.clock.run(1)
  assert.ok(silent.types().includes('adapter-appeared'))
  silent.link(link('lab2'))
  assert.is(silent.row('lab2').state, 'offered')
  assert.is(silent.events.at(-1)!.name, 'lab2', 'what is shown has been announced')
  silent.engine.submit({ type: 'link', link: link('lab3') })
  silent.engine.stop()
  assert.ok(silent.store.state().adapters.some(({ name }) => name === 'lab3'))
})

test('that the store is gone is found without a decision, with what to do, and so is that it is back', () => {
  const rig = new Rig().start([link('lab0')], [{ id: 'x/a', offer: () => mine('lab') }])
  rig.store.removed = claimdError('STORE_DEGRADED', { message: 'it was removed', remedy: 'Put it back' })
  rig.engine.checkStore()
  const { health, because, remedy } = rig.services.status.get()
  assert.equal([health, because, remedy], ['degraded', 'it was removed', 'Put it back'])
  assert.is(rig.row('lab0').state, 'claimed')
  rig.store.removed = null
  rig.engine.checkStore()
  assert.equal([rig.services.status.get().health, rig.services.status.get().remedy], ['running', null])
  rig.clock.run()
  assert.ok(rig.types().includes('recovered'))
})

test('what waited to be stored and cannot be is stored later', () => {
  const rig = new Rig().start([], [{ id: 'x/a', offer: () => ({ after: 100, answer: mine('lab') }) }])
  rig.link(link('lab0'))
  rig.store.failure = full
  rig.clock.run(10)
  assert.is(rig.services.status.get().health, 'degraded')
  assert.is(rig.row('lab0').state, 'unmanaged')
  rig.store.failure = null
  rig.clock.run(10_000)
  const about = rig.events.filter(({ name }) => name === 'lab0').map(({ type }) => type)
  assert.equal([about[0], about.includes('claimed')], ['adapter-appeared', true])
})

test('however many events one turn leads to, all are stored and announced', () => {
  const links = Array.from({ length: 3_000 }, (_, number) => link(`lab${number}`))
  const rig = new Rig().start(links, [{ id: 'x/a', offer: ({ adapter }) => mine(adapter.name) }])
  const count = (type: string) => rig.types().filter((one) => one === type).length
  assert.equal([count('adapter-appeared'), count('claimed')], [3_000, 3_000])
  assert.is(rig.rounds('lab2999').length, 1)
  rig.engine.submit({ type: 'snapshot', reason: 'overflow', links: [] })
  rig.clock.run()
  assert.equal([count('adapter-removed'), count('claim-ended')], [3_000, 3_000])
  assert.is(rig.store.load().revision, rig.events.length)
})

test('what a provider was shown before a kill does not mean something else after it', () => {
  const store = new MemoryStore()
  const rig = new Rig({ store }).start([], [{ id: 'x/a', offer: () => null }])
  rig.engine.submit({ type: 'link', link: link('lab0', { index: 9 }) })
  rig.clock.run()
  assert.not.ok(
    store.state().adapters.some(({ name }) => name === 'lab0'),
    'it is asked, and not stored yet',
  )
  const shown = rig.asked.at(-1)!
  const again = new Rig({ store }).start([link('other', { index: 9 })], [{ id: 'x/a', offer: () => null }])
  const other = again.asked.at(-1)!
  assert.is.not(other.adapter.id, shown.adapter.id)
  assert.ok(other.fence > shown.fence, `${other.fence} after ${shown.fence}`)
})

test('a disk that fails before the plugins are known makes no orphans', () => {
  const lab0 = link('lab0')
  const before = new Rig().start([lab0], [{ id: 'x/a', offer: () => mine('lab') }])
  const rig = new Rig({ store: before.store })
  rig.store.failure = full
  rig.engine.submit({ type: 'snapshot', reason: 'start', links: [lab0] })
  rig.clock.run()
  assert.is(rig.services.status.get().health, 'degraded')
  assert.equal([rig.row('lab0').state, rig.row('lab0').provisional], ['claimed', true])
})

test('a storm is handled in turns of a bounded size, in its order, and a stop handles all of it', () => {
  const store = new MemoryStore()
  const rig = new Rig({ store }).start([], [])
  const sizes: number[] = []
  rig.engine.onEvents((events) => sizes.push(events.length))
  for (let number = 0; number < 1_000; number++) {
    rig.engine.submit({ type: 'note', note: { type: 'started', version: String(number) } })
  }
  rig.clock.run()
  assert.equal(sizes, [256, 256, 256, 232])
  for (let number = 1_000; number < 2_000; number++) {
    rig.engine.submit({ type: 'note', note: { type: 'started', version: String(number) } })
  }
  rig.engine.stop()
  const notes = store.events(0, 10_000).filter((event) => event.type === 'started')
  assert.equal(
    notes.map(({ version }) => version),
    notes.map((_, number) => String(number)),
  )
  assert.is(notes.length, 2_000)
})

test('revisions rise by one and go on after a restart', () => {
  const lab0 = link('lab0')
  const rig = new Rig().start([lab0], [{ id: 'x/a', offer: () => mine('lab') }])
  const again = new Rig({ store: rig.store }).start([lab0], [{ id: 'x/a', offer: () => mine('lab') }])
  const revisions = [...rig.events, ...again.events].map((event) => event.revision)
  assert.equal(
    revisions,
    revisions.map((_, i) => i + 1),
  )
})

test('a claim that cannot be stored is taken back, the provider is told, and none is made until it can be', () => {
  const rig = new Rig().start([link('held0')], [{ id: 'x/a', offer: ({ adapter }) => mine(adapter.name) }])
  rig.store.failure = full
  rig.link(link('lab0'))
  assert.is(rig.row('lab0').state, 'unmanaged')
  assert.match(rig.row('lab0').because, 'SQLITE_FULL')
  assert.is(rig.row('held0').state, 'claimed')
  assert.is(rig.services.status.get().health, 'degraded')
  assert.not.ok(rig.events.some((event) => event.name === 'lab0'))
  const asked = rig.asked.length
  rig.link(link('lab1'))
  rig.clock.run(10_000)
  assert.is(rig.asked.length, asked)
  rig.store.failure = null
  rig.clock.run(10_000)
  assert.is(rig.services.status.get().health, 'running')
  assert.is(rig.row('lab0').state, 'claimed')
  assert.is(rig.row('lab1').state, 'claimed')
  assert.equal(
    rig.types().filter((type) => type === 'degraded' || type === 'recovered'),
    ['degraded', 'recovered'],
  )
})

test('that decisions are stored again tells how many events are lost, if any', () => {
  const rig = new Rig().start([], [])
  const turn = new Turn<never>({ now: 0, at: '' }, new Counters(0, 0), new Questions())
  for (const lost of [0, 1, 2]) rig.engine.claims.storeRecovered(lost, turn)
  assert.equal(
    turn.out.events
      .filter(({ type }) => type === 'recovered')
      .map((event) => eventDocument({ revision: 1, ...event }).message),
    [
      'decisions are stored again',
      'decisions are stored again; one event of the time between is lost',
      'decisions are stored again; 2 events of the time between are lost',
    ],
  )
})

test('a yes that could not be stored is told void', () => {
  const rig = new Rig().start([], [{ id: 'x/a', offer: () => ({ after: 100, answer: mine('lab') }) }])
  rig.link(link('lab0'))
  rig.store.failure = full
  rig.clock.run(100)
  assert.equal(
    rig.told.map(({ reason }) => reason),
    ['void'],
  )
  assert.is(rig.row('lab0').state, 'unmanaged')
})

test('a hand-over that cannot be stored leaves the old holder', () => {
  const net = { id: 'x/net', band: 'generic' as const, offer: () => mine('net') }
  const rig = new Rig().start([link('lab0')], [net])
  rig.store.failure = full
  rig.provide([net, { id: 'x/better', offer: () => mine('better') }])
  assert.is(rig.row('lab0').provider, 'x/net')
  assert.is(rig.store.state().holdings[0]!.provider, 'x/net')
  assert.equal(
    rig.told.map(({ provider, reason }) => `${provider} ${reason}`),
    ['x/better void'],
    'the old holder hears nothing',
  )
  rig.store.failure = null
  rig.clock.run(10_000)
  assert.is(rig.row('lab0').provider, 'x/better')
})

test('what really ended in a turn that could not be stored is told once it can be', () => {
  const [a, b] = [link('lab0'), link('lab1')]
  const rig = new Rig().start([a], [{ id: 'x/a', offer: ({ adapter }) => mine(adapter.name) }])
  rig.store.failure = full
  rig.engine.submit({ type: 'link', link: b })
  rig.clock.run()
  rig.store.failure = null
  rig.clock.run(10_000)
  rig.store.failure = full
  // In one turn: one claim ends because its link is gone, and another is made.
  rig.engine.submit({ type: 'link-gone', index: a.index, movedTo: null })
  rig.engine.submit({ type: 'link', link: link('lab2') })
  rig.clock.run()
  rig.store.failure = null
  rig.clock.run(10_000)
  const told = rig.events.filter((event) => event.name === 'lab0' && event.type === 'claim-ended')
  assert.is(told.length, 1)
  assert.is(rig.types().filter((type) => type === 'claimed').length, 3)
})

test('while nothing can be stored, disconnect is still refused, and release and offer say why they cannot be', async () => {
  const rig = new Rig().start(
    [link('lab0'), link('open0')],
    [
      { id: 'x/a', match: [{ name: 'lab0' }], offer: () => mine('lab') },
      { id: 'x/b', match: [{ name: 'open0' }], offer: () => notMine() },
    ],
  )
  rig.store.failure = full
  const outcomes: string[] = []
  for (const ask of [
    () => rig.services.connections.disconnect('lab', who),
    () => rig.services.adapters.release('lab0', 'because', who),
    () => rig.services.adapters.release('lab0', 'because', who),
    () => rig.services.adapters.offer('open0', who),
  ]) {
    const error = await rig.reply(ask() as Promise<unknown>).catch((reason: unknown) => reason)
    outcomes.push(error instanceof ClaimdError ? error.code : String(error))
  }
  assert.equal(outcomes, ['CLAIMED_OUT_OF_BAND', 'STORE_DEGRADED', 'STORE_DEGRADED', 'STORE_DEGRADED'])
  assert.is(rig.row('lab0').state, 'claimed')
  assert.is((await rig.reply(rig.services.connections.disconnectAll(who))).refused.length, 1)
})

test('a release that could not be stored does not hold', async () => {
  const rig = new Rig().start([link('lab0')], [{ id: 'x/a', offer: () => mine('lab') }])
  rig.store.failure = full
  const error = await rig
    .reply(rig.services.adapters.release('lab0', 'because', who))
    .catch((reason: unknown) => reason)
  assert.is((error as ClaimdError).code, 'STORE_DEGRADED')
  assert.is(rig.row('lab0').state, 'claimed')
  assert.is(rig.row('lab0').connection, 'lab')
  rig.store.failure = null
  rig.clock.run(10_000)
  const stored = rig.store.state()
  assert.equal([stored.holdings.length, stored.releases.length], [1, 0])
})

test('after a time without a store, the store equals the memory again', () => {
  const [a, b] = [link('lab0'), link('lab1')]
  const rig = new Rig().start([a, b], [{ id: 'x/a', offer: ({ adapter }) => mine(adapter.name) }])
  rig.store.failure = full
  rig.gone(a.index)
  rig.link({ ...b, name: 'renamed1' })
  rig.link(link('lab2', { up: false }))
  rig.store.failure = null
  rig.clock.run(10_000)
  const stored = rig.store.state()
  assert.equal(stored.adapters.map(({ name }) => name).sort(), ['lab2', 'renamed1'])
  assert.equal(stored.holdings.map(({ connection }) => connection).sort(), ['lab1', 'lab2'])
})

test('a holder that was being asked when its release could not be stored is asked again', async () => {
  const slow = { after: 100, answer: mine('lab') }
  const lab0 = link('lab0')
  const rig = new Rig().start([lab0], [{ id: 'x/a', offer: () => mine('lab'), verify: () => slow }])
  rig.link({ ...lab0, addresses: ['10.0.0.1/24'] })
  rig.store.failure = full
  await rig.reply(rig.services.adapters.release('lab0', 'because', who)).catch(() => {})
  rig.store.failure = null
  rig.clock.run(10_000)
  assert.equal(rig.askedWho.slice(-2), ['verify x/a lab0', 'verify x/a lab0'])
  assert.is(rig.types().filter((type) => type === 'verified').length, 1)
})

test('a claim that is made and ends with its link in a turn that cannot be stored is told as both', () => {
  const lab0 = link('lab0')
  const rig = new Rig().start([lab0], [{ id: 'x/a', offer: () => null }])
  rig.store.failure = full
  rig.answer(rig.asked[0]!, mine('lab'))
  rig.gone(lab0.index)
  rig.store.failure = null
  rig.clock.run(10_000)
  const about = rig.types().filter((type) => type === 'claimed' || type === 'claim-ended')
  assert.equal(about, ['claimed', 'claim-ended'])
})

test('a hand-over that ends with its link in a turn that cannot be stored is told to the old holder', () => {
  const net = { id: 'x/net', band: 'generic' as const, offer: () => mine('net') }
  const lab0 = link('lab0')
  const rig = new Rig().start([lab0], [net])
  rig.provide([net, { id: 'x/better', offer: () => null }])
  rig.store.failure = full
  rig.answer(rig.asked.at(-1)!, mine('better'))
  rig.gone(lab0.index)
  const told = rig.told.map(({ provider, reason }) => `${provider} ${reason}`)
  assert.equal(told, ['x/net handed-over', 'x/better gone'])
})

test('who made a claim that could not be stored has not held the adapter before', () => {
  const lab0 = link('lab0')
  const rig = new Rig().start(
    [lab0],
    [
      { id: 'x/a', priority: 90, offer: () => notMine() },
      { id: 'x/b', offer: () => mine('b') },
    ],
  )
  rig.gone(lab0.index)
  const silent = { offer: () => null }
  rig.provide([
    { id: 'x/a', priority: 90, ...silent },
    { id: 'x/b', ...silent },
  ])
  rig.link(lab0)
  assert.is(rig.asked.at(-1)!.provider, 'x/b', 'it held the adapter before')
  rig.clock.run(2_000)
  rig.store.failure = full
  rig.answer(rig.asked.at(-1)!, mine('a'))
  rig.clock.run()
  rig.store.failure = null
  rig.clock.run(2_000)
  assert.is(rig.asked.at(-1)!.provider, 'x/b', 'still')
  assert.is(rig.store.state().holders[0]!.provider, 'x/b')
})

test('a second answer for a claim whose release could not be stored is no loss of it', () => {
  const rig = new Rig().start([link('lab0')], [{ id: 'x/a', offer: () => mine('lab') }])
  rig.store.failure = full
  rig.services.adapters.release('lab0', 'because', who).catch(() => {})
  rig.answer(rig.asked[0]!, mine('lab'))
  rig.clock.run()
  assert.equal([rig.row('lab0').provider, rig.told], ['x/a', []])
})

test('what became of a holder in the turn in which its release could not be stored counts', () => {
  const holder = { id: 'x/a', offer: () => mine('lab'), verify: () => mine('lab') }
  const rig = new Rig().start([link('lab0')], [holder])
  rig.store.failure = full
  rig.services.adapters.release('lab0', 'because', who).catch(() => {})
  rig.provide([{ ...holder, status: 'disabled', because: 'by the operator' }])
  assert.is(rig.row('lab0').state, 'orphaned')
  rig.store.failure = null
  rig.provide([{ ...holder, build: 'build-2' }])
  assert.is(rig.row('lab0').state, 'claimed')
  assert.is(rig.askedWho.at(-1), 'verify x/a lab0')
})

test('a safety net whose adapter became a port in the turn in which its release could not be stored lets go', () => {
  const lab0 = link('lab0')
  const rig = new Rig().start([lab0], [{ id: 'x/net', band: 'generic', offer: () => mine('lab') }])
  rig.store.failure = full
  rig.services.adapters.release('lab0', 'because', who).catch(() => {})
  rig.link({ ...lab0, master: 900, portOf: 'bridge' })
  assert.equal([rig.row('lab0').state, rig.row('lab0').provider], ['ignored', null])
  assert.equal(
    rig.told.map(({ reason }) => reason),
    ['gone'],
  )
})

test('no claim is made either while nothing can be stored for a reason without words', () => {
  const rig = new Rig().start([link('lab0')], [])
  const commit = rig.store.commit.bind(rig.store)
  rig.store.commit = () => {
    throw new Error('')
  }
  rig.provide([{ id: 'x/a', offer: () => mine('lab') }])
  rig.clock.run(5_000)
  assert.equal([rig.row('lab0').provider, rig.told.length], [null, 1])
  rig.store.commit = commit
  rig.clock.run(5_000)
  assert.is(rig.row('lab0').provider, 'x/a')
})

test('a holder that is reloaded in the turn in which its release could not be stored is asked to confirm', () => {
  const holder = { id: 'x/a', offer: () => mine('lab'), verify: () => mine('lab') }
  const rig = new Rig().start([link('lab0')], [holder])
  rig.store.failure = full
  rig.services.adapters.release('lab0', 'because', who).catch(() => {})
  rig.provide([{ ...holder, build: 'build-2' }])
  assert.equal(rig.askedWho, ['offer x/a lab0', 'verify x/a lab0'])
})

test.run()
