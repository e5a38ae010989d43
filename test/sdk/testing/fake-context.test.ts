import type { ContextError } from '@claimd/sdk'
import { FakeContext, fakeAdapter } from '@claimd/sdk/testing'
import * as assert from 'uvu/assert'
import { makeAdapter } from '../../../host/conformance/adapters/make-adapter.js'
import { suite } from '../../harness.js'

const test = suite('sdk/testing')

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => null,
    (error: ContextError) => error.code,
  )
const tick = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)))

test('an adapter has every field that a daemon gives', () => {
  const fields = { name: 'lab0', driver: 'e1000e', addresses: ['192.0.2.7/24'] }
  assert.equal(fakeAdapter({ ...fields, index: 7 }), makeAdapter(fields, 7))
  assert.equal(
    fakeAdapter({ name: 'lab0', up: false, index: 7 }),
    makeAdapter({ name: 'lab0', up: false }, 7),
  )
})

test('what the plugin registers, reports, logs and asks for is kept', async () => {
  const fake = new FakeContext({ configured: [{ name: 'office', type: 'lab', config: {} }] })
  const { context } = fake
  const provider = { claimConnection: () => ({ result: 'INVALID_CONNECTION' as const }) }
  const registration = context.providers.register('lab', provider)
  assert.is(fake.provider('lab'), provider)
  assert.throws(() => context.providers.register('lab', provider), /registered already/)
  assert.throws(() => fake.provider('other'), /there is: lab/)
  registration.dispose()
  assert.throws(() => fake.provider('lab'), /there is: none/)
  context.log('one')
  context.log.warn('two')
  assert.equal(fake.log, [
    { level: 'info', message: 'one' },
    { level: 'warn', message: 'two' },
  ])
  context.connections.report('office', 7, 'lost', 'unplugged')
  assert.equal(fake.reports, [{ connection: 'office', fence: 7, state: 'lost', reason: 'unplugged' }])
  assert.equal(await context.offers.request('2.1'), [{ adapter: '2.1', because: null }])
  assert.equal(fake.requestedOffers, ['2.1'])
  await context.links.addAddress('2.1', 7, '192.0.2.7/24')
  assert.equal(fake.linkCalls, [{ method: 'addAddress', args: ['2.1', 7, '192.0.2.7/24'] }])
  assert.is(context.connections.configured().length, 1)
  fake.configure([])
  assert.is(context.connections.configured().length, 0)
  const order: string[] = []
  context.subscriptions.push({ dispose: () => order.push('first') }, { dispose: () => order.push('second') })
  fake.dispose()
  assert.equal(order, ['second', 'first'])
})

test('an adapter that the plugin holds is as its calls have left it', async () => {
  const fake = new FakeContext({ adapters: [fakeAdapter({ name: 'lab0', up: false })] })
  const { links } = fake.context
  const seen = async () => {
    const { up, carrier, addresses } = await links.look('2.1', 7)
    return [up, carrier, addresses]
  }
  assert.equal(await seen(), [false, null, []])
  await links.up('2.1', 7)
  await links.addAddress('2.1', 7, '192.0.2.7/24')
  assert.equal(await seen(), [true, true, ['192.0.2.7/24']])
  fake.adapters.get('2.1')!.carrier = false
  await links.removeAddress('2.1', 7, '192.0.2.7/24')
  assert.equal(await seen(), [true, false, []])
  assert.is(await codeOf(links.look('3.1', 7)), 'NOT_ALLOWED')
})

test('files are those of the fixtures, and a watch is told of what is written', async () => {
  const fake = new FakeContext({ read: { '/run/a/x.lease': 'a', '/run/b.c/y': 'b' } })
  const { read } = fake.context
  assert.is(await read.file('/run/a/x.lease'), 'a')
  assert.equal(await read.bytes('/run/b.c/y'), Buffer.from('b'))
  assert.is((await read.stat('/run/a/x.lease')).size, 1)
  assert.is(await codeOf(read.file('/etc/hostname')), 'FILE_UNREADABLE')
  assert.equal(await read.list('/run/**'), ['/run/a/x.lease', '/run/b.c/y'])
  assert.equal(await read.list('/run/*/*.lease'), ['/run/a/x.lease'])
  assert.equal(await read.list('/run/bxc/*'), [])
  let told = 0
  const watch = read.watch('/run/*/new', () => told++)
  await tick()
  assert.is(told, 1)
  fake.write('/run/a/new', 'n')
  fake.write('/run/other', 'n')
  assert.is(told, 2)
  assert.is(await read.file('/run/a/new'), 'n')
  fake.write('/run/a/new', null)
  assert.equal([told, await codeOf(read.file('/run/a/new'))], [3, 'FILE_UNREADABLE'])
  watch.dispose()
  fake.write('/run/a/new', 'n')
  assert.is(told, 3)
})

