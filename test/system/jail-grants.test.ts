import { once } from 'node:events'
import { get } from 'node:http'
import { createServer } from 'node:net'
import * as assert from 'uvu/assert'
import { mayAllowInspector } from '../../host/plugin-host/jail/node-flags.js'
import type { Wall } from '../../host/plugin-host/jail/wall.js'
import { skip, suite } from '../harness.js'
import { asUser } from '../host/plugin-host/jail/columns.js'
import { RemoteHost } from '../host/plugin-host/jail/remote-host.js'

const test = suite('system/jail, what is kept and what is granted', { timeout: 30_000 })
const hosts: RemoteHost[] = []

test.before(() => {
  if (process.getuid?.() !== 0) skip('needs root')
})
test.after.each(async () => {
  for (const one of hosts.splice(0)) await one.end()
})

const host = (prefix: readonly string[] = [], options = {}) => {
  const one = new RemoteHost(prefix, options)
  hosts.push(one)
  return one
}
/** A command that runs another in mounts of its own, after it has changed them. */
const after = (script: string) => [
  ...['unshare', '--mount', '--propagation', 'private', '--', '/bin/sh', '-ec', `${script}\nexec "$@"`, 'sh'],
]
const missing = (walls: Wall[]) => walls.filter(({ stands }) => !stands).map(({ wall }) => wall)
const whatOf = (walls: Wall[], name: string) => walls.find(({ wall }) => wall === name)!.because

test('capabilities that a service manager gave an ordinary user stay with the host', async () => {
  const withRight = ['setpriv', '--reuid=12345', '--regid=12345', '--clear-groups', '--inh-caps=+net_admin']
  const one = host([...withRight, '--ambient-caps=+net_admin', '--'])
  const walls = await one.walls()
  assert.not.ok(missing(walls).includes('no-capabilities'))
  const pid = await one.launch('plugin')
  await one.try('plugin', () => 0)
  assert.match(one.statusOf(one.pid), /^CapAmb:\s+0*1000$/m)
  assert.match(one.statusOf(pid), /^CapEff:\s+0+$/m)
  assert.match(one.statusOf(pid), /^CapAmb:\s+0+$/m)
})

test('what the host has inherited is not open in a plugin', async () => {
  const leaving = ['/bin/bash', '-c', 'exec 40</etc/shadow; exec "$@"', 'bash']
  const one = host(leaving, { without: ['node-permissions'] })
  const pid = await one.launch('plugin')
  await one.try('plugin', () => 0)
  assert.is(one.targetOf(one.pid, 40), '/etc/shadow')
  assert.is(one.targetOf(pid, 40), null)
})

test('a plugin that was granted the network has it and the name servers; sockets stay hidden', async () => {
  const names = `mount -t tmpfs -o mode=0755 claimd-test /run
mkdir /run/names
echo nameserver 192.0.2.1 > /run/names/resolv.conf
cp -a /etc /run/etc
ln -sf ../run/names/resolv.conf /run/etc/resolv.conf
mount --bind /run/etc /etc`
  const server = createServer((socket) => socket.end()).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  for (const user of [[], asUser]) {
    const one = host([...after(names), ...user])
    await one.launch('plugin', { network: true })
    await one.launch('other')
    const connect = `() => new Promise((done, fail) => {
      require('node:net').connect(${port}, '127.0.0.1').on('error', fail).on('connect', () => done('connected'))
    })`
    assert.is(await one.try('plugin', connect), 'connected')
    assert.equal(await one.try('plugin', '() => require("node:dns").getServers()'), ['192.0.2.1'])
    const walls = await one.walls({ network: true })
    assert.match(whatOf(walls, 'empty-network'), 'it was granted the host’s network: a plugin can open')
    assert.not.ok(missing(walls).includes('hidden-folders'))
    const outcome = await one.try('other', connect).catch((error: Error) => error.message)
    assert.match(outcome as string, 'ENETUNREACH')
  }
  server.close()
})

test('a debugger can attach where one was asked for, and the walls that this takes are named', async () => {
  const one = host()
  const inspect = await freePort()
  await one.launch('plugin', { inspect: true })
  await one.try('plugin', `() => require('node:inspector').open(${inspect}, '127.0.0.1')`)
  const needed = mayAllowInspector ? ['empty-network'] : ['empty-network', 'node-permissions']
  assert.equal(missing(await one.walls({ inspect: true })), needed)
  assert.match(whatOf(await one.walls({ inspect: true }), 'empty-network'), 'a debugger may attach: ')
  const title = await new Promise((done, fail) => {
    get(`http://127.0.0.1:${inspect}/json`, (response) => {
      response.setEncoding('utf8').on('data', (text) => done(text))
    }).on('error', fail)
  })
  assert.match(String(title), 'webSocketDebuggerUrl')
})

/** A port that nobody listened on a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

test.run()
