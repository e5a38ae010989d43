import type { ConnectionChangeDocument, DisconnectAllDocument } from '@claimd/sdk'
import * as assert from 'uvu/assert'
import { settingsFor } from '../../../../host/core/connections/settings.js'
import type { DialAct } from '../../../../host/core/kernel/provider-port.js'
import { suite } from '../../../harness.js'
import { type Dialling, link, mine } from '../rig.js'
import { codeOf, Desk, keepOpen } from './desk.js'

const test = suite('core/connections, links that connections share')

/** A provider to whom all connections lead to the same, but `other`. */
const alike: Dialling = {
  resources: ({ adapters, connection }) => ({
    result: 'SUCCESS',
    adapters: adapters.map(({ id }) => id),
    linkKey: connection.name === 'other' ? 'elsewhere' : 'the same',
  }),
}
const two = { office: {}, backup: {} }

test('CM-27: of two that lead to the same, the second is connected without a connect of its own', async () => {
  const desk = new Desk({ connections: { ...two, other: {} }, dials: alike })
  await desk.connect('office')
  const { request } = await desk.connect('backup')
  assert.is(desk.request(request)!.result, 'SUCCESS')
  assert.equal(desk.acts, ['connect office'])
  assert.equal(desk.states('backup'), ['connecting', 'connected'])
  const { state, origin, adapter, provider } = desk.row('backup')
  assert.equal([state, origin, adapter, provider], ['connected', 'dialled', 'eth0', 'net/wired'])
  assert.is(desk.detail('backup')!.sharesWith, 'office')
  await desk.connect('other')
  assert.is(desk.detail('other')!.sharesWith, null)
  assert.is(desk.row('other').state, 'disconnected-unavailable', 'that needs an adapter of its own')
})

test('CM-27: a provider that says nothing about it has a link for each', async () => {
  const desk = new Desk({ connections: two, links: [link('eth0'), link('eth1')] })
  await desk.connect('office')
  await desk.connect('backup')
  assert.equal(desk.acts, ['connect office', 'connect backup'])
})

test('CM-27: a second one that is asked for while the first is connected waits for it', async () => {
  const open: DialAct[] = []
  const desk = new Desk({
    connections: two,
    links: [link('eth0'), link('eth1')],
    dials: { ...alike, connect: keepOpen(open) },
    provider: { serial: false },
  })
  await desk.connect('office')
  await desk.connect('backup', { mode: 'once' })
  assert.match(desk.row('backup').because, 'office, which leads to the same, is being connected')
  desk.rig.end(open[0]!, { outcome: 'done', answer: { result: 'SUCCESS' } })
  desk.run(0)
  assert.equal([desk.row('backup').state, desk.acts], ['connected', ['connect office']])
})

test('CM-27: where the first fails, the second is connected by itself', async () => {
  const desk = new Desk({
    connections: two,
    dials: {
      ...alike,
      connect: ({ parameters }) => ({
        result: parameters.connection.name === 'office' ? 'UNEXPECTED' : 'SUCCESS',
      }),
    },
    provider: { serial: false },
  })
  await desk.connect('office')
  await desk.connect('backup')
  assert.equal(desk.acts, ['connect office', 'disconnect office', 'connect backup'])
})

test('CM-27: what another connection shares is not taken down, and the hold on it ends all the same', async () => {
  const desk = new Desk({ connections: two, dials: alike })
  await desk.connect('office')
  await desk.connect('backup')
  assert.is(await codeOf(desk.disconnect('office', true)), 'CONNECTION_IN_USE')
  assert.equal(desk.row('office').holds, ['operator'], 'with --if-unused nothing is done')
  assert.is(await codeOf(desk.disconnect('office')), 'CONNECTION_IN_USE')
  assert.equal([desk.row('office').state, desk.row('office').holds], ['connected', []])
  assert.match(desk.row('office').because, 'kept up for backup')
  desk.run(600_000)
  assert.is(desk.row('office').state, 'connected', 'it is not idle')
  const { message } = await desk.disconnect('backup')
  assert.match(message, 'backup is disconnected')
  assert.is(desk.row('backup').state, 'disconnected')
  assert.equal(desk.acts, ['connect office'])
  desk.run(60_000)
  assert.equal(desk.acts, ['connect office', 'disconnect office'], 'CM-22: now it was idle for its time')
})

