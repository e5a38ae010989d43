import type { DisconnectAllDocument } from '@claimd/sdk'
import * as assert from 'uvu/assert'
import type { DialAct } from '../../../../host/core/kernel/provider-port.js'
import { suite } from '../../../harness.js'
import { type Dialling, link, mine, notMine, Rig } from '../rig.js'
import { codeOf, Desk, keepOpen } from './desk.js'

const test = suite('core/connections')

test('CM-19 SC-45: a connect is accepted with a number, dialled, and completed once', async () => {
  const desk = new Desk()
  const accepted = await desk.connect()
  assert.equal(desk.acts, ['connect office'])
  assert.ok(desk.rig.acts[0]!.stored, 'it is stored before it is called')
  assert.equal(desk.states(), ['connecting', 'connected'])
  assert.is(desk.request(accepted.request)!.result, 'SUCCESS')
  assert.equal(desk.completions, ['SUCCESS'])
  assert.equal([desk.row().state, desk.row().origin, desk.row().adapter], ['connected', 'dialled', 'eth0'])
  assert.is(desk.rig.row('eth0').state, 'managed')
  assert.equal(desk.row().holds, ['operator'])
})

test('CM-19: a connect that fails is cleaned up, told with its cause, and tried again', async () => {
  const desk = new Desk({
    dials: { connect: () => ({ result: 'UNEXPECTED', cause: 'authentication', reason: 'wrong password' }) },
  })
  const { request } = await desk.connect()
  const done = desk.request(request)!
  assert.equal(
    [done.result, done.code, done.cause],
    ['CONNECTION_ACQUIRE_FAILED', 'CONNECT_FAILED', 'authentication'],
  )
  assert.equal(desk.acts, ['connect office', 'disconnect office'])
  assert.equal(desk.rig.undone.length, 1)
  assert.equal(desk.states(), ['connecting', 'disconnecting', 'disconnected'])
  assert.is(desk.rig.row('eth0').state, 'unmanaged')
  assert.equal(desk.row().holds, ['operator'], 'the operator goes on to want it')
  assert.ok(desk.row().retryAt)
  desk.run(2_000)
  assert.equal(desk.acts.slice(2), ['connect office', 'disconnect office'])
})

test('connect --once: one attempt, and no more', async () => {
  const desk = new Desk({ dials: { connect: () => ({ result: 'UNEXPECTED', reason: 'no' }) } })
  const { request } = await desk.connect('office', { mode: 'once' })
  assert.is(desk.request(request)!.code, 'CONNECT_FAILED')
  desk.run(600_000)
  assert.equal(desk.acts, ['connect office', 'disconnect office'])
  assert.equal(desk.row().holds, [])
})

test('SC-46: two who ask for one connection are served by one dial', async () => {
  const open: DialAct[] = []
  const desk = new Desk({
    dials: {
      connect: keepOpen(open),
    },
  })
  const first = await desk.connect()
  const second = await desk.connect('office', { caller: 'uid 1000' })
  assert.is.not(first.request, second.request)
  assert.is(open.length, 1)
  desk.rig.end(open[0]!, { outcome: 'done', answer: { result: 'SUCCESS' } })
  desk.run(0)
  assert.equal(desk.completions, ['SUCCESS', 'SUCCESS'])
})

test('a call that is repeated with its key finds its request, also when that is completed', async () => {
  const desk = new Desk()
  const first = await desk.connect('office', { key: 'k' })
  const again = await desk.connect('office', { key: 'k' })
  assert.is(again.request, first.request)
  assert.is.not((await desk.connect('office', { key: 'k', caller: 'uid 1' })).request, first.request)
})

test('disconnect takes it down: its provider, then what was made, and only then it is told', async () => {
  const desk = new Desk()
  await desk.connect()
  const { message } = await desk.disconnect()
  assert.match(message, 'is disconnected')
  assert.equal(desk.acts, ['connect office', 'disconnect office'])
  assert.equal(desk.rig.undone, [desk.rig.acts[0]!.fence])
  assert.equal(desk.states(), ['connecting', 'connected', 'disconnecting', 'disconnected'])
  assert.is(desk.rig.row('eth0').state, 'unmanaged')
  desk.run(600_000)
  assert.equal(desk.acts.length, 2, 'nobody wants it up any more')
})

test('CM-5 rule 1: what is claimed is not disconnected, and rule 4: a connect of it succeeds at once', async () => {
  const desk = new Desk({ provider: { offer: () => ({ ...mine('office'), volatile: false }) } })
  assert.is(desk.row().origin, 'out-of-band')
  const { request } = await desk.connect()
  assert.is(desk.request(request)!.result, 'SUCCESS')
  assert.is(await codeOf(desk.disconnect()), 'CLAIMED_OUT_OF_BAND')
  assert.equal(desk.acts, [])
})

test('CM-6: what its provider does not take down is connected again, and is not hung up for being idle', async () => {
  const desk = new Desk({ dials: { disconnect: () => ({ result: 'NOT_SUPPORTED' }) } })
  await desk.connect()
  assert.is(await codeOf(desk.disconnect()), 'DISCONNECT_FAILED')
  assert.is(desk.row().state, 'connected')
  assert.is(desk.rig.row('eth0').state, 'managed')
  assert.equal(desk.rig.undone, [])
  desk.run(600_000)
  assert.equal(desk.acts, ['connect office', 'disconnect office'])
})

