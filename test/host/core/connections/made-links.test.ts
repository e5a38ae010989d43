import * as assert from 'uvu/assert'
import { Holdings } from '../../../../host/core/holdings.js'
import type { DialAct } from '../../../../host/core/kernel/provider-port.js'
import { suite } from '../../../harness.js'
import { type Dialling, link, mine, type TestProvider } from '../rig.js'
import { codeOf, Desk, keepOpen } from './desk.js'

const test = suite('core/connections, made links')
const tunnel = link('tun0')
const safetyNet: TestProvider = {
  id: 'net2/any',
  band: 'generic',
  offer: ({ adapter }) => mine(adapter.name),
}

/** A desk whose provider makes its own link, and is connecting. */
async function connecting(open: DialAct[], dials: Dialling = {}): Promise<{ desk: Desk; fence: number }> {
  const desk = new Desk({
    links: [],
    dials: { resources: () => ({ result: 'SUCCESS', adapters: null }), connect: keepOpen(open), ...dials },
  })
  desk.rig.provide([desk.dialler(), safetyNet])
  desk.run(0)
  await desk.connect()
  return { desk, fence: open[0]!.fence }
}
const make = (desk: Desk, fence: number, plugin = 'net') =>
  desk.ask({ type: 'make-links', plugin, fence, names: ['tun0', 'peer0'] })
const adopt = (desk: Desk, fence: number, plugin = 'net') =>
  desk.ask({ type: 'adopt-link', plugin, fence, index: tunnel.index }) as Promise<{
    adapter: { name: string } | null
  }>
const done = { outcome: 'done', answer: { result: 'SUCCESS' } } as const

test('a link that is made for a connect is offered to nobody, and becomes its adapter', async () => {
  const open: DialAct[] = []
  const { desk, fence } = await connecting(open)
  assert.equal(await make(desk, fence), { connection: 'office', provider: 'net/wired' } as never)
  assert.equal(await adopt(desk, fence), { adapter: null }, 'it is not known yet')
  desk.rig.link(tunnel)
  desk.rig.link(link('peer0'))
  desk.run(5_000)
  assert.is(desk.rig.row('tun0').state, 'unmanaged')
  assert.is(desk.rig.row('peer0').state, 'unmanaged')
  assert.is((await adopt(desk, fence)).adapter!.name, 'tun0')
  assert.equal([desk.rig.row('tun0').state, desk.row().adapter], ['connecting', 'tun0'])
  desk.rig.end(open[0]!, done)
  desk.run(0)
  assert.equal([desk.rig.row('tun0').state, desk.row().state], ['managed', 'connected'])

  await desk.disconnect()
  assert.is(desk.rig.acts.at(-1)!.parameters.adapter!.name, 'tun0')
  assert.equal(desk.rig.undone, [fence])
  desk.run(5_000)
  const states = ['tun0', 'peer0'].map((name) => desk.rig.row(name).state)
  assert.equal(states, ['claimed', 'claimed'], 'what is left of it is a link as any other')
})

test('only the connect that makes a link may, and only while it is under way', async () => {
  const open: DialAct[] = []
  const { desk, fence } = await connecting(open)
  assert.is(await codeOf(make(desk, fence, 'other')), 'NOT_ALLOWED')
  assert.is(await codeOf(make(desk, fence + 1)), 'NOT_ALLOWED')
  await make(desk, fence)
  desk.rig.link(tunnel)
  assert.is(await codeOf(adopt(desk, fence, 'other')), 'NOT_ALLOWED')
  await adopt(desk, fence)
  assert.is(await codeOf(adopt(desk, fence)), 'NOT_ALLOWED', 'it has its adapter')
  desk.rig.end(open[0]!, done)
  desk.run(0)
  assert.is(await codeOf(make(desk, fence)), 'NOT_ALLOWED', 'it is connected')
})

test('an adopted link that goes is lost; one that was adopted before a kill is cleaned up with its attempt', async () => {
  const open: DialAct[] = []
  const { desk, fence } = await connecting(open)
  await make(desk, fence)
  desk.rig.link(tunnel)
  await adopt(desk, fence)
  const next = new Desk({ links: [tunnel], store: desk.rig.store, dials: { connect: () => null } })
  next.run(0)
  assert.equal(next.acts[0], 'disconnect office')
  assert.is(next.rig.acts[0]!.parameters.adapter!.name, 'tun0')

  desk.rig.end(open[0]!, done)
  desk.run(0)
  desk.rig.engine.submit({ type: 'link-gone', index: tunnel.index, movedTo: null })
  desk.run(0)
  assert.equal(desk.states().slice(-3), ['connected', 'disconnecting', 'disconnected-unavailable'])
})

test('a link of a name that is made for another connection that is there is not made, and its fence stands', async () => {
  const open: DialAct[] = []
  const desk = new Desk({
    links: [],
    connections: { home: {}, office: {} },
    provider: { serial: false },
    dials: { resources: () => ({ result: 'SUCCESS', adapters: null }), connect: keepOpen(open) },
  })
  await desk.connect('home')
  await desk.connect('office')
  const [home, office] = open.map(({ fence }) => fence) as [number, number]
  await make(desk, home)
  desk.rig.end(open[0]!, done)
  desk.run(0)
  assert.is(await codeOf(make(desk, office)), 'NOT_ALLOWED')
  const holdings = new Holdings(desk.rig.engine)
  assert.equal(
    [home, home + office, null].map((fence) => holdings.standsFor(fence)),
    ['home', null, null],
  )

  await desk.disconnect('home')
  assert.is(holdings.standsFor(home), null)
  await make(desk, office)
})

test.run()