test('programs do what the fixtures say', async () => {
  const exec = [
    { program: '/usr/bin/mmcli', args: ['-L'], stdout: 'modem 0' },
    { program: '/usr/bin/mmcli', stderr: 'no such modem', code: 1 },
  ]
  const fake = new FakeContext({ exec })
  const { run, start } = fake.context.exec
  assert.is((await run('/usr/bin/mmcli', ['-L'])).stdout, 'modem 0')
  assert.is((await run('/usr/bin/mmcli', ['-m', '7'])).code, 1)
  assert.is(await codeOf(run('/bin/sh', [])), 'PROGRAM_UNUSABLE')
  assert.equal(
    fake.programs.map(({ program }) => program),
    ['/usr/bin/mmcli', '/usr/bin/mmcli', '/bin/sh'],
  )
  const heard: unknown[] = []
  const listener = { onOutput: (text: string) => heard.push(text), onExit: (end: object) => heard.push(end) }
  await start('/usr/bin/mmcli', ['-L'], listener)
  await tick()
  assert.equal(heard, ['modem 0', { code: 0, signal: null }])
  const killed: unknown[] = []
  const program = await start('/usr/bin/mmcli', ['-m'], { onExit: (end) => killed.push(end) })
  await program.kill()
  await tick()
  assert.equal(killed, [{ code: null, signal: 'SIGTERM' }])
})

test('the bus answers as the fixtures say, and signals come from the service that is listened to', async () => {
  const call = { name: 'org.example.Modem', path: '/m/0', interface: 'org.example.Modem', member: 'Get' }
  const dbus = [
    { ...call, args: ['State'], values: [{ signature: 'i', value: 8 }] },
    { ...call, error: 'org.example.Error.NoSuch' },
  ]
  const fake = new FakeContext({ dbus })
  const bus = fake.context.dbus
  assert.equal(await bus.call({ ...call, signature: 's', args: ['State'] }), [{ signature: 'i', value: 8 }])
  const found = (one: typeof call) =>
    bus.call(one).then(
      () => null,
      ({ code, found }: ContextError) => [code, found],
    )
  assert.equal(await found(call), ['DBUS_FAILED', 'org.example.Error.NoSuch'])
  assert.equal(await found({ ...call, member: 'Set' }), [
    'DBUS_FAILED',
    'org.freedesktop.DBus.Error.UnknownMethod',
  ])
  assert.equal(await found({ ...call, name: 'org.other' }), [
    'DBUS_FAILED',
    'org.freedesktop.DBus.Error.ServiceUnknown',
  ])
  const heard: unknown[] = []
  const wanted = { name: call.name, interface: call.interface, member: 'Changed' }
  const subscription = await bus.subscribe(wanted, ({ args }) => heard.push(...args))
  const signal = { path: '/m/0', interface: call.interface, member: 'Changed', args: [1] }
  fake.signal('org.other', signal)
  fake.signal(call.name, { ...signal, member: 'Other' })
  fake.signal(call.name, signal)
  subscription.dispose()
  fake.signal(call.name, signal)
  assert.equal(heard, [1])
})

test('what is stored is a copy, as on a disk', async () => {
  const fake = new FakeContext({ storage: { before: [1] }, secrets: { pin: '0000' } })
  const { storage, secrets } = fake.context
  const value = { a: 1 }
  await storage.set('key', value)
  value.a = 2
  assert.equal(await storage.get('key'), { a: 1 })
  assert.equal(await storage.keys(), ['before', 'key'])
  await storage.delete('before')
  assert.is(await storage.get('before'), undefined)
  assert.is(await codeOf(storage.set('key', undefined)), 'REQUEST_MALFORMED')
  assert.is(await secrets.get('pin'), '0000')
})

test.run()