test('CM-22 SC-47: one that is used on demand is taken down a while after its last user left', async () => {
  const desk = new Desk({ connections: { office: { behaviour: 'always-connected' } } })
  assert.equal(desk.acts, ['connect office'])
  desk.rig.engine.submit({
    type: 'settings',
    settings: { order: [], ignore: [], connections: [{ name: 'office', type: 'wired', config: {} }] },
  })
  desk.run(59_000)
  assert.is(desk.row().state, 'connected')
  await desk.connect()
  desk.run(600_000)
  assert.is(desk.row().state, 'connected', 'somebody asked for it in time')

  const unused = new Desk({ connections: { office: { behaviour: 'always-connected', idleTimeout: 5_000 } } })
  const settings = { name: 'office', type: 'wired', config: {}, idleTimeout: 5_000 }
  unused.rig.engine.submit({ type: 'settings', settings: { order: [], ignore: [], connections: [settings] } })
  unused.run(4_999)
  assert.is(unused.row().state, 'connected')
  unused.run(1)
  assert.equal(unused.acts, ['connect office', 'disconnect office'])
})

test('CM-22: a changed idle time counts from the change on, also for what is idle already', async () => {
  const settings = (idleTimeout: number) => ({
    ...{ type: 'settings', settings: { order: [], ignore: [] } },
    connections: [{ name: 'office', type: 'wired', config: {}, idleTimeout }],
  })
  const change = (desk: Desk, idleTimeout: number) => {
    const { type, settings: others, connections } = settings(idleTimeout)
    desk.rig.engine.submit({ type, settings: { ...others, connections } } as never)
  }
  for (const [first, then] of [
    [60_000, 5_000],
    [60_000, 90_000],
  ] as const) {
    const desk = new Desk({ connections: { office: { behaviour: 'always-connected' } } })
    change(desk, first)
    desk.run(10_000)
    change(desk, then)
    desk.run(then - 1)
    assert.is(desk.row().state, 'connected')
    desk.run(1)
    assert.equal(desk.acts, ['connect office', 'disconnect office'])
  }
})

test('disconnect --if-unused takes nothing down that somebody wants up', async () => {
  const desk = new Desk()
  await desk.connect()
  assert.is(await codeOf(desk.disconnect('office', true)), 'CONNECTION_IN_USE')
  assert.is(desk.row().state, 'connected')
  assert.equal(desk.row().holds, ['operator'])
})

test('disconnect --if-unused takes nothing down that is always connected, unless that was stopped', async () => {
  const desk = new Desk({ connections: { office: { behaviour: 'always-connected' } } })
  const refused = await desk.disconnect('office', true).catch((error: Error) => error.message)
  assert.is(refused, 'connection office is always connected')
  assert.equal([desk.row().state, desk.acts], ['connected', ['connect office']])
  await desk.disconnect()
  assert.is(await codeOf(desk.disconnect('office', true)), 'no error')
})

test('a disconnect that its provider does not answer is made by the host alone, and is looked after', async () => {
  for (const [state, code] of [
    ['connected', 'DISCONNECT_FAILED'],
    ['disconnected', 'no error'],
  ] as const) {
    const desk = new Desk({
      dials: { disconnect: () => null, status: () => ({ result: 'SUCCESS', state }) },
    })
    await desk.connect()
    const disconnect = desk.disconnect()
    disconnect.catch(() => {})
    desk.run(9_999)
    assert.equal(desk.rig.undone, [])
    desk.run(1)
    assert.is(desk.rig.undone.length, 1)
    assert.is(await codeOf(disconnect), code)
    assert.is(desk.row().state, state)
  }
})

test('SC-55: who cannot have what another connection uses waits, and is told for whom', async () => {
  const desk = new Desk({
    connections: { office: {}, other: {} },
    links: [link('eth0'), link('eth1')],
    dials: {
      resources: ({ adapters }) => ({
        ...{ result: 'SUCCESS', adapters: adapters.map(({ id }) => id) },
        resources: [{ id: 'radio:phy0' }],
      }),
    },
  })
  await desk.connect()
  const { request } = await desk.connect('other')
  assert.is(desk.request(request)!.result, 'PENDING')
  assert.match(desk.row('other').because, 'radio:phy0 is used by connection office')
  const once = await desk.connect('other', { mode: 'once', caller: 'uid 7' })
  assert.is(desk.request(once.request)!.result, 'PENDING', 'it is wanted up by the operator as well')
  await desk.disconnect()
  assert.is(desk.row('other').state, 'connected')
  await desk.disconnect('other')
  await desk.connect()
  const alone = await desk.connect('other', { mode: 'once' })
  assert.is(desk.request(alone.request)!.code, 'RESOURCE_BUSY')
})

