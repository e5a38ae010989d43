import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { AdapterRow } from '@claimd/sdk'
import * as assert from 'uvu/assert'
import { openStore } from '../../host/store/open-store.js'
import { suite } from '../harness.js'
import { byKind } from '../host/core/rows-by-kind.js'
import { claims, Lab, until } from './lab.js'

// Whole processes take their time on a busy machine.
const test = suite('system/bursts', { timeout: 110_000 })
let lab: Lab

test.before.each(() => {
  lab = new Lab()
  lab.withNamespace()
})
test.after.each(() => lab.close())

async function rows(): Promise<AdapterRow[]> {
  return (await lab.http('GET', '/v1/adapters')).json.adapters
}

interface Shown {
  index: number
  name: string
  up: boolean
  address: string | null
  addresses: string[]
}

/** The links as the kernel has them, in the order of their indexes. */
function kernelLinks(): Shown[] {
  const json = execFileSync('ip', ['-n', lab.namespace, '-j', 'addr'], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  })
  const links: {
    ifindex: number
    ifname: string
    flags: string[]
    address?: string
    addr_info: { local: string; prefixlen: number; tentative?: boolean }[]
  }[] = JSON.parse(json)
  return links
    .map((link) => ({
      index: link.ifindex,
      name: link.ifname,
      up: link.flags.includes('UP'),
      address: link.address ?? null,
      addresses: link.addr_info
        .filter(({ tentative }) => !tentative)
        .map(({ local, prefixlen }) => `${local}/${prefixlen}`)
        .sort(),
    }))
    .sort((a, b) => a.index - b.index)
}

function shown(adapters: AdapterRow[]): Shown[] {
  return adapters
    .map(({ index, name, up, address, addresses }) => ({
      index,
      name,
      up,
      address,
      addresses: [...addresses].sort(),
    }))
    .sort((a, b) => a.index - b.index)
}

/** What claimd shows is what the kernel has, once both have come to rest. */
async function agrees(): Promise<void> {
  let [found, expected]: Shown[][] = [[], []]
  await until(
    async () => {
      ;[found, expected] = [shown(await rows()), kernelLinks()]
      return JSON.stringify(found) === JSON.stringify(expected)
    },
    () => {
      assert.equal(found, expected)
      return 'they agree now'
    },
    40_000,
  )
}

/** The body of a provider that claims each adapter under its name. */
const byName = `
  claimConnection: ({ adapter }) => ({ result: 'SUCCESS', connection: adapter.name, volatile: true }),
  verify: ({ connection }) => ({ result: 'SUCCESS', connection })`

test('SC-38: events that a running daemon lost: everything is read anew, counted, and claims stay', async () => {
  lab.drop('a', claims('office'))
  lab.link('lab0', '10.9.0.1/24')
  lab.batch('link add old index 900 type ifb\nlink add renamed index 901 type ifb')
  // Each message about this one is 64 KiB long.
  const names = Array.from({ length: 480 }, (_, i) => `n${i}`.padEnd(127, 'x'))
  lab.batch(
    `link add loud type ifb\n${names.map((name) => `link property add dev loud altname ${name}`).join('\n')}`,
  )
  const daemon = await lab.start()
  const { id } = await lab.settles('lab0', 'claimed')
  const { revision } = await lab.get('adapters')
  assert.is((await lab.get('status')).resyncs, 0)

  process.kill(daemon.pid, 'SIGSTOP')
  try {
    lab.batch(Array.from({ length: 2_000 }, (_, i) => `link set loud mtu ${1000 + (i % 100)}`).join('\n'))
    lab.batch(`link delete old
link set renamed name other
link set other up
addr add 10.9.1.1/24 dev lab0
link add new index 900 type bridge
link add fresh type ifb`)
  } finally {
    process.kill(daemon.pid, 'SIGCONT')
  }
  await agrees()
  const status = await lab.get('status')
  assert.ok(status.resyncs >= 1)
  assert.is(status.malformed, 0)
  assert.match((await lab.run('status')).stdout, /^links: +netlink, read anew (once|\d+ times)\b/m)
  const row = await lab.settles('lab0', 'claimed')
  assert.equal([row.id, row.connection], [id, 'office'])
  assert.equal(await lab.events(revision, 'claim-ended'), [])
  assert.is((await lab.adapter('new')).kind, 'bridge')
  assert.is((await lab.run('adapter', 'old')).code, 10)
})

test('SC-39: 2,000 links at once: calls go on meanwhile, and in the end all is as the kernel has it', async () => {
  lab.drop('a', byName)
  await lab.start()
  const ip = spawn('ip', ['-n', lab.namespace, '-batch', '-'], { stdio: ['pipe', 'ignore', 'inherit'] })
  let made = false
  const ended = once(ip, 'close').then(([code]) => {
    made = true
    assert.is(code, 0)
  })
  ip.stdin.end(
    Array.from({ length: 1_000 }, (_, i) => `link add lab${i} group 1 type veth peer name p${i}`).join('\n'),
  )
  let calls = 0
  let slowest = 0
  let claimed = 0
  while (!made || claimed < 1_000) {
    const before = performance.now()
    const { status, json } = await lab.http('GET', '/v1/status')
    slowest = Math.max(slowest, performance.now() - before)
    assert.is(status, 200)
    claimed = json.adapters.claimed ?? 0
    calls++
    assert.ok(calls < 100_000, JSON.stringify(json.adapters))
  }
  await ended
  assert.ok(slowest < 10_000, `the slowest of ${calls} calls took ${slowest} ms`)
  await agrees()
  const { connections } = await lab.get('connections')
  assert.is(new Set(connections.map((one: { adapter: string }) => one.adapter)).size, 1_000)
  lab.ip('link delete group 1')
  await agrees()
  assert.equal((await lab.get('connections')).connections, [])
  assert.equal((await lab.get('status')).resyncs, 0)
})

test('SC-40: a link that is made and removed 100 times is claimed as found each time, and leaves nothing behind', async () => {
  lab.link('stays', '10.9.0.1/24')
  const daemon = await lab.start({ bundled: true })
  const asFound = '@claimd/as-found/as-found'
  const { id } = await lab.settles('stays', 'claimed', asFound)
  const ids = new Set<string>()
  for (let round = 0; round < 100; round++) {
    lab.batch(`link add vx type veth peer name vy
link set vy addrgenmode none up
link set vx addrgenmode none up
addr add 10.9.1.1/24 dev vx`)
    const row = await until(
      async () =>
        (await rows()).find((one) => one.name === 'vx' && one.state === 'claimed' && !ids.has(one.id)) ??
        null,
      async () => `round ${round}: ${JSON.stringify(await lab.explain('vx'))}`,
    )
    assert.is(row.provider, asFound)
    ids.add(row.id)
    lab.ip('link delete vx')
  }
  await agrees()
  assert.equal(
    (await rows()).map((row) => row.name),
    kernelLinks().map((link) => link.name),
  )
  const { connections } = await lab.get('connections')
  assert.equal(
    connections.map((one: { adapter: string }) => one.adapter),
    ['stays'],
  )
  await daemon.kill('SIGTERM')
  const store = openStore(lab.state)
  const { adapters, holdings: held, releases, holders } = byKind(store.load())
  store.close()
  assert.equal(
    held.map((claim) => claim.adapter),
    [id],
  )
  assert.equal([adapters.length, releases, holders], [kernelLinks().length, [], []])
})

test.run()