test('CM-22: one that shares a link is idle for its time, and then the link is', async () => {
  const desk = new Desk({ connections: two, dials: alike })
  await desk.connect('office')
  const { request } = await desk.connect('backup', { timeout: 1_000 })
  assert.is(desk.request(request)!.result, 'SUCCESS')
  desk.rig.engine.submit({
    type: 'settings',
    settings: { order: [], ignore: [], connections: [] },
  })
  desk.run(59_999)
  assert.equal([desk.row('backup').state, desk.row('office').state], ['connected', 'connected'])
  desk.run(1)
  assert.is(desk.detail('backup'), null, 'it is not configured any more, and is not up any more')
  desk.run(60_000)
  assert.equal(desk.acts, ['connect office', 'disconnect office'])
})

test('disconnect --all takes down a link and what shares it', async () => {
  const desk = new Desk({ connections: two, dials: alike })
  await desk.connect('office')
  await desk.connect('backup')
  const document: DisconnectAllDocument = await desk.ask({ type: 'disconnect-all', who: 'root' })
  assert.equal(document.disconnected.sort(), ['backup', 'office'])
  assert.equal([document.refused, document.failed], [[], []])
  assert.equal(desk.acts, ['connect office', 'disconnect office'])
})

test('CM-27: when the link is lost, each that is wanted is up again by one connect', async () => {
  const desk = new Desk({ connections: two, dials: alike })
  await desk.connect('office')
  await desk.connect('backup')
  const { fence } = desk.rig.acts[0]!
  desk.rig.engine.submit({
    ...{ type: 'report', provider: 'net/wired', connection: 'office', fence },
    ...{ state: 'lost', reason: 'the line is dead' },
  })
  desk.run(10_000)
  assert.is(desk.acts.filter((act) => act.startsWith('connect')).length, 2, desk.acts.join())
  assert.equal([desk.row('backup').state, desk.row('office').state], ['connected', 'connected'])
})

test('CM-27: when the link is lost, what wanted one attempt is not connected again', async () => {
  const desk = new Desk({ connections: two, dials: alike, links: [link('eth0'), link('eth1')] })
  await desk.connect('office')
  await desk.connect('backup', { mode: 'once' })
  assert.equal([desk.detail('backup')!.sharesWith, desk.row('backup').holds], ['office', ['operator']])
  const { fence } = desk.rig.acts[0]!
  desk.rig.engine.submit({
    ...{ type: 'report', provider: 'net/wired', connection: 'office', fence },
    ...{ state: 'lost', reason: 'the line is dead' },
  })
  desk.run(0)
  assert.equal([desk.row('backup').state, desk.row('backup').holds], ['disconnected', []])
  desk.run(10_000)
  assert.equal(desk.acts, ['connect office', 'disconnect office', 'connect office'])
})

test('CM-27: it is suspended with its link', async () => {
  const desk = new Desk({ connections: two, dials: alike })
  await desk.connect('office')
  await desk.connect('backup')
  const { fence } = desk.rig.acts[0]!
  const report = { type: 'report', provider: 'net/wired', connection: 'office', fence, reason: '' } as const
  desk.rig.engine.submit({ ...report, state: 'suspended' })
  desk.run(0)
  assert.is(desk.row('backup').state, 'suspended')
  assert.equal(desk.states('backup'), ['connecting', 'connected', 'suspended'])
})

test('CM-27 rule 5: after a restart both are up, without a connect', async () => {
  const desk = new Desk({ connections: two, dials: alike })
  await desk.connect('office')
  await desk.connect('backup')
  const eth0 = desk.rig.engine.claims.context.byIndex.values().next().value!.link
  const again = new Desk({ connections: two, dials: alike, store: desk.rig.store, links: [eth0] })
  again.run(0)
  assert.equal([again.row('office').state, again.row('backup').state], ['connected', 'connected'])
  assert.is(again.detail('backup')!.sharesWith, 'office')
  assert.equal(again.acts, [])
  await again.disconnect('backup')
  await again.disconnect('office')
  assert.equal(again.acts, ['disconnect office'])
})

test('CM-27: what cannot be stored is not shared, and the request is not completed', async () => {
  const desk: Desk = new Desk({
    connections: two,
    dials: {
      ...alike,
      resources: (question) => {
        if (question.connection.name === 'backup' && fails) desk.rig.store.failure = 'disk full'
        return alike.resources!(question)
      },
    },
  })
  let fails = true
  await desk.connect('office')
  assert.is(await codeOf(desk.connect('backup')), 'STORE_DEGRADED')
  assert.equal([desk.completions, desk.detail('backup')!.sharesWith], [['SUCCESS'], null])
  assert.equal([desk.row('backup').state, desk.row('backup').holds], ['disconnected', []])
  fails = false
  desk.rig.store.failure = null
  desk.run(10_000)
  await desk.connect('backup')
  assert.equal([desk.completions, desk.detail('backup')!.sharesWith], [['SUCCESS', 'SUCCESS'], 'office'])
})