test('CM-24: one that is always connected comes up by itself, and never over what somebody holds', async () => {
  const desk = new Desk({ connections: { office: { behaviour: 'always-connected' } }, links: [] })
  assert.equal(desk.acts, [])
  assert.is(desk.row().state, 'disconnected-unavailable')
  desk.rig.link(link('eth0'))
  assert.equal(desk.acts, ['connect office'])
  assert.is(desk.row().state, 'connected')

  const held = new Desk({
    connections: { office: { behaviour: 'always-connected' } },
    provider: { offer: () => mine('other') },
  })
  held.run(600_000)
  assert.equal(held.acts, [])
})

test('CM-25: a disabled connection is not connected for any caller', async () => {
  const desk = new Desk({ connections: { office: { enabled: false, behaviour: 'always-connected' } } })
  assert.is(desk.row().state, 'disconnected-disabled')
  assert.is(await codeOf(desk.connect()), 'CONNECTION_DISABLED')
  assert.equal([desk.acts, desk.rig.askedOfConnections], [[], []])
})

test('CM-28: of one provider one connection is connected at a time; 16 where it is not serial', async () => {
  const names = Array.from({ length: 20 }, (_, i) => `c${i}`)
  const connections = Object.fromEntries(names.map((name) => [name, {}]))
  const links = names.map((_, i) => link(`eth${i}`))
  for (const [serial, expected] of [
    [true, 1],
    [false, 16],
  ] as const) {
    const desk = new Desk({ connections, links, provider: { serial }, dials: { connect: () => null } })
    for (const name of names) await desk.connect(name)
    assert.is(desk.acts.length, expected)
    assert.match(desk.row('c19').because, 'busy with connection c')
  }
})

test('CM-28: what waits for its provider is connected in its order, and says whom it waits for', async () => {
  const names = ['c0', 'c1', 'c2', 'c3']
  const open: DialAct[] = []
  const desk = new Desk({
    connections: Object.fromEntries(names.map((name) => [name, {}])),
    links: names.map((_, i) => link(`eth${i}`)),
    dials: { connect: keepOpen(open) },
  })
  const requests: number[] = []
  for (const name of names) requests.push((await desk.connect(name)).request)
  const end = () => {
    desk.rig.end(open.at(-1)!, { outcome: 'done', answer: { result: 'SUCCESS' } })
    desk.run(0)
  }
  assert.match(desk.row('c3').because, 'net/wired is busy with connection c0')
  end()
  assert.match(desk.row('c3').because, 'net/wired is busy with connection c1')
  // It does not want its turn any more: the next one has it.
  await desk.ask({ type: 'cancel-request', id: requests[2]!, who: 'root' })
  end()
  end()
  assert.equal(desk.acts, ['connect c0', 'connect c1', 'connect c3'])
  assert.is(desk.row('c3').state, 'connected')
})

test('a connection that is down is no reason to offer other adapters', async () => {
  const names = ['c0', 'c1', 'c2']
  const desk = new Desk({
    connections: Object.fromEntries(names.map((name) => [name, {}])),
    links: names.map((_, i) => link(`eth${i}`)),
  })
  await desk.connect('c0')
  const before = desk.rig.rounds('eth1').length
  await desk.disconnect('c0')
  desk.run(5_000)
  assert.is(desk.rig.rounds('eth1').length, before)
  assert.match(desk.rig.rounds('eth0').at(-1)!.trigger, 'connection c0 is down')
})

test('SC-52: a cancelled connect is cleaned up before anybody hears that it is over', async () => {
  const open: DialAct[] = []
  const desk = new Desk({ dials: { connect: keepOpen(open) } })
  const { request } = await desk.connect()
  await desk.ask({ type: 'cancel-request', id: request, who: 'root' })
  assert.equal(desk.rig.cancelledActs, [{ fence: open[0]!.fence, kind: 'connect' }])
  assert.is(desk.request(request)!.result, 'PENDING')
  // It came too late.
  desk.rig.end(open[0]!, { outcome: 'done', answer: { result: 'SUCCESS' } })
  desk.run(0)
  assert.equal(desk.acts, ['connect office', 'disconnect office'])
  assert.is(desk.request(request)!.code, 'CONNECT_CANCELLED')
  assert.is(desk.rig.row('eth0').state, 'unmanaged')
  desk.run(600_000)
  assert.equal(desk.acts.length, 2)
})

test('SC-49: a request that times out is over once, and claimd goes on', async () => {
  const open: DialAct[] = []
  const desk = new Desk({ dials: { connect: keepOpen(open) } })
  const { request } = await desk.connect('office', { timeout: 5_000 })
  desk.run(5_000)
  assert.is(desk.request(request)!.code, 'CONNECT_TIMED_OUT')
  desk.rig.end(open[0]!, { outcome: 'done', answer: { result: 'SUCCESS' } })
  desk.run(0)
  assert.is(desk.row().state, 'connected')
  assert.equal(desk.completions, ['CONNECT_TIMED_OUT'])
})

test('SC-30: a connect that takes too long is cancelled, cleaned up, and fails', async () => {
  const open: DialAct[] = []
  const desk = new Desk({ dials: { connect: keepOpen(open) } })
  const { request } = await desk.connect('office', { mode: 'once' })
  desk.run(60_000)
  assert.is(desk.rig.cancelledActs.length, 1)
  desk.rig.end(open[0]!, { outcome: 'interrupted', reason: 'its process was ended' })
  desk.run(0)
  const done = desk.request(request)!
  assert.equal([done.code, done.cause], ['CONNECT_FAILED', 'timed-out'])
  assert.equal(desk.acts, ['connect office', 'disconnect office'])
})

