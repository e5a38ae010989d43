import type { ClaimdError, DBusRule } from '@claimd/sdk'
import * as assert from 'uvu/assert'
import { dbusLimits } from '../../../../../host/plugin-host/services/dbus/dbus-limits.js'
import { dbusHandlers } from '../../../../../host/plugin-host/services/dbus/dbus-service.js'
import { SystemBus } from '../../../../../host/plugin-host/services/dbus/system-bus.js'
import { handleLimits } from '../../../../../host/plugin-host/services/handles.js'
import { skip, suite } from '../../../../harness.js'
import { until } from '../../support.js'
import { FakeCaller } from '../fake-caller.js'
import { BusLab, type TestService, testInterface } from './bus-lab.js'

const test = suite('plugin-host/services/dbus')

const name = 'org.claimd.TestService'
const rule: DBusRule = {
  name,
  path: '/org/claimd/*',
  call: [`${testInterface}.Echo`, `${testInterface}.Get*`, `${testInterface}.Fail`],
  signals: [`${testInterface}.Changed`],
}

let lab: BusLab
let service: TestService
let handlers: ReturnType<typeof dbusHandlers>
let callers: FakeCaller[] = []
let nextHandle = 1

test.before.each(async () => {
  if (!BusLab.isThere) skip('needs dbus-daemon')
  lab = new BusLab()
  await lab.start()
  service = await lab.service(name)
  service.method('/org/claimd/one', 'Echo', 'v', (value: unknown) => value)
  handlers = dbusHandlers(new SystemBus(() => lab.path))
})
test.after.each(async () => {
  if (!BusLab.isThere) return
  for (const caller of callers) caller.ending.abort()
  callers = []
  await handlers.close()
  await lab.end()
})

function callerWith(...dbus: DBusRule[]): FakeCaller {
  const caller = new FakeCaller({ dbus })
  callers.push(caller)
  return caller
}

async function call(caller: FakeCaller, member: string, more: object = {}): Promise<unknown[]> {
  const what = { name, path: '/org/claimd/one', interface: testInterface, member, ...more }
  return (await handlers.dbusCall!(what, caller)).values
}

async function subscribe(caller: FakeCaller, more: object = {}): Promise<number> {
  const handle = nextHandle++
  const what = { handle, name, interface: testInterface, member: 'Changed', ...more }
  await handlers.dbusSubscribe!(what, caller)
  return handle
}

function heard(caller: FakeCaller, handle: number): unknown[] {
  return caller.told.flatMap(({ handle: of, event }) =>
    of === handle && event.type === 'signal' ? [event.signal.args[0]] : [],
  )
}

async function failure(promise: Promise<unknown>): Promise<ClaimdError> {
  return promise.then(
    (value) => {
      throw new Error(`it did not fail: ${JSON.stringify(value)}`)
    },
    (error) => error,
  )
}

test('a granted method is called, with arguments of every type, and answers with its values', async () => {
  const caller = callerWith(rule)
  const signature = 'ybnqiuxtdsoga{sv}a(is)ay(bd)aas'
  const args = [
    255,
    true,
    -32_768,
    65_535,
    -2_147_483_648,
    4_294_967_295,
    '-9223372036854775808',
    '18446744073709551615',
    1.5,
    'täxt',
    '/a/b',
    'a{sv}',
    { a: { signature: 'i', value: 5 }, __own: { signature: 'as', value: ['x', 'y'] } },
    [
      [1, 'one'],
      [2, 'two'],
    ],
    [0, 127, 255],
    [false, -0.25],
    [['a'], [], ['b', 'c']],
  ]
  const seen: unknown[] = []
  service.method('/org/claimd/one', 'GetBack', 'ybnqiuxtdsoga{sv}a(is)ay(bd)aas', (...values: never[]) => {
    seen.push(...values.slice(0, -1))
    // What the library reads of a variant is not what it writes.
    const back: unknown[] = values.slice(0, -1)
    back[6] = '-9223372036854775808'
    back[7] = '18446744073709551615'
    back[12] = [
      ['a', ['i', 5]],
      ['__own', ['as', ['x', 'y']]],
    ]
    back[14] = [0, 127, 255]
    return back
  })
  assert.equal(JSON.parse(JSON.stringify(await call(caller, 'GetBack', { signature, args }))), args)
  assert.is(seen[9], 'täxt')
})

