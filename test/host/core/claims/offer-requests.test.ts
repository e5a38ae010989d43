import type { Answer, RequestedOffer } from '@claimd/sdk'
import * as assert from 'uvu/assert'
import { suite } from '../../../harness.js'
import { link, mine, notMine, Rig } from '../rig.js'

const test = suite('core/claims/offer requests')

/** What a plugin's `context.offers.request` leads to. */
function request(rig: Rig, plugin: string, adapter: string): Promise<RequestedOffer[]> {
  return rig.reply(rig.engine.ask({ type: 'request-offers', plugin, adapter }) as Promise<RequestedOffer[]>)
}

test('a provider that declined is asked again when it asks for it, and the round says who asked', async () => {
  let knows = false
  const offer = () => (knows ? mine('later') : notMine('its daemon is starting'))
  const rig = new Rig().start([link('lab0')], [{ id: 'x/a', offer }])
  assert.is(rig.row('lab0').state, 'unmanaged')
  knows = true
  const { id } = rig.row('lab0')
  assert.equal(await request(rig, 'x', id), [{ adapter: id, because: null }])
  assert.is(rig.row('lab0').provider, 'x/a')
  assert.match(rig.rounds('lab0').at(-1)!.trigger, 'x/a asked for it')
})

test('a provider whose PENDING waits is asked at once', async () => {
  let calls = 0
  const offer = () => (++calls > 1 ? mine('ready') : ({ result: 'PENDING', retryAfterMs: 4_000 } as const))
  const rig = new Rig().start([link('lab0')], [{ id: 'x/a', offer }])
  rig.clock.run(1_500)
  assert.is(calls, 1)
  const { id } = rig.row('lab0')
  assert.equal(await request(rig, 'x', id), [{ adapter: id, because: null }])
  assert.is(calls, 2)
  assert.is(rig.row('lab0').provider, 'x/a')
})

test('of a plugin with several providers all are asked: who waits at once, who declined in a new round', async () => {
  for (const late of ['x/a', 'x/b']) {
    let knows = false
    const asked: string[] = []
    const offer = (id: string, before: Answer) => () => {
      asked.push(id)
      return knows && id === late ? mine('office') : before
    }
    const rig = new Rig().start(
      [link('lab0')],
      [
        { id: 'x/a', priority: 60, offer: offer('x/a', notMine('no modem')) },
        { id: 'x/b', offer: offer('x/b', { result: 'PENDING', retryAfterMs: 4_000 }) },
      ],
    )
    rig.clock.run(500)
    assert.equal(asked, ['x/a', 'x/b'])
    knows = true
    const { id } = rig.row('lab0')
    assert.equal(await request(rig, 'x', id), [{ adapter: id, because: null }])
    assert.is(asked[2], 'x/b', 'who waits is asked at once')
    rig.clock.run(12_000)
    assert.is(rig.row('lab0').provider, late)
  }
})

test('a held, released or strange adapter is left alone, and the reply says why', async () => {
  const rig = new Rig().start(
    [link('lab0'), link('lab1', { index: 3 })],
    [
      { id: 'x/a', band: 'exact', offer: ({ adapter }) => mine(`a-${adapter.name}`) },
      { id: 'y/b', offer: () => notMine('no') },
    ],
  )
  await rig.reply(rig.services.adapters.release('lab1', 'a test', { uid: 0, gid: 0, pid: 1 } as never))
  const asked = rig.asked.length
  const replies = await request(rig, 'y', 'all')
  assert.is(replies.length, 2)
  assert.ok(replies.every(({ because }) => because !== null))
  assert.match((await request(rig, 'y', '99.99'))[0]!.because!, 'no adapter with this id')
  assert.is(rig.asked.length, asked)
  assert.is(rig.row('lab0').provider, 'x/a')
  assert.is(rig.row('lab1').state, 'unmanaged')
})

test('a provider is told once that its claim stands, when the store has it', () => {
  const rig = new Rig().start([link('lab0')], [{ id: 'x/a', offer: () => mine('office') }])
  const told = rig.toldClaims.map(({ provider, connection, stored }) => [provider, connection, stored])
  assert.equal(told, [['x/a', 'office', true]])
  rig.link(link('lab0', { addresses: ['10.9.0.1/24'] }))
  assert.is(rig.toldClaims.length, 1, 'a verify does not tell it again')
})

test('a provider is not told of a claim that cannot be stored', () => {
  const rig = new Rig()
  rig.engine.submit({ type: 'snapshot', reason: 'start', links: [link('lab0')] })
  rig.clock.run()
  rig.store.failure = 'the disk is full'
  rig.provide([{ id: 'x/a', offer: () => mine('office') }])
  assert.equal(rig.toldClaims, [])
})

test.run()