test('SC-50: what no provider can serve is said at once', async () => {
  const rig = new Rig({ settings: { connections: [{ name: 'office', type: 'vpn', config: {} }] } })
  rig.start([link('eth0')], [{ id: 'net/wired', connectionTypes: ['wired'], offer: () => notMine() }])
  const asked = {
    type: 'connect',
    connection: 'office',
    mode: 'keep',
    timeout: null,
    takeOver: null,
  } as const
  const reply = rig.engine.ask({ ...asked, key: null, who: 'root', caller: 'uid 0', openLimit: 100 })
  assert.is(await codeOf(rig.reply(reply)), 'PROVIDER_UNAVAILABLE')
})

test('SC-51: a caller has so many requests open, and others are not affected', async () => {
  const desk = new Desk({ dials: { connect: () => null } })
  for (let i = 0; i < 100; i++) await desk.connect()
  assert.is(await codeOf(desk.connect()), 'TOO_MANY_REQUESTS')
  assert.is(await codeOf(desk.connect('office', { caller: 'uid 1000' })), 'no error')
})

test('SC-53: one that nobody wants any more when it is up stays for a while, and is taken down', async () => {
  const open: DialAct[] = []
  const desk = new Desk({
    connections: { office: { behaviour: 'always-connected' } },
    dials: { connect: keepOpen(open) },
  })
  desk.rig.engine.submit({
    type: 'settings',
    settings: { order: [], ignore: [], connections: [{ name: 'office', type: 'wired', config: {} }] },
  })
  desk.run(0)
  desk.rig.end(open[0]!, { outcome: 'done', answer: { result: 'SUCCESS' } })
  desk.run(29_000)
  assert.is(desk.row().state, 'connected')
  desk.run(1_000)
  assert.equal(desk.acts, ['connect office', 'disconnect office'])
})

test('CM-29 CM-30 CM-31 SC-43: when it is tried again follows its configuration', async () => {
  const attempts = (reconnect: object, ms: number, fails = () => true) => {
    const desk = new Desk({
      connections: { office: { behaviour: 'always-connected', reconnect: reconnect as never } },
      dials: { connect: () => (fails() ? { result: 'UNEXPECTED', reason: 'no' } : { result: 'SUCCESS' }) },
    })
    desk.run(ms)
    return { count: desk.acts.filter((one) => one.startsWith('connect')).length, desk }
  }
  const linear = { algorithm: 'linear', delay: 5_000, attempts: 3, afterwards: 60_000 }
  assert.is(attempts(linear, 14_999).count, 3)
  assert.is(attempts(linear, 15_000).count, 4)
  assert.is(attempts(linear, 75_000).count, 5)
  assert.is(attempts({ ...linear, afterwards: null }, 10_000_000).count, 4)
  assert.is(attempts({ algorithm: 'none' }, 10_000_000).count, 1)

  const exponential = {
    algorithm: 'exponential',
    delay: 1_000,
    limit: 8_000,
    attempts: null,
    afterwards: null,
  }
  // 1, 2, 4, 8, 8 … seconds, each up to a quarter more or less.
  const { count } = attempts(exponential, 100_000)
  assert.ok(count >= 12 && count <= 19, String(count))
  let left = 3
  const { desk } = attempts(exponential, 60_000, () => left-- > 0)
  assert.is(desk.row().state, 'connected')
  assert.is(desk.core.records.get('office')!.failures, 0, 'a success begins anew')
})

test('rule 5: what was up before a restart is managed again, and is asked for; who waited is told', async () => {
  const first = new Desk({ dials: { status: () => ({ result: 'SUCCESS', state: 'connected' }) } })
  await first.connect()
  first.rig.engine.stop()
  const store = first.rig.store
  const second = new Desk({
    store,
    links: [link('eth0', { index: 2 })].slice(0, 0),
  })
  assert.is(second.row().state === 'connected', false, 'its link is gone')

  const third = new Desk({ dials: { status: () => ({ result: 'SUCCESS', state: 'connected' }) } })
  await third.connect()
  const eth0 = third.rig.engine.claims.context.byIndex.values().next().value!.link
  const again = new Desk({
    store: third.rig.store,
    links: [eth0],
    dials: { status: () => ({ result: 'SUCCESS', state: 'connected' }) },
  })
  assert.equal(
    [again.row().state, again.row().origin, again.row().holds],
    ['connected', 'dialled', ['operator']],
  )
  assert.is(again.rig.row('eth0').state, 'managed')
  assert.equal(again.acts, [])
  assert.equal(
    again.rig.askedOfConnections.map(({ kind }) => kind),
    ['status'],
  )
  await again.disconnect()
  assert.equal(again.acts, ['disconnect office'])
})

