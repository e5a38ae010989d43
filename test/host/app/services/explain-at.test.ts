import type { ExplainDocument } from '@claimd/sdk'
import { ClaimdError } from '@claimd/sdk'
import * as assert from 'uvu/assert'
import { suite } from '../../../harness.js'
import { randomFrom } from '../../../random.js'
import { link, MemoryStore, mine, notMine, Rig, type TestProvider, who } from '../../core/rig.js'

const test = suite('app/services/explain-at')

const minute = 60_000

/** A store whose journal begins later. */
class Ring extends MemoryStore {
  begin = 0

  override oldestRevision(): number {
    return Math.max(this.begin, super.oldestRevision())
  }

  override events(revision: number, limit: number) {
    return super.events(Math.max(revision, this.begin - 1), limit)
  }
}

const lab: TestProvider = { id: 'x/lab', offer: ({ adapter }) => mine(adapter.name, 'it has a lease') }
const net: TestProvider = { id: 'x/net', band: 'generic', offer: () => notMine() }

/** Lets a minute pass. @returns a moment in the middle of it */
function pass(rig: Rig): string {
  rig.clock.run(minute / 2)
  const at = rig.clock.at()
  rig.clock.run(minute / 2)
  return at
}

async function failure(promise: Promise<unknown>): Promise<ClaimdError['document']> {
  try {
    await promise
  } catch (error) {
    if (error instanceof ClaimdError) return error.document
    throw error
  }
  throw new Error('it did not fail')
}

function holder({ state, because, provider, connection }: ExplainDocument) {
  return { state, because, provider, connection }
}

test('the state, who held it and why, and the rounds up to then', async () => {
  const rig = new Rig().start([link('lab0')], [lab])
  const claimed = pass(rig)
  await rig.reply(rig.services.adapters.release('lab0', 'maintenance', who))
  const released = pass(rig)
  await rig.reply(rig.services.adapters.offer('lab0', who))
  const again = pass(rig)
  rig.provide([{ ...lab, status: 'unavailable', because: 'it crashed' }])
  const orphaned = pass(rig)
  rig.provide([
    { ...lab, build: 'build-2', offer: () => notMine(), verify: () => notMine('the lease is over') },
    net,
  ])
  rig.clock.run(minute)
  const ended = pass(rig)

  const explain = (at: string) => rig.services.adapters.explainAt('lab0', at)
  const held = { provider: 'x/lab', connection: 'lab0' }
  const nobody = { provider: null, connection: null }
  assert.equal(holder(await explain(claimed)), { state: 'claimed', because: 'it has a lease', ...held })
  assert.equal(holder(await explain(released)), {
    ...{ state: 'unmanaged', because: 'released by uid 0: maintenance' },
    ...nobody,
  })
  assert.equal(holder(await explain(again)), { state: 'claimed', because: 'it has a lease', ...held })
  const crashed = 'x/lab could not answer for it: it crashed'
  assert.equal(holder(await explain(orphaned)), { state: 'orphaned', because: crashed, ...held })
  const last = await explain(ended)
  assert.equal([last.state, last.provider], ['unmanaged', null])
  const rounds = await Promise.all([claimed, again, ended].map(async (at) => (await explain(at)).rounds))
  assert.equal(
    rounds.map((all) => all.map(({ trigger }) => trigger)),
    [1, 2, rig.rounds('lab0').length].map((count) =>
      rig
        .rounds('lab0')
        .slice(0, count)
        .map(({ trigger }) => trigger),
    ),
  )
  assert.equal([last.at, last.order, last.notes, last.others], [ended, [], [], []])
})

test('an adapter that is gone is found by its id and by the name that it had, also where another has the name now', async () => {
  const rig = new Rig().start([link('lab0', { index: 10 })], [lab])
  const first = pass(rig)
  const one = rig.row('lab0').id
  rig.gone(10)
  const between = pass(rig)
  rig.link(link('lab0', { index: 11 }))
  const second = pass(rig)
  const two = rig.row('lab0').id
  rig.gone(11)
  pass(rig)
  rig.link(link('lab0', { index: 12 }))
  const three = rig.row('lab0').id

  for (const word of ['lab0', one, `id:${one}`, 'name:lab0']) {
    const then = await rig.services.adapters.explainAt(word, first)
    assert.equal([then.id, then.state, then.provider], [one, 'claimed', 'x/lab'], word)
    assert.equal(then.others, [{ id: three, name: 'lab0', until: null }])
  }
  const gone = await rig.services.adapters.explainAt('lab0', between)
  assert.equal([gone.id, gone.state, gone.provider], [one, 'absent', null])
  assert.match(gone.because, 'it was removed at ')
  const then = await rig.services.adapters.explainAt('lab0', second)
  assert.equal([then.id, then.state], [two, 'claimed'])
  assert.equal(
    then.others.map(({ id, until }) => [id, until !== null]),
    [
      [one, true],
      [three, false],
    ],
  )
  assert.equal(then.predecessor?.id, one)
  assert.equal([then.predecessor?.provider, then.predecessor?.connection], ['x/lab', 'lab0'])
})

