import * as assert from 'uvu/assert'
import { settingsFor } from '../../../../host/core/connections/settings.js'
import type { DialAct } from '../../../../host/core/kernel/provider-port.js'
import { suite } from '../../../harness.js'
import { link, mine, notMine } from '../rig.js'
import { Desk, keepOpen } from './desk.js'

const test = suite('core/connections, requests')

const success = { outcome: 'done', answer: { result: 'SUCCESS' } } as const

test('who asked for it while it was taken down, and nobody wants it any more, is told so', async () => {
  const open: DialAct[] = []
  const desk = new Desk({ dials: { disconnect: keepOpen(open) } })
  await desk.connect()
  void desk.disconnect()
  const { request } = await desk.connect()
  void desk.disconnect()
  desk.rig.end(open[0]!, success)
  desk.run(0)
  assert.is(desk.request(request)!.code, 'CONNECT_CANCELLED')
  assert.equal([...desk.core.requests], [])
})

test('who waits for a connection that is disabled meanwhile is told so', async () => {
  const open: DialAct[] = []
  const desk = new Desk({ dials: { connect: keepOpen(open) } })
  const { request } = await desk.connect()
  const connections = [{ name: 'office', type: 'wired', config: {}, enabled: false }]
  desk.rig.engine.submit({ type: 'settings', settings: { order: [], ignore: [], connections } })
  desk.run(0)
  desk.rig.end(open[0]!, success)
  desk.run(0)
  assert.equal(desk.acts, ['connect office', 'disconnect office'])
  assert.is(desk.request(request)!.code, 'CONNECT_CANCELLED')
})

test('CM-24: cancelling a request does not call off what is always connected', async () => {
  const open: DialAct[] = []
  const desk = new Desk({
    dials: { connect: keepOpen(open) },
    connections: { office: { behaviour: 'always-connected' } },
  })
  const { request } = await desk.connect()
  await desk.ask({ type: 'cancel-request', id: request, who: 'root' })
  assert.is(desk.request(request)!.code, 'CONNECT_CANCELLED')
  assert.equal(desk.rig.cancelledActs, [])
  desk.rig.end(open[0]!, success)
  desk.run(0)
  assert.is(desk.row().state, 'connected')
})

test('CM-18: what waits is connected as it is configured by then', async () => {
  const desk = new Desk({
    dials: { resources: ({ adapters }) => ({ result: 'SUCCESS', adapters: adapters.map(({ id }) => id) }) },
  })
  desk.rig.provide([desk.dialler({ status: 'unavailable', because: 'it crashed' })])
  await desk.connect()
  assert.match(desk.row().because, 'it crashed')
  const connections = [{ name: 'office', type: 'wired', config: { a: 1 } }]
  desk.rig.engine.submit({ type: 'settings', settings: { order: [], ignore: [], connections } })
  desk.run(0)
  desk.rig.provide([desk.dialler()])
  assert.equal(
    desk.rig.acts.map(({ parameters }) => parameters.connection.config),
    ['{"a":1}'],
  )
})

test('CM-18: a change that is made at once also counts for what is being connected', async () => {
  const open: DialAct[] = []
  const desk = new Desk({ connections: {}, dials: { connect: keepOpen(open) } })
  const settings = (config: Record<string, unknown>) => settingsFor({ name: 'lab', type: 'wired', config })
  const { change } = await desk.ask({ type: 'add-connection', settings: settings({}), who: 'root' })
  const { request } = await desk.connect('lab')
  const edit = { settings: settings({ a: 1 }), change: change!, immediate: true, who: 'root' } as const
  await desk.ask({ type: 'edit-connection', ...edit })
  desk.rig.end(open[0]!, success)
  desk.run(0)
  assert.is(desk.request(request)!.result, 'PENDING', 'it waits for the next attempt')
  desk.rig.end(open[1]!, success)
  desk.run(0)
  assert.is(desk.request(request)!.result, 'SUCCESS')
  assert.equal(
    desk.rig.acts.map(({ kind, parameters }) => [kind, parameters.connection.config]),
    [
      ['connect', '{}'],
      ['disconnect', '{}'],
      ['connect', '{"a":1}'],
    ],
  )
})

