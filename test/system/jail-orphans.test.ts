import { readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs'
import * as assert from 'uvu/assert'
import { skip, suite } from '../harness.js'
import { asUser } from '../host/plugin-host/jail/columns.js'
import { RemoteHost } from '../host/plugin-host/jail/remote-host.js'
import { lives, until } from '../host/plugin-host/support.js'

const test = suite('system/jail, when the host is killed', { timeout: 30_000 })
const hosts: RemoteHost[] = []
const pids: number[] = []

test.before(() => {
  if (process.getuid?.() !== 0) skip('needs root')
})
test.after.each(async () => {
  for (const one of hosts.splice(0)) {
    await one.kill()
    rmSync(one.folder!, { recursive: true })
  }
  for (const pid of pids.splice(0)) if (await lives(pid)) process.kill(pid, 'SIGKILL')
})

/** Without setpriv nobody tells the kernel that a plugin is to end. */
const withoutSetpriv = [
  ...['unshare', '--mount', '--propagation', 'private', '--', '/bin/sh', '-ec'],
  'mount --bind /dev/null /usr/bin/setpriv\nexec "$@"',
  'sh',
]

async function start(prefix: readonly string[]) {
  const host = new RemoteHost(prefix)
  hosts.push(host)
  const plugins = { turns: await host.launch('turns'), spins: await host.launch('spins') }
  pids.push(plugins.turns, plugins.spins)
  await host.try('turns', () => 0)
  // It answers first: what is asked is answered from within the loop that spins thereafter.
  await host.try('spins', () => void setImmediate(() => new Function('for (;;);')()))
  await until(() => readFileSync(`/proc/${plugins.spins}/stat`, 'utf8').split(') ')[1]!.startsWith('R'))
  return { host, ...plugins }
}

for (const [who, prefix] of [
  ['root', []],
  ['an ordinary user', asUser],
] as const) {
  test(`${who}: plugins that turn and that spin end with the host`, async () => {
    const { host, turns, spins } = await start(prefix)
    await host.kill()
    await until(async () => !(await lives(turns)) && !(await lives(spins)))
  })
}

test('without setpriv a plugin that turns ends with the host; one that spins is not stopped', async () => {
  const { host, turns, spins } = await start(withoutSetpriv)
  const wall = (await host.walls()).find((one) => one.wall === 'dies-with-host')!
  assert.not.ok(wall.stands)
  assert.match(wall.because, 'a plugin that spins outlives a host that was killed')
  await host.kill()
  await until(async () => !(await lives(turns)))
  assert.ok(await lives(spins))
})

test('nothing of the jail is left: no mount, no namespace, no process', async () => {
  const namespaces = () => new Set(['mnt', 'net', 'ipc', 'user'].flatMap(namespacesOf))
  const namespacesOfTest = ['mnt', 'net', 'ipc'].map((kind) => readlinkSync(`/proc/self/ns/${kind}`))
  for (const prefix of [[], asUser]) {
    const { host, turns, spins } = await start(prefix)
    const own = ['mnt', 'net', 'ipc'].map((kind) => readlinkSync(`/proc/${turns}/ns/${kind}`))
    for (const one of own) assert.ok(namespaces().has(one) && !namespacesOfTest.includes(one), one)
    await host.kill()
    await until(async () => !(await lives(turns)) && !(await lives(spins)))
    await until(() => own.every((one) => !namespaces().has(one)))
  }
})

/** The namespaces of a kind that processes are in, or hold by an open descriptor. */
function namespacesOf(kind: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const held = readdirSync(`/proc/${pid}/fd`).map((name) => readlinkSync(`/proc/${pid}/fd/${name}`))
        return [readlinkSync(`/proc/${pid}/ns/${kind}`), ...held.filter((target) => target.startsWith(kind))]
      } catch {
        // It ended while it was looked at.
        return []
      }
    })
}

test.run()
