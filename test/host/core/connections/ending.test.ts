import * as assert from 'uvu/assert'
import { stopRows } from '../../../../host/core/connections/rows.js'
import { settingsFor } from '../../../../host/core/connections/settings.js'
import { Holdings } from '../../../../host/core/holdings.js'
import type { ConnectionQuestion, DialAct } from '../../../../host/core/kernel/provider-port.js'
import { suite } from '../../../harness.js'
import { codeOf, Desk, keepOpen } from './desk.js'

const test = suite('core/connections, ending')

const success = { outcome: 'done', answer: { result: 'SUCCESS' } } as const

test('what was up after its disconnect had timed out is asked for once more when that ends', async () => {
  const open: DialAct[] = []
  let isUp = true
  const desk = new Desk({
    dials: {
      disconnect: keepOpen(open),
      status: () => ({ result: 'SUCCESS', state: isUp ? 'connected' : 'disconnected' }),
    },
  })
  await desk.connect()
  void desk.disconnect().catch(() => {})
  desk.run(10_000)
  assert.is(desk.row().state, 'connected')
  isUp = false
  desk.rig.end(open[0]!, success)
  desk.run(0)
  assert.is(desk.row().state, 'disconnecting', 'it is down, and cleaned up')
})

test('CM-28: a serial provider is not asked whether a connection is up while its late disconnect still runs', async () => {
  const open: DialAct[] = []
  const status = () => ({ result: 'SUCCESS', state: 'connected' }) as const
  const desk = new Desk({ dials: { disconnect: keepOpen(open), status } })
  await desk.connect()
  void desk.disconnect().catch(() => {})
  desk.run(10_000)
  const asked = () => desk.rig.askedOfConnections.filter(({ kind }) => kind === 'status').length
  const before = asked()
  desk.rig.provide([desk.dialler({ build: 'another' })])
  desk.run(1_000)
  assert.equal([desk.row().state, asked()], ['connected', before])
  desk.rig.end(open[0]!, success)
  desk.run(0)
  assert.is(asked(), before + 1)
})

test('a second disconnect is not called while the first, which had timed out, still runs', async () => {
  const open: DialAct[] = []
  const status = () => ({ result: 'SUCCESS', state: 'connected' }) as const
  const desk = new Desk({ dials: { disconnect: keepOpen(open), status } })
  await desk.connect()
  void desk.disconnect().catch(() => {})
  desk.run(10_000)
  void desk.disconnect().catch(() => {})
  desk.run(0)
  assert.equal(desk.acts, ['connect office', 'disconnect office'])
  assert.is(desk.row().state, 'disconnecting')
  desk.rig.end(open[0]!, success)
  desk.run(0)
  assert.equal(desk.acts, ['connect office', 'disconnect office', 'disconnect office'])
})

test('CM-25 CM-6: a disabled connection that its provider does not take down is not disconnected over and over', async () => {
  const desk = new Desk({ dials: { disconnect: () => ({ result: 'NOT_SUPPORTED' }) } })
  await desk.connect()
  const connections = [{ name: 'office', type: 'wired', config: {}, enabled: false }]
  desk.rig.engine.submit({ type: 'settings', settings: { order: [], ignore: [], connections } })
  desk.run(10_000)
  assert.equal(desk.acts, ['connect office', 'disconnect office'])
  assert.is(desk.row().state, 'connected')
})

test('a disconnect that ends late does not touch the connection that has its name by then', async () => {
  const open: DialAct[] = []
  const desk = new Desk({ dials: { disconnect: keepOpen(open) } })
  await desk.connect()
  const configure = (connections: { name: string; type: string; config: object }[]) => {
    desk.rig.engine.submit({
      type: 'settings',
      settings: { order: [], ignore: [], connections: connections as never },
    })
    desk.run(0)
  }
  configure([])
  void desk.disconnect().catch(() => {})
  desk.run(10_000)
  assert.is(desk.detail(), null, 'nothing is known of it any more')
  configure([{ name: 'office', type: 'wired', config: {} }])
  desk.rig.end(open[0]!, success)
  desk.run(0)
  await desk.connect()
  assert.is(desk.row().state, 'connected')
})

test('rule 5: what could not be confirmed since its plugin crashed is asked for when that is back', async () => {
  const before = new Desk()
  await before.connect()
  let fails = true
  const status = () => (fails ? { result: 'UNEXPECTED' } : { result: 'SUCCESS', state: 'connected' }) as never
  const desk = new Desk({
    dials: { status },
    store: before.rig.store,
    links: [before.core.adapters.adapters.values().next().value!.link],
  })
  assert.match(desk.row().because, 'has yet to confirm it')
  desk.rig.provide([desk.dialler({ status: 'unavailable', because: 'it crashed' })])
  fails = false
  desk.rig.provide([desk.dialler()])
  assert.not.match(desk.row().because, 'has yet to confirm it')
})

test('rule 7: while the host takes back what was made with a fence, nothing can be done by it; afterwards it can', async () => {
  const open: DialAct[] = []
  const desk = new Desk({ dials: { disconnect: keepOpen(open) } })
  await desk.connect()
  const { rig } = desk
  let looked: Extract<ConnectionQuestion, { kind: 'status' }> | null = null
  rig.ask = (questions) => {
    for (const question of questions) if (question.kind === 'status') looked = question
  }
  const { adapter, fence } = desk.core.records.get('office')!.attempt!
  const holdings = new Holdings(rig.engine)
  const add = async () =>
    holdings.admit({ plugin: 'net', adapter: adapter!.id, fence, what: 'add an address' })
  assert.is(await codeOf(add()), 'no error')
  void desk.disconnect().catch(() => {})
  desk.run(9_999)
  assert.is(await codeOf(add()), 'no error', 'its disconnect may need it')
  desk.run(1)
  assert.equal(rig.undone, [fence])
  assert.is(await codeOf(add()), 'NOT_ALLOWED')
  const up = { result: 'SUCCESS', state: 'connected' } as const
  rig.engine.submit({ type: 'connection-answer', question: looked!, answer: up, ms: 1 })
  desk.run(0)
  assert.is(desk.row().state, 'connected')
  assert.is(await codeOf(add()), 'no error', 'it is what it was')
})

test('that automatic connects were stopped goes with the connection', async () => {
  const desk = new Desk({ connections: {} })
  const settings = settingsFor({ name: 'lab', type: 'wired', config: {} })
  await desk.ask({ type: 'add-connection', settings, who: 'root' })
  await desk.disconnect('lab')
  const stops = () => stopRows.of(desk.rig.store.load().rows).map(({ connection }) => connection)
  assert.equal(stops(), ['lab'])
  await desk.ask({ type: 'delete-connection', connection: 'lab', who: 'root' })
  assert.equal(stops(), [])
})

test.run()