test('a host that is killed while it connects cleans up, tells who waited, and dials again', async () => {
  const desk = new Desk({ dials: { connect: () => null } })
  const { request } = await desk.connect()
  const eth0 = desk.rig.engine.claims.context.byIndex.values().next().value!.link
  const again = new Desk({ store: desk.rig.store, links: [eth0] })
  assert.is(again.request(request)!.code, 'CONNECT_INTERRUPTED')
  assert.equal(again.acts, ['disconnect office'])
  assert.is(again.rig.acts[0]!.fence, desk.rig.acts[0]!.fence)
  again.run(2_000)
  assert.equal(again.acts, ['disconnect office', 'connect office'])
  assert.is(again.row().state, 'connected')
})

test('disconnect stops automatic connects, until a connect, or until an adapter is plugged in', async () => {
  const always = { connections: { office: { behaviour: 'always-connected' as const } } }
  const desk = new Desk(always)
  await desk.disconnect()
  desk.run(600_000)
  assert.equal(desk.acts, ['connect office', 'disconnect office'])
  const restarted = new Desk({ ...always, store: desk.rig.store, links: [] })
  assert.is(restarted.core.records.get('office')!.stoppedBy, 'root', 'also after a restart of the host')
  assert.is(
    new Desk({ ...always, store: desk.rig.store, boot: 'boot-2' }).acts.length,
    1,
    'but not of the machine',
  )

  desk.rig.link(link('eth7'))
  assert.equal(desk.acts.slice(2), ['connect office'])

  let works = false
  const again = new Desk({
    ...always,
    dials: { connect: () => (works ? { result: 'SUCCESS' } : { result: 'UNEXPECTED', reason: 'no' }) },
  })
  await again.disconnect()
  await again.connect('office', { mode: 'once' })
  works = true
  again.run(10_000)
  assert.is(again.row().state, 'connected', 'it is always connected again')
})

test('CM-28: a lane is occupied until the act has ended, also when its result is not waited for any more', async () => {
  const open: DialAct[] = []
  const desk = new Desk({
    connections: { office: {}, other: {} },
    links: [link('eth0'), link('eth1')],
    dials: { disconnect: keepOpen(open) },
  })
  await desk.connect()
  desk.disconnect().catch(() => {})
  desk.run(10_000)
  assert.is(desk.row().state, 'disconnected')
  await desk.connect('other')
  assert.equal(desk.acts, ['connect office', 'disconnect office'])
  desk.rig.end(open[0]!, { outcome: 'interrupted', reason: 'its process was ended' })
  desk.run(0)
  assert.is(desk.row('other').state, 'connected')
})

test('rule 8: no adapter is claimed for a connection that is being cleaned up', async () => {
  let claims = false
  const desk = new Desk({
    provider: { offer: () => (claims ? { ...mine('office'), volatile: false } : notMine()) },
    dials: { disconnect: () => null },
  })
  await desk.connect()
  claims = true
  desk.rig.gone(desk.rig.engine.claims.context.byIndex.keys().next().value!)
  assert.is(desk.row().state, 'disconnecting')
  desk.rig.link(link('eth1'))
  assert.is(desk.rig.row('eth1').state, 'unmanaged')
  desk.run(10_000)
  assert.is(desk.rig.row('eth1').state, 'claimed', 'it is offered again when that is over')
})

test('a request is not completed by a claim that could not be stored', async () => {
  let claims = false
  const desk = new Desk({
    connections: { office: {}, other: {} },
    provider: { offer: () => (claims ? { ...mine('office'), volatile: false } : notMine()) },
    dials: { connect: () => null },
  })
  await desk.connect('other')
  const { request } = await desk.connect()
  claims = true
  desk.rig.store.failure = 'disk full'
  desk.rig.link(link('eth1'))
  assert.is(desk.request(request)!.result, 'PENDING')
  desk.rig.store.failure = null
  desk.run(5_000)
  assert.is(desk.rig.row('eth1').state, 'claimed')
  assert.equal([desk.request(request)!.result, desk.completions], ['SUCCESS', ['SUCCESS']])
})

test('what its provider, and its link, say of a connected one is shown', async () => {
  let state: 'connected' | 'suspended' = 'connected'
  const desk = new Desk({ dials: { status: () => ({ result: 'SUCCESS', state }) } })
  await desk.connect()
  const { fence } = desk.rig.acts[0]!
  const report = (what: 'suspended' | 'resumed' | 'lost', by = 'net/wired') => {
    const event = {
      type: 'report',
      provider: by,
      connection: 'office',
      fence,
      state: what,
      reason: 'so',
    } as const
    desk.rig.engine.submit(event)
    desk.run(0)
    return desk.row().state
  }
  assert.equal([report('suspended'), report('resumed')], ['suspended', 'connected'])
  assert.is(report('lost', 'net/other'), 'connected', 'only its provider reports on it')
  state = 'suspended'
  const { link: now } = desk.rig.engine.claims.context.byIndex.values().next().value!
  desk.rig.link({ ...now, carrier: false })
  desk.run(5_000)
  assert.is(desk.row().state, 'suspended', 'its link is another one, and its provider is asked')
  assert.is(report('lost'), 'disconnected-unavailable')
  assert.is(desk.acts[1], 'disconnect office')
})