test('by the name that it had then, and not by the one that it has now', async () => {
  const rig = new Rig().start([link('eth1', { index: 10 })], [lab])
  const before = pass(rig)
  rig.link(link('wan', { index: 10 }))
  const after = pass(rig)
  const { id } = rig.row('wan')
  assert.is((await rig.services.adapters.explainAt('eth1', before)).id, id)
  assert.is((await rig.services.adapters.explainAt('eth1', before)).provider, 'x/lab')
  assert.is((await rig.services.adapters.explainAt('wan', after)).adapter, 'wan')
  const wrong = await failure(rig.services.adapters.explainAt('wan', before))
  assert.is(wrong.code, 'ADAPTER_NOT_FOUND')
  assert.is(wrong.remedy, `the adapter that is called so now (id ${id}) was called eth1 then`)
  assert.is((await failure(rig.services.adapters.explainAt('eth1', after))).code, 'ADAPTER_NOT_FOUND')
  assert.is((await failure(rig.services.adapters.explainAt('a b', after))).code, 'ADAPTER_NAME_MALFORMED')
})

test('before the beginning of the journal, and in the future, it is refused with the reason', async () => {
  const store = new Ring()
  const rig = new Rig({ store }).start([link('lab0')], [lab])
  const early = pass(rig)
  store.begin = rig.events.at(-1)!.revision + 1
  rig.link(link('lab1'))
  const refused = await failure(rig.services.adapters.explainAt('lab0', early))
  assert.is(refused.code, 'MOMENT_UNKNOWN')
  assert.match(refused.message, /^the journal begins at 2023-.*: what was at 2023-.* is not known any more$/)
  assert.match(refused.remedy!, '64 MB, and of these 30 days')
  assert.is(
    (await failure(rig.services.adapters.explainAt('lab0', '2999-01-01T00:00:00.000Z'))).code,
    'USAGE',
  )
})

test('of an adapter whose claim is older than the journal, what came after tells', async () => {
  const store = new Ring()
  const rig = new Rig({ store }).start([link('lab0'), link('lab1'), link('lab2')], [lab])
  pass(rig)
  rig.link(link('other'))
  store.begin = rig.events.at(-1)!.revision
  const at = pass(rig)
  rig.link(link('later'))
  const [, , two] = ['lab0', 'lab1', 'lab2'].map((name) => rig.row(name).id)
  await rig.reply(rig.services.adapters.release('lab1', 'maintenance', who))
  rig.gone(Number(two!.split('.')[0]))
  for (const [word, because] of [
    ['lab0', 'it has a lease'],
    ['lab1', 'x/lab held it; since when, the journal does not hold any more'],
    ['lab2', 'x/lab held it; since when, the journal does not hold any more'],
    [`id:${two}`, 'x/lab held it; since when, the journal does not hold any more'],
  ] as const) {
    const held = { provider: 'x/lab', connection: word.startsWith('id') ? 'lab2' : word }
    const then = await rig.services.adapters.explainAt(word, at)
    assert.equal(holder(then), { state: 'claimed', because, ...held }, word)
  }
  const kept = (await rig.services.adapters.explainAt('lab0', at)).rounds
  assert.is(kept.at(-1)!.outcome, 'claimed by x/lab as connection lab0')
  assert.is((await failure(rig.services.adapters.explainAt('later', at))).code, 'ADAPTER_NOT_FOUND')
})

test('a round that was under way, and that claimd did not run', async () => {
  const slow: TestProvider = { id: 'x/slow', offer: () => ({ after: 1_000, answer: notMine() }) }
  const rig = new Rig().start([link('lab0')], [slow])
  rig.clock.run(500)
  const at = rig.clock.at()
  rig.clock.run(minute)
  const then = await rig.services.adapters.explainAt('lab0', at)
  assert.equal([then.state, then.rounds.at(-1)!.outcome], ['offered', null])
  rig.engine.submit({ type: 'note', note: { type: 'stopped', version: '1.0.0' } })
  const stopped = pass(rig)
  rig.engine.submit({ type: 'note', note: { type: 'started', version: '1.0.0' } })
  const started = pass(rig)
  assert.match(
    (await rig.services.adapters.explainAt('lab0', stopped)).notes.join(),
    'claimd did not run at that moment',
  )
  assert.equal((await rig.services.adapters.explainAt('lab0', started)).notes, [])
})