test('a variant within a variant, and a dictionary with numbers as keys, come back as they were', async () => {
  const caller = callerWith(rule)
  service.method('/org/claimd/one', 'GetNested', 'va{u(sx)}', () => [
    ['v', ['s', 'deep']],
    [[7, ['seven', 7]]],
  ])
  assert.equal(JSON.parse(JSON.stringify(await call(caller, 'GetNested'))), [
    { signature: 'v', value: { signature: 's', value: 'deep' } },
    { 7: ['seven', '7'] },
  ])
})

test('outside the grant nothing is called or heard', async () => {
  const caller = callerWith(rule)
  let calls = 0
  for (const path of ['/org/claimd/one', '/org/claimd/one/two', '/other']) {
    for (const member of ['Echo', 'Other']) service.method(path, member, 's', () => `${++calls}`)
  }
  for (const more of [
    { member: 'Other' },
    { path: '/org/claimd/one/two' },
    { path: '/other' },
    { name: 'org.claimd.Other' },
    { interface: 'org.claimd.Other' },
    { interface: 'org.claimd.Test.Get', member: 'X' },
  ]) {
    const error = await failure(call(caller, 'Echo', more))
    assert.is(error.code, 'NOT_ALLOWED', JSON.stringify(more))
    assert.match(error.remedy!, 'permissions.dbus')
  }
  const { remedy } = await failure(call(callerWith(), 'Echo', { name: 'org.example.1st' }))
  assert.match(remedy!, 'no manifest may ask for this, but for a bus name')
  assert.match((await failure(call(callerWith(), 'Echo'))).remedy!, 'plugin trust')
  assert.is((await failure(call(callerWith(), 'Echo'))).code, 'NOT_ALLOWED')
  for (const more of [{ member: 'Echo' }, { path: '/other' }, { name: 'org.claimd.Other' }]) {
    assert.is((await failure(subscribe(caller, more))).code, 'NOT_ALLOWED', JSON.stringify(more))
  }
  assert.is(calls, 0)
})

test('systemd, polkit and the bus itself are never called, whatever was granted', async () => {
  const call = ['org.freedesktop.systemd1.Manager.*', 'org.freedesktop.DBus.*', `${testInterface}.*`]
  const names = ['org.freedesktop.systemd1', 'org.freedesktop.PolicyKit1', 'org.freedesktop.DBus', name]
  const caller = callerWith(...names.map((one) => ({ name: one, call, signals: call })))
  for (const [one, of, member] of [
    ['org.freedesktop.systemd1', testInterface, 'Echo'],
    ['org.freedesktop.PolicyKit1', testInterface, 'Echo'],
    [name, 'org.freedesktop.systemd1.Manager', 'StartUnit'],
    ['org.freedesktop.DBus', 'org.freedesktop.DBus', 'RequestName'],
    ['org.freedesktop.DBus', 'org.freedesktop.DBus', 'AddMatch'],
    ['org.freedesktop.DBus', 'org.freedesktop.DBus', 'UpdateActivationEnvironment'],
  ] as const) {
    const what = { name: one, path: '/org/freedesktop/DBus', interface: of, member }
    assert.is((await failure(handlers.dbusCall!(what, caller))).code, 'NOT_ALLOWED', `${one} ${member}`)
  }
  const hear = { name: 'org.freedesktop.systemd1' }
  assert.is((await failure(subscribe(caller, hear))).code, 'NOT_ALLOWED')
  const list = {
    name: 'org.freedesktop.DBus',
    path: '/',
    interface: 'org.freedesktop.DBus',
    member: 'ListNames',
  }
  assert.ok(((await handlers.dbusCall!(list, caller)).values[0] as string[]).includes(name))
})

