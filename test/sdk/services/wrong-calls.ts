/** Wrong calls of every method of the context, as code of a plugin, and what is said about them. */
export interface WrongCall {
  /** An expression with `context`, and with `program` for one that was started. */
  call: string
  /** The argument that is wrong, as the message names it. */
  place: string
  found: string | RegExp
  expected: string | RegExp
}

const wrong = (
  call: string,
  place: string,
  found: string | RegExp,
  expected: string | RegExp,
): WrongCall => ({
  call,
  place,
  found,
  expected,
})

const busMember = `name: 'org.example.Modem', path: '/m/0', interface: 'org.example.Modem', member: 'Get'`
const id = /the id of an adapter/
const fence = /the fence of the claim/
const absolute = /absolute path/

export const wrongCalls: readonly WrongCall[] = [
  wrong(`context.providers.register()`, 'id', 'undefined', /id of a provider/),
  wrong(`context.providers.register('main')`, 'provider', 'undefined', /an object with methods/),
  wrong(
    `context.providers.register('main', { claimConection() {} })`,
    'provider',
    /claimConection/,
    /claimConnection/,
  ),
  wrong(
    `context.providers.register('main', { claimConnection: 5 })`,
    'provider.claimConnection',
    '5',
    /function/,
  ),
  wrong(`context.connections.report()`, 'connection', 'undefined', /name of a connection/),
  wrong(`context.connections.report('a', '1', 'lost', 'x')`, 'fence', '"1"', fence),
  wrong(
    `context.connections.report('a', 1, 'gone', 'x')`,
    'state',
    '"gone"',
    /one of lost, suspended, resumed, changed/,
  ),
  wrong(`context.connections.report('a', 1, 'lost')`, 'reason', 'undefined', /sentence for the operator/),
  wrong(`context.offers.request()`, 'adapter', 'undefined', /id of an adapter.*or "all"/),
  wrong(`context.links.up()`, 'adapter', 'undefined', id),
  wrong(`context.links.up({ id: '2.1' }, 1)`, 'adapter', 'an object with the keys id', id),
  wrong(`context.links.up('eth0', 1)`, 'adapter', '"eth0"', /not its name/),
  wrong(`context.offers.request('eth0')`, 'adapter', '"eth0"', id),
  wrong(`context.links.down('2.1')`, 'fence', 'undefined', fence),
  wrong(`context.links.down('2.1', 1.5)`, 'fence', '1.5', fence),
  wrong(`context.links.addAddress('2.1', 1, '10.0.0.2')`, 'address', '"10.0.0.2"', /prefix length/),
  wrong(`context.links.removeAddress('2.1', 1)`, 'address', 'undefined', /prefix length/),
  wrong(`context.links.addRoute('2.1', 1, '10.0.0.0/8')`, 'route', '"10.0.0.0/8"', /\{ destination/),
  wrong(`context.links.addRoute('2.1', 1, { destination: 'x' })`, 'route.destination', '"x"', /a network/),
  wrong(
    `context.links.removeRoute('2.1', 1, { destination: 'default', metric: -1 })`,
    'route.metric',
    '-1',
    /0 to/,
  ),
  wrong(
    `context.links.removeRoute('2.1', 1, { to: 'x' })`,
    'route',
    /unknown key "to"/,
    /destination, gateway, metric/,
  ),
  wrong(`context.links.look('eth0', 1)`, 'adapter', '"eth0"', /not its name/),
  wrong(`context.links.setMtu('2.1', 1, 'x')`, 'mtu', '"x"', /68 to 65535/),
  wrong(`context.links.setMtu('2.1', 1, 67)`, 'mtu', '67', /68 to 65535/),
  wrong(`context.links.adopt('-x', 1)`, 'name', '"-x"', /1 to 15/),
  wrong(`context.links.create()`, 'link', 'undefined', /a link, such as/),
  wrong(
    `context.links.create({ kind: 'bond', name: 'zz0' })`,
    'link.kind',
    '"bond"',
    /bridge, dummy, wireguard, veth/,
  ),
  wrong(`context.links.create({ kind: 'bridge', name: '-x' })`, 'link.name', '"-x"', /1 to 15/),
  wrong(`context.links.create({ kind: 'veth', name: 'a' })`, 'link.peer', 'undefined', /1 to 15/),
  wrong(
    `context.links.create({ kind: 'vlan', name: 'a', parent: { adapter: '2.1' }, id: 5 })`,
    'link.parent.fence',
    'undefined',
    fence,
  ),
  wrong(
    `context.links.create({ kind: 'vlan', name: 'a', parent: { adapter: '2.1', fence: 1 }, id: 4095 })`,
    'link.id',
    '4095',
    /0 to 4094/,
  ),
  wrong(
    `context.links.create({ kind: 'bridge', name: 'a', peer: 'b' })`,
    'link',
    /unknown key "peer"/,
    /kind, name/,
  ),
  wrong(`context.links.remove()`, 'name', 'undefined', /1 to 15/),
  wrong(`context.exec.run()`, 'program', 'undefined', absolute),
  wrong(`context.exec.run('uname', ['-n'])`, 'program', '"uname"', absolute),
  wrong(`context.exec.run('/usr/bin/uname')`, 'args', 'undefined', /list of strings/),
  wrong(`context.exec.run('/usr/bin/uname', '-n')`, 'args', '"-n"', /list of strings/),
  wrong(`context.exec.run('/usr/bin/uname', [5])`, 'args[0]', '5', /a string/),
  wrong(`context.exec.run('/usr/bin/uname', ['\\0'])`, 'args[0]', /0000/, /without NUL/),
  wrong(`context.exec.run('/usr/bin/uname', [], 5)`, 'options', '5', /options/),
  wrong(
    `context.exec.run('/usr/bin/uname', [], { timeoutMs: -1 })`,
    'options.timeoutMs',
    '-1',
    /1 to 600000/,
  ),
  wrong(
    `context.exec.run('/usr/bin/uname', [], { timeout: 5 })`,
    'options',
    /unknown key "timeout"/,
    /timeoutMs/,
  ),
  wrong(
    `context.exec.run('/usr/bin/uname', [], { input: 5 })`,
    'options.input',
    '5',
    /text for its standard input/,
  ),
  wrong(`context.exec.run('/usr/bin/uname', [], { signal: 5 })`, 'options.signal', '5', /AbortSignal/),
  wrong(`context.exec.start('/usr/bin/uname')`, 'args', 'undefined', /list of strings/),
  wrong(`context.exec.start('/usr/bin/uname', [], () => {})`, 'listener', 'a function', /onOutput/),
  wrong(`context.exec.start('/usr/bin/uname', [], { onExit: 5 })`, 'listener.onExit', '5', /function/),
  wrong(`program.write()`, 'text', 'undefined', /text for its standard input/),
  wrong(`program.kill('SIGNONE')`, 'signal', '"SIGNONE"', /a signal, such as "SIGHUP"/),
  wrong(`program.kill(9)`, 'signal', '9', /a signal, such as "SIGHUP"/),
  wrong(`context.dbus.call()`, 'call', 'undefined', /\{ name, path, interface/),
  wrong(`context.dbus.call({ ${busMember.replace('/m/0', 'm')} })`, 'call.path', '"m"', /path of an object/),
  wrong(`context.dbus.call({ ${busMember}, args: [10n] })`, 'call.args[0]', 'a BigInt', /JSON/),
  wrong(`context.dbus.call({ ${busMember}, args: 'x' })`, 'call.args', '"x"', /a list/),
  wrong(`context.dbus.subscribe()`, 'wanted', 'undefined', /\{ name, interface, member \}/),
  wrong(`context.dbus.subscribe({ ${busMember} })`, 'listener', 'undefined', /a function/),
  wrong(`context.read.file()`, 'path', 'undefined', absolute),
  wrong(`context.read.file('etc/passwd')`, 'path', '"etc/passwd"', absolute),
  wrong(`context.read.bytes('/etc/../x')`, 'path', '"/etc/../x"', absolute),
  wrong(`context.read.stat(['/etc'])`, 'path', 'a list of 1', absolute),
  wrong(`context.read.list()`, 'glob', 'undefined', absolute),
  wrong(`context.read.watch()`, 'glob', 'undefined', absolute),
  wrong(`context.read.watch('/run/x')`, 'changed', 'undefined', /a function/),
  wrong(`context.storage.get(5)`, 'key', '5', /a key/),
  wrong(`context.storage.get('')`, 'key', '0 characters', /1 to 256/),
  wrong(`context.storage.delete()`, 'key', 'undefined', /a key/),
  wrong(`context.storage.set()`, 'key', 'undefined', /a key/),
  wrong(`context.storage.set('k', undefined)`, 'value', 'undefined', /JSON/),
  wrong(`context.storage.set('k', () => 1)`, 'value', 'a function', /JSON/),
  wrong(`context.storage.set('k', { a: [() => 1] })`, 'value.a[0]', 'a function', /JSON/),
  wrong(`context.storage.set('k', 10n)`, 'value', 'a BigInt', /JSON/),
  wrong(`context.storage.set('k', NaN)`, 'value', 'NaN', /JSON/),
  wrong(`context.storage.set('k', new Map())`, 'value', 'a Map', /JSON/),
  wrong(`context.storage.set('k', Symbol())`, 'value', 'a symbol', /JSON/),
  wrong(
    `context.storage.set('k', (() => { const a = {}; a.b = a; return a })())`,
    'value',
    /contains itself/,
    /JSON/,
  ),
  wrong(`context.storage.set('k', 'x'.repeat(300_000))`, 'value', '300002 bytes as JSON', /262144 bytes/),
  wrong(`context.secrets.get()`, 'key', 'undefined', /a key/),
  wrong(`context.secrets.set('k', 5)`, 'value', '5', /a string/),
  wrong(`context.secrets.set('k', 'x'.repeat(70_000))`, 'value', '70000 characters', /65536/),
  wrong(`context.secrets.set('k', '\u0001'.repeat(65_536))`, 'value', '393218 bytes as JSON', /131072/),
  wrong(`context.secrets.delete('x'.repeat(257))`, 'key', '257 characters', /256/),
]

/** Calls that take no argument, or take anything. */
export const withoutWrongArguments = [
  'connections.configured',
  'log',
  'log.warn',
  'log.error',
  'storage.keys',
  'secrets.keys',
]