test('why a connection is suspended is told in the words of who knows', async () => {
  let reason: string | undefined = 'eth0 is behind a captive portal'
  const desk = new Desk({
    dials: { status: () => ({ result: 'SUCCESS', state: 'suspended', ...(reason && { reason }) }) },
  })
  await desk.connect()
  const { link: eth0 } = desk.rig.engine.claims.context.byIndex.values().next().value!
  const change = (address: string) => {
    desk.rig.link({ ...eth0, addresses: [address] })
    desk.run(0)
    return desk.row().because
  }
  assert.is(change('10.0.0.1/8'), 'net/wired says: eth0 is behind a captive portal')
  reason = undefined
  assert.is(change('10.0.0.2/8'), 'net/wired says that its data are paused')
  const silent = new Desk({ dials: { status: () => ({ result: 'NOT_IMPLEMENTED' }) } })
  await silent.connect()
  const { link } = silent.rig.engine.claims.context.byIndex.values().next().value!
  silent.rig.link({ ...link, carrier: false })
  silent.run(5_000)
  assert.equal([silent.row().state, silent.row().because], ['suspended', 'eth0 has no carrier'])
})

test('that an operator has stopped it is told before why it failed earlier', async () => {
  const desk = new Desk({ links: [] })
  await desk.connect()
  assert.is(desk.row().state, 'disconnected-unavailable')
  await desk.disconnect().catch(() => {})
  assert.equal([desk.row().state, desk.row().because], ['disconnected', 'root disconnected it'])
})

test('SC-55: what has no adapter is told which connection holds the one that it might use', async () => {
  const desk = new Desk({ connections: { office: {}, home: {} } })
  await desk.connect()
  await desk.connect('home')
  assert.is(
    desk.row('home').because,
    'there is no adapter that it could use; eth0 is held for connection office',
  )
})

test('CM-28: a disconnect that waits for its provider tells for what', async () => {
  const desk = new Desk({
    connections: { office: {}, home: {} },
    links: [link('eth0'), link('eth1')],
    dials: {
      connect: ({ parameters }) => (parameters.connection.name === 'home' ? null : { result: 'SUCCESS' }),
    },
  })
  await desk.connect()
  await desk.connect('home')
  desk.disconnect().catch(() => {})
  desk.run(0)
  assert.match(desk.row().because, 'it waits: net/wired is busy with connection home')
  assert.match(desk.detail()!.requests[0]!.message, 'net/wired is busy with connection home')
})

test('SC-43: a provider that refuses before anything is reserved is asked at growing distances, and so often at most', async () => {
  let asked = 0
  const dials: Dialling = {
    resources: () => {
      asked++
      return { result: 'CONNECTION_ACQUIRE_FAILED', cause: 'sim-missing', reason: 'there is no card' }
    },
  }
  const desk = new Desk({ dials })
  await desk.connect()
  desk.run(600_000)
  assert.ok(asked < 20, String(asked))
  asked = 0
  const reconnect = { algorithm: 'linear', delay: 1_000, attempts: 3, afterwards: null } as const
  const limited = new Desk({ dials, connections: { office: { reconnect } } })
  await limited.connect()
  limited.run(600_000)
  assert.is(asked, 4)
})

test('SC-43: what no plugin can be asked for is not tried by time, and is when one can', async () => {
  const office = { behaviour: 'always-connected' } as const
  const desk = new Desk({ connections: { office }, provider: { status: 'disabled' } })
  const before = desk.rig.events.length
  desk.run(600_000)
  assert.is(desk.rig.events.length, before)
  desk.rig.provide([desk.dialler({ status: 'available' })])
  desk.run(0)
  assert.equal(desk.acts, ['connect office'])
})

test('SC-43: a carrier tries again what it may help, of the adapters that its provider may use', async () => {
  let cause: 'authentication' | 'no-carrier' = 'authentication'
  const desk = new Desk({
    links: [link('eth0'), link('eth1')],
    dials: { connect: () => ({ result: 'UNEXPECTED', cause }) },
  })
  await desk.connect()
  const flap = (name: string) => {
    const { link: one } = [...desk.rig.engine.claims.context.byIndex.values()].find(
      (at) => at.link.name === name,
    )!
    desk.rig.link({ ...one, carrier: false })
    desk.run(0)
    desk.rig.link({ ...one, carrier: true })
    desk.run(0)
  }
  const connects = () => desk.acts.filter((act) => act.startsWith('connect')).length
  flap('eth1')
  assert.is(connects(), 1, 'a password is not another one because of a carrier')
  cause = 'no-carrier'
  desk.run(2_000)
  assert.is(connects(), 2)
  flap('eth1')
  assert.is(connects(), 3)
  for (let times = 0; times < 50; times++) flap('eth1')
  assert.ok(connects() < 10, String(connects()))
})

test('CM-19: how far a connect has come is told', async () => {
  const desk = new Desk({ dials: { connect: () => null } })
  await desk.connect()
  const { fence } = desk.rig.acts[0]!
  const progress = { state: 'waiting-for-ip', text: 'asking for an address' } as const
  desk.rig.engine.submit({ type: 'progress', provider: 'net/other', fence, progress })
  desk.run(0)
  assert.is(desk.row().state, 'connecting')
  desk.rig.engine.submit({ type: 'progress', provider: 'net/wired', fence, progress })
  desk.run(0)
  assert.is(desk.row().state, 'connecting-waiting-for-ip')
  assert.ok(desk.rig.types().includes('connect-progress'))
})

