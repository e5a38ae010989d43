import * as assert from 'uvu/assert'
import { settingsFor } from '../../../../host/core/connections/settings.js'
import type {
  AnyQuestion,
  ConnectionAnswerEvent,
  DialAct,
} from '../../../../host/core/kernel/provider-port.js'
import { suite } from '../../../harness.js'
import { type Dialling, mine } from '../rig.js'
import { codeOf, Desk, keepOpen } from './desk.js'

const test = suite('core/connections, what cannot be stored')

const success = { outcome: 'done', answer: { result: 'SUCCESS' } } as const

function fill(desk: Desk): void {
  desk.rig.store.failure = 'disk full'
}

function heal(desk: Desk): void {
  desk.rig.store.failure = null
  desk.run(5_000)
}

test('a disconnect is refused, and what was up stays up', async () => {
  const desk = new Desk()
  await desk.connect()
  fill(desk)
  assert.is(await codeOf(desk.disconnect()), 'STORE_DEGRADED')
  assert.is(desk.row().state, 'connected')
  assert.equal(desk.row().holds, ['operator'])
  heal(desk)
  assert.equal(desk.acts, ['connect office'])
  assert.equal([...desk.core.requests], [])
})

test('a connect that could not be stored is unknown when it is repeated with its key', async () => {
  const desk = new Desk()
  await desk.connect()
  fill(desk)
  assert.is(await codeOf(desk.connect('office', { key: 'k1' })), 'STORE_DEGRADED', 'when that is found out')
  assert.is(await codeOf(desk.connect('office', { key: 'k1' })), 'STORE_DEGRADED', 'and while it is known')
  heal(desk)
  const { request, result } = await desk.connect('office', { key: 'k1' })
  assert.is(result, 'SUCCESS')
  assert.is((await desk.connect('office', { key: 'k1' })).request, request)
})

test('who waits for a connection is told that it is up only when that is stored', async () => {
  const open: DialAct[] = []
  const desk = new Desk({ dials: { connect: keepOpen(open) } })
  const { request } = await desk.connect('office', { key: 'k1' })
  fill(desk)
  desk.rig.end(open[0]!, success)
  desk.run(1_000)
  assert.is(desk.request(request)!.result, 'PENDING')
  assert.equal(desk.completions, [])
  heal(desk)
  assert.is(desk.request(request)!.result, 'SUCCESS')
  assert.equal(desk.completions, ['SUCCESS'])
  assert.is((await desk.connect('office', { key: 'k1' })).request, request)
})

test('a disconnect of everything names what could not be disconnected', async () => {
  const desk = new Desk()
  await desk.connect()
  fill(desk)
  const { failed } = (await desk.ask({ type: 'disconnect-all', who: 'root' })) as unknown as {
    failed: { code: string }[]
  }
  assert.equal(
    failed.map(({ code }) => code),
    ['STORE_DEGRADED'],
  )
  assert.is(desk.row().state, 'connected')
})

/** A connection that was added by a command, and an edit of it that cannot be stored. @returns what the edit came to */
async function failingEdit(desk: Desk, more: { config?: object; enabled?: boolean }, immediate: boolean) {
  const settings = (one: object) => settingsFor({ name: 'lab', type: 'wired', config: {}, ...one })
  const { change } = await desk.ask({ type: 'add-connection', settings: settings({}), who: 'root' })
  await desk.connect('lab')
  fill(desk)
  const asked = { type: 'edit-connection', settings: settings(more), change: change!, immediate } as const
  return codeOf(desk.ask({ ...asked, who: 'root' }))
}

test('an edit is refused, and what was up stays up', async () => {
  for (const [more, immediate] of [
    [{ config: { a: 1 } }, true],
    [{ enabled: false }, false],
  ] as const) {
    const desk = new Desk({ connections: {} })
    assert.is(await failingEdit(desk, more, immediate), 'STORE_DEGRADED')
    assert.is(desk.row('lab').state, 'connected')
    heal(desk)
    assert.equal([desk.row('lab').state, desk.acts], ['connected', ['connect lab']])
    assert.equal(desk.states('lab'), ['connecting', 'connected'])
  }
})

test('an edit is refused, and what is being connected is not called off', async () => {
  const open: DialAct[] = []
  const desk = new Desk({ connections: {}, dials: { connect: keepOpen(open) } })
  assert.is(await failingEdit(desk, { config: { a: 1 } }, true), 'STORE_DEGRADED')
  assert.equal([desk.row('lab').state, desk.rig.cancelledActs], ['connecting', []])
  heal(desk)
  desk.rig.end(open[0]!, success)
  desk.run(0)
  assert.equal(
    [desk.row('lab').state, desk.acts, desk.completions],
    ['connected', ['connect lab'], ['SUCCESS']],
  )
})