test('what is no name, path or value of D-Bus is refused, and the connection stays', async () => {
  const caller = callerWith({ ...rule, path: '/**' })
  for (const more of [
    { path: "/a',type='method_call" },
    { path: 'a' },
    { path: '/a/' },
    { member: 'A b' },
    { interface: 'none' },
    { signature: 'i', args: ['x'] },
    { signature: 'i', args: [2 ** 40] },
    { signature: 'i', args: [1.5] },
    { signature: 'i', args: [] },
    { signature: 'i' },
    { signature: 'h', args: [0] },
    { signature: 'a{', args: [{}] },
    { signature: '('.repeat(100), args: [[]] },
    { signature: 'v', args: [{ signature: 'ii', value: 1 }] },
    { signature: 'a{sv}', args: [[]] },
    { signature: 's', args: ['a\0b'] },
    { signature: 's', args: [null] },
    { signature: 't', args: ['-1'] },
  ]) {
    assert.is((await failure(call(caller, 'Echo', more))).code, 'REQUEST_MALFORMED', JSON.stringify(more))
  }
  service.method('/org/claimd/one', 'GetOn', 's', () => 'on')
  assert.equal(await call(caller, 'GetOn'), ['on'])
})

test('an error of the service, an unknown service and a bus that is not there are told apart', async () => {
  const caller = callerWith(rule, { name: 'org.claimd.Nobody', call: [`${testInterface}.Echo`] })
  service.method('/org/claimd/one', 'Fail', 's', () =>
    Object.assign(new Error('no coin'), { dbusName: 'org.claimd.Broke' }),
  )
  const failed = await failure(call(caller, 'Fail'))
  assert.equal([failed.code, failed.found], ['DBUS_FAILED', 'org.claimd.Broke'])
  assert.match(failed.message, 'no coin')
  const nobody = await failure(call(caller, 'Echo', { name: 'org.claimd.Nobody' }))
  assert.equal([nobody.code, nobody.found], ['DBUS_FAILED', 'org.freedesktop.DBus.Error.ServiceUnknown'])
  const none = dbusHandlers(new SystemBus(() => '/nowhere/bus'))
  const what = { name, path: '/org/claimd/one', interface: testInterface, member: 'Echo' }
  assert.is((await failure(none.dbusCall!(what, caller))).code, 'DBUS_UNREACHABLE')
})

test('calls that are open when the bus goes away fail, and the next ones reach the new bus', async () => {
  const caller = callerWith(rule)
  let asked = false
  service.method('/org/claimd/one', 'GetNever', 's', () => {
    asked = true
    return new Promise(() => {})
  })
  const open = failure(call(caller, 'GetNever'))
  await until(() => asked)
  await lab.stop()
  assert.is((await open).code, 'DBUS_UNREACHABLE')
  assert.is((await failure(call(caller, 'GetOn'))).code, 'DBUS_UNREACHABLE')
  await lab.start()
  const again = await lab.service(name)
  again.method('/org/claimd/one', 'GetOn', 's', () => 'on')
  assert.equal(await call(caller, 'GetOn'), ['on'])
})

test('signals of the service are heard, of granted objects, until that is ended', async () => {
  const caller = callerWith(rule)
  const all = await subscribe(caller)
  const one = await subscribe(caller, { path: '/org/claimd/one' })
  service.signal('/org/claimd/one', 'Changed', 's', ['a'])
  service.signal('/org/claimd/two', 'Changed', 's', ['b'])
  service.signal('/elsewhere', 'Changed', 's', ['c'])
  service.signal('/org/claimd/two', 'Unasked', 's', ['d'])
  service.signal('/org/claimd/two', 'Changed', 's', ['last'])
  await until(() => heard(caller, all).includes('last'))
  assert.equal(heard(caller, all), ['a', 'b', 'last'])
  assert.equal(heard(caller, one), ['a'])
  await handlers.dbusUnsubscribe!({ handle: all }, caller)
  const other = callerWith(rule)
  const late = await subscribe(other)
  caller.ending.abort()
  service.signal('/org/claimd/one', 'Changed', 's', ['e'])
  await until(() => heard(other, late).length > 0)
  assert.equal(heard(caller, all), ['a', 'b', 'last'])
  assert.equal(heard(caller, one), ['a'])
})

test('a signal that somebody else sends is not taken for one of the service', async () => {
  const caller = callerWith(rule)
  const handle = await subscribe(caller)
  const forger = await lab.service('org.claimd.Forger')
  // The forger's signals reach the host: it is subscribed to them as well.
  const other = callerWith({ ...rule, name: 'org.claimd.Forger' })
  const theirs = await subscribe(other, { name: 'org.claimd.Forger' })
  forger.signal('/org/claimd/one', 'Changed', 's', ['forged'])
  await until(() => heard(other, theirs).length > 0)
  service.signal('/org/claimd/one', 'Changed', 's', ['real'])
  await until(() => heard(caller, handle).length > 0)
  assert.equal(heard(caller, handle), ['real'])
})