test('a success for an adapter that has gone meanwhile does not count', async () => {
  const open: DialAct[] = []
  const desk = new Desk({ dials: { connect: keepOpen(open) } })
  const { request } = await desk.connect('office', { mode: 'once' })
  desk.rig.engine.submit({
    type: 'link-gone',
    index: desk.rig.acts[0]!.parameters.adapter!.index,
    movedTo: null,
  })
  desk.rig.end(open[0]!, { outcome: 'done', answer: { result: 'SUCCESS' } })
  desk.run(0)
  assert.equal([desk.request(request)!.code, desk.request(request)!.cause], ['CONNECT_FAILED', 'no-carrier'])
  assert.equal(desk.acts, ['connect office', 'disconnect office'])
})

test('a disconnect right after a restart, before the plugins are known, is made when they are', async () => {
  const desk = new Desk()
  await desk.connect()
  const eth0 = desk.rig.engine.claims.context.byIndex.values().next().value!.link
  const rig = new Rig({
    store: desk.rig.store,
    settings: { connections: [{ name: 'office', type: 'wired', config: {} }] },
  })
  rig.engine.submit({ type: 'snapshot', reason: 'start', links: [eth0] })
  rig.clock.run()
  const disconnect = rig.engine.ask({ type: 'disconnect', connection: 'office', who: 'root' })
  rig.clock.run()
  assert.equal(rig.acts, [])
  rig.provide([desk.dialler()])
  assert.is((await rig.reply(disconnect)).result, 'SUCCESS')
  assert.equal(
    rig.acts.map(({ kind }) => kind),
    ['disconnect'],
  )
  rig.clock.run(600_000)
  assert.is(rig.acts.length, 1, 'the hold of before is over')
})

test('rule 12: a release of what claimd connected touches nothing, and nothing dials that adapter', async () => {
  const desk = new Desk({ connections: { office: { behaviour: 'always-connected' } } })
  await desk.connect()
  await desk.ask({ type: 'release', adapter: 'eth0', reason: 'mine', who: 'root' })
  desk.run(600_000)
  assert.equal([desk.acts, desk.rig.undone], [['connect office'], []])
  assert.equal(
    desk.rig.told.map(({ provider, reason }) => `${provider} ${reason}`),
    ['net/wired operator'],
  )
  assert.equal([desk.rig.row('eth0').state, desk.row().state], ['unmanaged', 'disconnected-unavailable'])
  assert.equal(desk.row().holds, [])
})

test('rule 1: a disconnect during a take-over is refused, and the claim is back', async () => {
  const open: DialAct[] = []
  const desk = new Desk({
    provider: { offer: () => ({ ...mine('office'), volatile: false }), verify: () => mine('office') },
    dials: {
      connect: keepOpen(open),
      resources: ({ adapters }) => ({ result: 'SUCCESS', adapters: adapters.map(({ id }) => id) }),
    },
  })
  await desk.connect('office', { takeOver: { reason: 'mine now' } })
  const disconnect = desk.disconnect()
  disconnect.catch(() => {})
  const all = desk.ask({ type: 'disconnect-all', who: 'root' }) as Promise<DisconnectAllDocument>
  desk.rig.end(open[0]!, { outcome: 'done', answer: { result: 'UNEXPECTED', reason: 'cancelled' } })
  desk.run(0)
  assert.is(await codeOf(disconnect), 'CLAIMED_OUT_OF_BAND')
  const { refused, disconnected, failed } = await all
  assert.equal([refused.map(({ code }) => code), disconnected, failed], [['CLAIMED_OUT_OF_BAND'], [], []])
  assert.equal([desk.rig.row('eth0').state, desk.row().origin], ['claimed', 'out-of-band'])
  assert.ok(desk.rig.types().includes('take-over-undone'))
})

test('a link that goes away takes its connection with it, which is cleaned up and comes back with another', async () => {
  const desk = new Desk()
  await desk.connect()
  const { index } = desk.rig.engine.claims.context.byIndex.values().next().value!.link
  desk.rig.gone(index)
  assert.equal(desk.acts, ['connect office', 'disconnect office'])
  assert.is(desk.row().state, 'disconnected-unavailable')
  desk.rig.link(link('eth1'))
  desk.run(2_000)
  assert.is(desk.row().adapter, 'eth1')
})

test('while nothing can be stored nothing is connected or disconnected, and what was begun is taken back', async () => {
  const desk = new Desk()
  desk.rig.store.failure = 'disk full'
  assert.is(await codeOf(desk.connect()), 'STORE_DEGRADED')
  assert.equal(desk.acts, [])
  assert.is(desk.rig.row('eth0').state, 'unmanaged')
  assert.equal(desk.row().holds, [])
  desk.rig.store.failure = null
  desk.run(5_000)
  await desk.connect()
  assert.is(desk.row().state, 'connected')
  desk.rig.store.failure = 'disk full'
  desk.rig.engine.submit({ type: 'note', note: { type: 'configuration-kept' } })
  desk.run(0)
  assert.is(await codeOf(desk.disconnect()), 'STORE_DEGRADED')
  assert.equal(desk.acts, ['connect office'])
  assert.is(desk.row().state, 'connected')
})