test('SC-50: who waits for an adapter that is offered first is told when it has gone', async () => {
  const desk = new Desk()
  const eth0 = [...desk.core.adapters.adapters.values()][0]!.link
  // So often that its next round has to wait.
  for (let i = 1; i < 10; i++) {
    desk.rig.engine.submit({ type: 'link', link: { ...eth0, carrier: i % 2 === 0 } })
    desk.run(0)
  }
  const { request } = await desk.connect()
  assert.match(desk.row().because, 'is being offered')
  desk.rig.gone(eth0.index)
  assert.is(desk.request(request)!.code, 'NO_ADAPTER')
})

test('CM-29: a provider that finds no adapter while it connects is asked again after the time that is configured', async () => {
  const connect = () => ({ result: 'CONNECTION_NOT_ACQUIRED', cause: 'no-adapter' }) as const
  const reconnect = { algorithm: 'linear', delay: 60_000, attempts: null, afterwards: null } as const
  const desk = new Desk({ dials: { connect }, connections: { office: { reconnect } } })
  await desk.connect()
  desk.run(30_000)
  assert.equal(desk.acts, ['connect office', 'disconnect office'])
  desk.rig.link(link('eth1'))
  assert.is(desk.acts.length, 4, 'unless there is another one')
})

test('SC-23: a take-over whose claim ends before it is its turn is connected like any other', async () => {
  const open: DialAct[] = []
  const connect = (act: DialAct) =>
    act.parameters.connection.name === 'lab' ? keepOpen(open)(act) : ({ result: 'SUCCESS' } as const)
  const desk = new Desk({
    dials: { connect },
    connections: { office: {}, lab: {} },
    links: [link('eth0'), link('eth1'), link('eth2')],
    provider: {
      offer: ({ adapter: { name } }) =>
        name === 'eth0' ? { ...mine('office'), volatile: false } : notMine(),
    },
  })
  await desk.connect('lab')
  await desk.connect('office', { takeOver: { reason: 'it is mine' } })
  desk.rig.gone([...desk.core.adapters.adapters.values()][0]!.link.index)
  desk.rig.end(open[0]!, success)
  desk.run(0)
  assert.is(desk.row('office').state, 'connected')
})

test('a connect does not wait for the time of the next attempt', async () => {
  let fails = true
  const connect = () => (fails ? ({ result: 'UNEXPECTED' } as const) : ({ result: 'SUCCESS' } as const))
  const reconnect = { algorithm: 'linear', delay: 60_000, attempts: null, afterwards: null } as const
  const desk = new Desk({ dials: { connect }, connections: { office: { reconnect } } })
  await desk.connect()
  fails = false
  assert.is(desk.row().state, 'disconnected')
  await desk.connect()
  assert.is(desk.row().state, 'connected')
})

test('SC-55: what waits for a thing that another connection uses is connected when that is down', async () => {
  const resources = () => ({ result: 'SUCCESS', adapters: null, resources: [{ id: 'modem:0' }] }) as const
  const desk = new Desk({ dials: { resources }, connections: { office: {}, lab: {} }, links: [] })
  await desk.connect('office')
  await desk.connect('lab')
  assert.match(desk.row('lab').because, 'modem:0 is used by connection office')
  await desk.disconnect('office')
  assert.is(desk.row('lab').state, 'connected')
})

test('rule 12: a release also ends the hold on what somebody else had set up', async () => {
  const desk = new Desk({
    links: [link('eth0')],
    provider: { offer: () => ({ ...mine('office'), volatile: false }) },
  })
  await desk.connect()
  assert.equal(desk.row().holds, ['operator'])
  await desk.ask({ type: 'release', adapter: 'eth0', reason: 'it is mine', who: 'root' })
  assert.equal(desk.row().holds, [])
  desk.rig.provide([desk.dialler({ offer: () => notMine() })])
  desk.rig.link(link('eth1'))
  assert.equal(desk.acts, [])
})

test('a hold on a connection that is not configured any more does not come back with it', async () => {
  const before = new Desk()
  await before.connect()
  const { store } = before.rig
  const meanwhile = new Desk({ connections: {}, store })
  assert.ok(meanwhile.rig.types().includes('hold-ended'))
  assert.equal(new Desk({ store }).row().holds, [])
})

test.run()