test('a subscription outlives its service, and the bus', async () => {
  const caller = callerWith(rule)
  const handle = await subscribe(caller)
  service.end()
  service = await lab.service(name)
  const says = async (text: string) => {
    await until(async () => {
      service.signal('/org/claimd/one', 'Changed', 's', [text])
      await new Promise((resolve) => setTimeout(resolve, 20))
      return heard(caller, handle).includes(text)
    })
  }
  await says('after the service')
  await lab.stop()
  await lab.start()
  service = await lab.service(name)
  await says('after the bus')
})

test('of a flood of signals some are dropped while the plugin does not read', async () => {
  const caller = callerWith(rule)
  const handle = await subscribe(caller)
  let release = () => {}
  caller.stalled = new Promise((resolve) => {
    release = resolve
  })
  const flood = 4 * dbusLimits.waitingSignals
  for (let count = 0; count < flood; count++) service.signal('/org/claimd/one', 'Changed', 'u', [count])
  // A second subscription shows that the flood has arrived.
  const other = callerWith(rule)
  const fence = await subscribe(other)
  // More than once: what is left of the flood may crowd one out for this subscription as well.
  await until(async () => {
    service.signal('/org/claimd/one', 'Changed', 's', ['over'])
    await new Promise((resolve) => setTimeout(resolve, 20))
    return heard(other, fence).includes('over')
  })
  assert.is(heard(caller, handle).length, dbusLimits.waitingSignals)
  release()
  caller.stalled = null
  await until(async () => {
    service.signal('/org/claimd/one', 'Changed', 's', ['again'])
    await new Promise((resolve) => setTimeout(resolve, 20))
    return heard(caller, handle).includes('again')
  })
})

test('a message that cannot be read ends the connection, not the host', async () => {
  const caller = callerWith(rule)
  const handle = await subscribe(caller)
  const written = service.bus.connection as unknown as { stream: { write(data: Buffer): void } }
  written.stream.write(signalWithDescriptor('/org/claimd/one', testInterface, 'Changed'))
  service.method('/org/claimd/one', 'GetOn', 's', () => 'on')
  await until(() =>
    call(caller, 'GetOn').then(
      () => true,
      () => false,
    ),
  )
  await until(async () => {
    service.signal('/org/claimd/one', 'Changed', 's', ['after'])
    await new Promise((resolve) => setTimeout(resolve, 20))
    return heard(caller, handle).includes('after')
  })
})

test('a plugin has so many subscriptions', async () => {
  const caller = callerWith(rule)
  for (let count = 0; count < handleLimits.subscriptions; count++) await subscribe(caller)
  assert.is((await failure(subscribe(caller))).code, 'TOO_MANY_REQUESTS')
})

/** A signal with an empty list of descriptors, which the library cannot read. */
function signalWithDescriptor(path: string, of: string, member: string): Buffer {
  const string = (text: string) => {
    const bytes = Buffer.from(`${text}\0`)
    const length = Buffer.alloc(4)
    length.writeUInt32LE(text.length)
    return Buffer.concat([length, bytes])
  }
  const pad = (buffer: Buffer) => Buffer.concat([buffer, Buffer.alloc((8 - (buffer.length % 8)) % 8)])
  const field = (id: number, type: string, value: Buffer) =>
    pad(Buffer.concat([Buffer.from([id, 1, type.charCodeAt(0), 0]), value]))
  const fields = Buffer.concat([
    field(1, 'o', string(path)),
    field(2, 's', string(of)),
    field(3, 's', string(member)),
    Buffer.concat([Buffer.from([8, 1, 'g'.charCodeAt(0), 0]), Buffer.from([1]), Buffer.from('h\0')]),
  ])
  const header = Buffer.alloc(16)
  header.write('l', 0)
  header[1] = 4
  header[3] = 1
  header.writeUInt32LE(4, 4)
  header.writeUInt32LE(1_000_000, 8)
  header.writeUInt32LE(fields.length, 12)
  return Buffer.concat([pad(Buffer.concat([header, fields])), Buffer.alloc(4)])
}

test.run()
