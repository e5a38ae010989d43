import * as assert from 'uvu/assert'
import type { DialAct } from '../../../../host/core/kernel/provider-port.js'
import { suite } from '../../../harness.js'
import { Desk, keepOpen } from './desk.js'

const test = suite('core/connections, owners')

const client = { isClient: true }
const end = (desk: Desk, owner: string | null) =>
  desk.ask({ type: 'end-owner', owner: owner!, who: 'lab', because: 'its client is gone' }) as Promise<{
    ended: number
  }>

test('CM-21: of two on one connection the first to leave changes nothing; after the second it is idle', async () => {
  const desk = new Desk()
  const first = await desk.connect('office', client)
  const second = await desk.connect('office', client)
  assert.is.not(first.owner, second.owner)
  assert.equal(desk.row().holds, [first.owner, second.owner])
  assert.equal(await end(desk, first.owner), { ended: 1 })
  desk.run(600_000)
  assert.is(desk.row().state, 'connected')
  await end(desk, second.owner)
  desk.run(59_999)
  assert.is(desk.row().state, 'connected')
  desk.run(1)
  assert.equal(desk.acts, ['connect office', 'disconnect office'])
})

test('SC-48: what a client that is gone held is released, on every connection, and nobody else is touched', async () => {
  const desk = new Desk({ connections: { office: { idleTimeout: 1_000 } } })
  await desk.connect('office')
  const { owner } = await desk.connect('office', client)
  assert.equal(await end(desk, owner), { ended: 1 })
  assert.equal(await end(desk, owner), { ended: 0 })
  assert.equal(desk.row().holds, ['operator'])
  desk.run(600_000)
  assert.is(desk.row().state, 'connected')
})

test('SC-48 SC-52: a client that is gone while it is being connected: it is taken down again', async () => {
  const open: DialAct[] = []
  const desk = new Desk({ dials: { connect: keepOpen(open) } })
  const { owner, request } = await desk.connect('office', client)
  await end(desk, owner)
  assert.is(desk.row().state, 'disconnecting')
  desk.rig.end(open[0]!, { outcome: 'done', answer: { result: 'SUCCESS' } })
  desk.run(0)
  assert.equal(desk.acts, ['connect office', 'disconnect office'])
  assert.is(desk.request(request)!.code, 'CONNECT_CANCELLED')
})

test('SC-48: while another one waits for it, it goes on being connected', async () => {
  const open: DialAct[] = []
  const desk = new Desk({ dials: { connect: keepOpen(open) } })
  const { owner, request } = await desk.connect('office', client)
  const other = await desk.connect('office', client)
  await end(desk, owner)
  assert.equal([desk.row().state, desk.request(request)!.code], ['connecting', 'CONNECT_CANCELLED'])
  desk.rig.end(open[0]!, { outcome: 'done', answer: { result: 'SUCCESS' } })
  desk.run(0)
  assert.is(desk.request(other.request)!.result, 'SUCCESS')
})

test('what is always connected goes on being connected when the last one who waits cancels', async () => {
  const desk = new Desk({
    connections: { office: { behaviour: 'always-connected' } },
    dials: { connect: () => null },
  })
  const { request } = await desk.connect()
  await desk.ask({ type: 'cancel-request', id: request, who: 'root' })
  assert.equal([desk.row().state, desk.request(request)!.code], ['connecting', 'CONNECT_CANCELLED'])
})

test('a cancel ends the hold that the request placed, and not the one of another owner', async () => {
  const desk = new Desk({ dials: { connect: () => null } })
  await desk.connect('office')
  const { request, owner } = await desk.connect('office', client)
  await desk.ask({ type: 'cancel-request', id: request, who: 'lab' })
  assert.equal(desk.row().holds, ['operator'])
  assert.is(await end(desk, owner).then(({ ended }) => ended), 0)
})

test('SC-48: the hold of a client ends with claimd, and the journal says so; the connection stays up for its idle time', async () => {
  const desk = new Desk()
  const { owner } = await desk.connect('office', client)
  const eth0 = desk.rig.engine.claims.context.byIndex.values().next().value!.link
  const again = new Desk({ store: desk.rig.store, links: [eth0] })
  assert.equal([again.row().state, again.row().holds], ['connected', []])
  const ended = again.rig.events.find((event) => event.type === 'hold-ended')
  assert.equal(ended && [ended.owner, ended.because], [owner, 'claimd was ended'])
  again.run(60_000)
  assert.equal(again.acts, ['disconnect office'])
  const third = new Desk({ store: again.rig.store, links: [eth0] })
  assert.is(third.rig.events.filter(({ type }) => type === 'hold-ended').length, 0)
})

test('SC-48: a client that is gone holds nothing, also while nothing can be stored', async () => {
  const desk = new Desk()
  const { owner } = await desk.connect('office', client)
  desk.rig.store.failure = 'disk full'
  await end(desk, owner).catch(() => {})
  assert.equal([desk.row().state, desk.row().holds], ['connected', []])
  desk.run(120_000)
  assert.equal(desk.acts, ['connect office'], 'nothing is taken down without a record')
  desk.rig.store.failure = null
  desk.run(120_000)
  assert.equal(desk.acts, ['connect office', 'disconnect office'])
})

test('a cancel leaves a hold that was there before its request', async () => {
  const open: DialAct[] = []
  const desk = new Desk({ dials: { connect: keepOpen(open) } })
  const first = await desk.connect('office', { timeout: 1_000 })
  desk.run(1_000)
  assert.is(desk.request(first.request)!.code, 'CONNECT_TIMED_OUT')
  const second = await desk.connect('office', { mode: 'once' })
  await desk.ask({ type: 'cancel-request', id: second.request, who: 'another one' })
  assert.equal([desk.row().state, desk.row().holds], ['connecting', ['operator']])
})

test('of two requests that wait with one hold, the last to be cancelled ends it', async () => {
  const desk = new Desk({ dials: { connect: () => null } })
  const first = await desk.connect()
  const second = await desk.connect()
  await desk.ask({ type: 'cancel-request', id: first.request, who: 'root' })
  assert.equal(desk.row().holds, ['operator'])
  await desk.ask({ type: 'cancel-request', id: second.request, who: 'root' })
  assert.equal(desk.row().holds, [])
})

test('a connect that is cancelled while an earlier one is cleaned up leaves no hold', async () => {
  const open: DialAct[] = []
  const desk = new Desk({ dials: { connect: keepOpen(open) } })
  const first = await desk.connect()
  await desk.ask({ type: 'cancel-request', id: first.request, who: 'root' })
  const second = await desk.connect()
  await desk.ask({ type: 'cancel-request', id: second.request, who: 'root' })
  assert.equal(desk.row().holds, [])
})

test('a key finds its request for the same connection only', async () => {
  const desk = new Desk({ connections: { office: {}, home: {} }, dials: { connect: () => null } })
  const office = await desk.connect('office', { key: 'k' })
  const home = await desk.connect('home', { key: 'k' })
  assert.is.not(home.request, office.request)
  assert.is(home.connection, 'home')
  assert.is((await desk.connect('office', { key: 'k' })).request, office.request)
})

test.run()