test('a claim whose connection had to give way has the other name from then on', async () => {
  const rig = new Rig().start([link('lab0')], [lab])
  const before = pass(rig)
  const office = { name: 'lab0', type: 'other', config: {} }
  rig.engine.submit({ type: 'settings', settings: { order: [], ignore: [], connections: [office] } })
  const after = pass(rig)
  const { connection } = rig.row('lab0')
  assert.is.not(connection, 'lab0')
  const at = async (moment: string) => holder(await rig.services.adapters.explainAt('lab0', moment))
  const held = { state: 'claimed', because: 'it has a lease', provider: 'x/lab' }
  assert.equal(await at(before), { ...held, connection: 'lab0' })
  assert.equal(await at(after), { ...held, connection })
})

test('where the clock was set back, what was stored before that is what counts', async () => {
  const about = (adapter: string) => ({ adapter, name: 'lab0', message: '' })
  const day = '2020-01-31T'
  const events = [
    { at: `${day}14:00:00.000Z`, type: 'adapter-appeared', ...about('1.1') },
    { at: `${day}14:10:00.000Z`, type: 'claimed', ...about('1.1'), provider: 'x/lab', connection: 'one' },
    { at: `${day}13:00:00.000Z`, type: 'adapter-removed', ...about('1.1') },
    { at: `${day}13:00:00.000Z`, type: 'adapter-appeared', ...about('2.2') },
    { at: `${day}15:00:00.000Z`, type: 'claimed', ...about('2.2'), provider: 'x/lab', connection: 'two' },
  ].map((event, at) => ({ revision: at + 1, ...event }))
  const store = new MemoryStore()
  store.commit({ events, rows: [], generation: 2, fence: 2, sync: false })
  const { adapters } = new Rig({ store }).services
  const then = await adapters.explainAt('lab0', `${day}14:05:00.000Z`)
  assert.equal([then.id, then.state], ['1.1', 'unmanaged'])
})

test('whatever happens, it tells what was shown at that moment', async () => {
  for (let seed = 1; seed <= 30; seed++) await storm(seed)
})

/** Random events, and what was shown after each of them. */
async function storm(seed: number): Promise<void> {
  const pick = randomFrom(seed)
  const names = ['lab0', 'lab1', 'lab2']
  const rig = new Rig().start([link('lab0', { index: 2 })], [lab, net])
  const seen: { at: string; rows: ReturnType<Rig['services']['adapters']['list']>['adapters'] }[] = []
  let index = 10
  const here = () => rig.services.adapters.list().adapters
  for (let step = 0; step < 40; step++) {
    const name = names[pick(names.length)]!
    const row = here()[pick(Math.max(1, here().length))]
    const whole = row && link(row.name, { index: row.index, addresses: row.addresses })
    switch (pick(8)) {
      case 0:
        if (!here().some((one) => one.name === name)) rig.link(link(name, { index: index++ }))
        break
      case 1:
        if (row) rig.gone(row.index)
        break
      case 2:
        if (whole && !here().some((one) => one.name === name)) rig.link({ ...whole, name })
        break
      case 3:
        if (row)
          await rig.reply(rig.services.adapters.release(`id:${row.id}`, 'maintenance', who)).catch(() => {})
        break
      case 4:
        if (row) await rig.reply(rig.services.adapters.offer(`id:${row.id}`, who)).catch(() => {})
        break
      case 5:
        rig.provide([pick(2) === 0 ? lab : { ...lab, build: `build-${step}`, verify: () => notMine() }, net])
        break
      case 6:
        if (whole) rig.link(pick(2) === 0 ? { ...whole, master: 99, portOf: 'bridge' } : whole)
        break
      default:
        rig.provide([
          { ...lab, status: pick(2) === 0 ? 'disabled' : 'unavailable', because: 'it crashed' },
          net,
        ])
    }
    rig.clock.run(30_000)
    seen.push({ at: rig.clock.at(), rows: structuredClone(here()) })
    rig.clock.run(1_000)
  }
  for (const { at, rows } of seen) {
    for (const { id, name, state, provider, connection } of rows) {
      for (const word of [id, name]) {
        const then = await rig.services.adapters.explainAt(word, at)
        const found = [then.id, then.adapter, then.state, then.provider, then.connection]
        assert.equal(found, [id, name, state, provider, connection], `seed ${seed}, ${word} at ${at}`)
      }
    }
  }
}

test.run()