test('an edit is refused, and what shares a link goes on sharing it', async () => {
  for (const [more, immediate] of [
    [{ config: { a: 1 } }, true],
    [{ enabled: false }, false],
  ] as const) {
    const resources: Dialling['resources'] = ({ adapters }) => {
      return { result: 'SUCCESS', adapters: adapters.map(({ id }) => id), linkKey: 'the same' }
    }
    const desk = new Desk({ dials: { resources } })
    await desk.connect()
    assert.is(await failingEdit(desk, more, immediate), 'STORE_DEGRADED')
    assert.equal([desk.row('lab').state, desk.detail('lab')!.sharesWith], ['connected', 'office'])
    heal(desk)
    assert.equal([desk.detail('lab')!.sharesWith, desk.acts], ['office', ['connect office']])
    assert.equal(desk.states('lab'), ['connecting', 'connected'])
  }
})

test('a disconnect of what is being connected is refused, and it is not called off', async () => {
  const open: DialAct[] = []
  const desk = new Desk({ dials: { connect: keepOpen(open) } })
  const { request } = await desk.connect()
  fill(desk)
  assert.is(await codeOf(desk.disconnect()), 'STORE_DEGRADED')
  assert.equal(desk.rig.cancelledActs, [])
  heal(desk)
  desk.rig.end(open[0]!, success)
  desk.run(0)
  assert.equal([desk.row().state, desk.request(request)!.result], ['connected', 'SUCCESS'])
})

test('a delete is refused, and that its automatic connects were stopped stays known', async () => {
  const desk = new Desk({ connections: {} })
  const settings = settingsFor({ name: 'lab', type: 'wired', config: {}, behaviour: 'always-connected' })
  await desk.ask({ type: 'add-connection', settings, who: 'root' })
  await desk.disconnect('lab')
  fill(desk)
  const remove = desk.ask({ type: 'delete-connection', connection: 'lab', who: 'root' })
  assert.is(await codeOf(remove), 'STORE_DEGRADED')
  heal(desk)
  assert.equal([desk.row('lab').state, desk.acts], ['disconnected', ['connect lab', 'disconnect lab']])
  const restarted = new Desk({ connections: {}, store: desk.rig.store })
  assert.is(restarted.core.records.get('lab')!.stoppedBy, 'root')
})

test('a disconnect of what waits is refused, and it is dialled when that can be stored', async () => {
  const desk = new Desk()
  desk.rig.provide([desk.dialler({ status: 'unavailable' })])
  await desk.connect()
  fill(desk)
  assert.is(await codeOf(desk.disconnect()), 'STORE_DEGRADED')
  desk.rig.provide([desk.dialler()])
  heal(desk)
  assert.is(desk.row().state, 'connected')
})

test('a release is refused, and the hold stays', async () => {
  const desk = new Desk()
  await desk.connect()
  fill(desk)
  const release = { type: 'release', adapter: 'eth0', reason: 'so', who: 'root' } as const
  assert.is(await codeOf(desk.ask(release)), 'STORE_DEGRADED')
  assert.equal([desk.row().state, desk.row().holds], ['connected', ['operator']])
})

test('a cancel is refused, and the request goes on waiting', async () => {
  const desk = new Desk()
  desk.rig.provide([desk.dialler({ status: 'unavailable' })])
  const { request } = await desk.connect()
  const cancel = () => codeOf(desk.ask({ type: 'cancel-request', id: request, who: 'root' }))
  fill(desk)
  assert.is(await cancel(), 'STORE_DEGRADED', 'when that is found out')
  assert.is(await cancel(), 'STORE_DEGRADED', 'and while it is known')
  assert.is(desk.request(request)!.result, 'PENDING')
  desk.rig.provide([desk.dialler()])
  heal(desk)
  assert.is(desk.request(request)!.result, 'SUCCESS')
})

test('a take-over is refused, and the claim is not touched then', async () => {
  const desk = new Desk({ provider: { offer: () => ({ ...mine('office'), volatile: false }) } })
  await desk.connect()
  assert.is(desk.row().origin, 'out-of-band')
  fill(desk)
  assert.is(await codeOf(desk.connect('office', { takeOver: { reason: 'so' } })), 'STORE_DEGRADED')
  heal(desk)
  assert.equal(desk.acts, [])
  assert.is(desk.row().origin, 'out-of-band')
})

test('a connect that was called off before it could be stored is made when it can', async () => {
  const open: DialAct[] = []
  const asked: AnyQuestion[] = []
  const desk = new Desk({ dials: { connect: keepOpen(open) } })
  const { rig } = desk
  const ask = rig.ask.bind(rig)
  rig.ask = (questions) => void asked.push(...questions)
  const { request } = await desk.connect()
  fill(desk)
  // The answer and the cancel come in one turn.
  rig.ask = ask
  const answer = { result: 'NOT_IMPLEMENTED' } as const
  rig.engine.submit({ type: 'connection-answer', question: asked[0], answer, ms: 1 } as ConnectionAnswerEvent)
  void rig.engine.ask({ type: 'cancel-request', id: request, who: 'root' }).catch(() => {})
  desk.run(0)
  heal(desk)
  rig.end(open[0]!, success)
  desk.run(0)
  assert.equal(desk.acts, ['connect office'])
  assert.is(desk.row().state, 'connected')
})

test.run()