test('CM-18: an edit of one that shares a link waits, or ends the sharing at once', async () => {
  const desk = new Desk({
    connections: { office: {} },
    links: [link('eth0'), link('eth1')],
    dials: {
      resources: ({ adapters, connection }) => ({
        ...{ result: 'SUCCESS', adapters: adapters.map(({ id }) => id) },
        linkKey: connection.config.includes('new') ? 'elsewhere' : 'the same',
      }),
    },
  })
  await desk.connect('office')
  const lab = (config: Record<string, unknown>) => settingsFor({ name: 'lab', type: 'wired', config })
  const added: ConnectionChangeDocument = await desk.ask({
    type: 'add-connection',
    settings: lab({}),
    who: 'root',
  })
  await desk.connect('lab')
  assert.is(desk.detail('lab')!.sharesWith, 'office')
  const change = { type: 'edit-connection', who: 'root' } as const
  const deferred: ConnectionChangeDocument = await desk.ask({
    ...{ ...change, settings: lab({ new: 1 }), change: added.change!, immediate: false },
  })
  assert.ok(deferred.deferred)
  assert.equal([desk.detail('lab')!.sharesWith, desk.detail('lab')!.deferred], ['office', true])
  await desk.ask({ ...change, settings: lab({ new: 2 }), change: deferred.change!, immediate: true })
  assert.equal(desk.acts, ['connect office', 'connect lab'])
  assert.is(desk.detail('lab')!.sharesWith, null)
})

test('CM-27: an edit does not take down a link that another connection shares', async () => {
  const desk = new Desk({ connections: { backup: {} }, dials: alike })
  const lab = (config: Record<string, unknown>, enabled = true) =>
    settingsFor({ name: 'lab', type: 'wired', config, enabled })
  const added: ConnectionChangeDocument = await desk.ask({
    ...{ type: 'add-connection', settings: lab({}), who: 'root' },
  })
  const edit = (settings: ReturnType<typeof lab>, immediate: boolean, change = added.change!) =>
    desk.ask({ type: 'edit-connection', settings, change, immediate, who: 'root' })
  await desk.connect('lab')
  await desk.connect('backup')
  assert.is(await codeOf(edit(lab({ a: 1 }), true)), 'CONNECTION_IN_USE')
  assert.is(await codeOf(edit(lab({}, false), false)), 'CONNECTION_IN_USE')
  assert.equal([desk.row('lab').state, desk.detail('lab')!.change], ['connected', added.change])
  const { deferred, change }: ConnectionChangeDocument = await edit(lab({ a: 1 }), false)
  assert.ok(deferred, 'what counts from its next connect on may be changed')
  await desk.disconnect('backup')
  await edit(lab({ a: 2 }), true, change!)
  assert.equal(desk.acts, ['connect lab', 'disconnect lab', 'connect lab'])
})

test('CM-25: one that is disabled shares no link', async () => {
  const desk = new Desk({ connections: two, dials: alike })
  await desk.connect('office')
  await desk.connect('backup')
  const connections = [
    { name: 'office', type: 'wired', config: {} },
    { name: 'backup', type: 'wired', config: {}, enabled: false },
  ]
  desk.rig.engine.submit({ type: 'settings', settings: { order: [], ignore: [], connections } })
  desk.run(0)
  assert.is(desk.row('backup').state, 'disconnected-disabled')
  assert.is(desk.row('office').state, 'connected')
})

test('rule 12: a release of the adapter ends the link, and what shares it has no adapter', async () => {
  const desk = new Desk({ connections: two, dials: alike })
  await desk.connect('office')
  await desk.connect('backup')
  await desk.ask({ type: 'release', adapter: desk.rig.row('eth0').id, reason: 'mine', who: 'root' })
  assert.equal(desk.acts, ['connect office'], 'nothing on it is touched')
  assert.is(desk.row('backup').state, 'disconnected-unavailable')
})

test('rule 4: one that is claimed meanwhile does not share a link any more', async () => {
  const desk = new Desk({
    connections: two,
    dials: alike,
    provider: {
      offer: ({ adapter }) =>
        adapter.name === 'eth1' ? { ...mine('backup'), volatile: false } : { result: 'INVALID_CONNECTION' },
    },
  })
  await desk.connect('office')
  await desk.connect('backup')
  desk.rig.link(link('eth1'))
  desk.run(100)
  assert.equal([desk.row('backup').origin, desk.row('backup').adapter], ['out-of-band', 'eth1'])
  assert.is(desk.detail('backup')!.sharesWith, null)
  assert.is(desk.row('office').state, 'connected')
})

test.run()