test('SC-23: a take-over turns a claim into a connection in one step; one that fails puts it back', async () => {
  let works = false
  const desk = new Desk({
    provider: { offer: () => ({ ...mine('office'), volatile: false }), verify: () => mine('office') },
    dials: {
      connect: () => (works ? { result: 'SUCCESS' } : { result: 'UNEXPECTED', reason: 'no' }),
      resources: ({ adapters }) => ({ result: 'SUCCESS', adapters: adapters.map(({ id }) => id) }),
    },
  })
  const claimed = desk.rig.row('eth0')
  assert.is(claimed.state, 'claimed')
  const failed = await desk.connect('office', { takeOver: { reason: 'mine now' }, mode: 'once' })
  assert.is(desk.request(failed.request)!.code, 'CONNECT_FAILED')
  assert.equal([desk.rig.row('eth0').state, desk.row().origin], ['claimed', 'out-of-band'])
  assert.is(await codeOf(desk.disconnect()), 'CLAIMED_OUT_OF_BAND')

  works = true
  const taken = await desk.connect('office', { takeOver: { reason: 'mine now' } })
  assert.is(desk.request(taken.request)!.result, 'SUCCESS')
  assert.equal([desk.rig.row('eth0').state, desk.row().origin], ['managed', 'dialled'])
  assert.not.ok(desk.rig.types().includes('handed-over'))
  await desk.disconnect()
  assert.is(desk.acts.at(-1), 'disconnect office')
})

test('SC-41: a carrier that is lost for less than 5 s changes nothing, and one that stays away does', async () => {
  let state: 'connected' | 'suspended' = 'connected'
  const desk = new Desk({ dials: { status: () => ({ result: 'SUCCESS', state }) } })
  await desk.connect()
  const asked = () => desk.rig.askedOfConnections.filter(({ kind }) => kind === 'status').length
  const before = asked()
  const { link: eth0 } = desk.rig.engine.claims.context.byIndex.values().next().value!
  const carrier = (there: boolean) => desk.rig.link({ ...eth0, carrier: there })
  state = 'suspended'
  carrier(false)
  desk.run(4_999)
  assert.is(asked(), before)
  state = 'connected'
  carrier(true)
  desk.run(10_000)
  assert.is(asked(), before + 1, 'it may be on another network now')
  assert.equal(desk.states(), ['connecting', 'connected'])
  state = 'suspended'
  carrier(false)
  desk.run(4_000)
  // Another change meanwhile does not begin it anew.
  desk.rig.link({ ...eth0, carrier: false, address: '02:00:00:00:00:99' })
  desk.run(1_000)
  assert.is(desk.row().state, 'suspended')
  state = 'connected'
  carrier(true)
  desk.run(0)
  assert.is(desk.row().state, 'connected', 'that it is back is seen at once')
  carrier(false)
  desk.run(0)
  desk.rig.link({ ...eth0, carrier: false, up: false })
  desk.run(0)
  assert.is(asked(), before + 4, 'that somebody took it down is seen at once')
})

test('CM-6: what its provider does not take down stays connected, also where claimd was ended meanwhile', async () => {
  const desk = new Desk({ dials: { disconnect: () => null } })
  await desk.connect()
  desk.disconnect().catch(() => {})
  desk.run(0)
  const eth0 = desk.rig.engine.claims.context.byIndex.values().next().value!.link
  const dials: Dialling = { disconnect: () => ({ result: 'NOT_SUPPORTED' }) }
  const again = new Desk({ store: desk.rig.store, links: [eth0], dials })
  again.run(0)
  assert.equal([again.acts, again.row().state, again.rig.undone], [['disconnect office'], 'connected', []])

  const failed = new Desk({ dials: { connect: () => ({ result: 'UNEXPECTED' }), disconnect: () => null } })
  await failed.connect()
  const link0 = failed.rig.engine.claims.context.byIndex.values().next().value!.link
  const after = new Desk({
    store: failed.rig.store,
    links: [link0],
    dials: { ...dials, connect: () => null },
  })
  after.run(0)
  assert.is(after.rig.undone.length, 1, 'what was never connected is taken down by the host')
})

test('a provider is told of the adapter as it is now: by status, and by disconnect', async () => {
  const desk = new Desk()
  await desk.connect()
  const { link: eth0 } = desk.rig.engine.claims.context.byIndex.values().next().value!
  desk.rig.link({ ...eth0, name: 'lan0', addresses: ['10.0.0.9/24'] })
  desk.run(0)
  const status = desk.rig.askedOfConnections.find(({ kind }) => kind === 'status')
  assert.ok(status?.kind === 'status')
  assert.equal([status.adapter!.name, status.adapter!.addresses], ['lan0', ['10.0.0.9/24']])
  assert.is(desk.row().adapter, 'lan0')
  await desk.disconnect()
  assert.is(desk.rig.acts[1]!.parameters.adapter!.name, 'lan0')
})

test.run()
