import type { AdapterRow } from '@claimd/sdk'
import * as assert from 'uvu/assert'
import { suite } from '../harness.js'
import { Lab, until } from './lab.js'

// Whole processes take their time on a busy machine.
const test = suite('system/identity', { timeout: 60_000 })
let lab: Lab

/** The body of a provider that claims each adapter that is up under the name of its address. */
const byAddress = `
  claimConnection({ adapter }) {
    note('offer ' + adapter.id)
    if (!adapter.up) return { result: 'INVALID_CONNECTION', reason: 'it is down' }
    const connection = 'at-' + adapter.addresses[0].split('/')[0]
    return { result: 'SUCCESS', connection, volatile: true }
  },
  verify({ connection }) {
    note('verify ' + connection)
    return { result: 'SUCCESS', connection }
  }`

test.before(async () => {
  lab = new Lab().withNamespace()
  lab.drop('a', byAddress)
  await lab.start()
})
// Deleted links are other adapters when they come again.
test.before.each(() => {
  for (const { ifname } of JSON.parse(lab.ip('-j link show')) as { ifname: string }[])
    if (/^(?:lab|lan)/.test(ifname)) lab.ip(`link del ${ifname}`)
})
test.after(() => lab.close())

async function rows(): Promise<AdapterRow[]> {
  return (await lab.http('GET', '/v1/adapters')).json.adapters
}

/** `NAME CONNECTION` of each adapter that is claimed, by id. */
async function holdings(): Promise<Record<string, string>> {
  const held = (await rows()).filter((row) => row.state === 'claimed')
  return Object.fromEntries(held.map((row) => [row.id, `${row.name} ${row.connection}`]))
}

test('SC-31: a claimed link is renamed while it is up: one event, nobody is asked, the claim stays', async () => {
  lab.link('lab0', '10.9.0.1/24')
  const { id, since } = await lab.settles('lab0', 'claimed')
  const calls = lab.calls('a')
  const { revision } = await lab.get('adapters')
  lab.ip('link set lab0 name lan0')
  const row = await lab.settles('lan0', 'claimed')
  assert.equal([row.id, row.since, row.connection], [id, since, 'at-10.9.0.1'])
  const renamed = await lab.events(revision, 'adapter-renamed')
  assert.equal(
    renamed.map((event) => [event.from, event.adapter]),
    [['lab0', id]],
  )
  for (const type of ['round', 'claim-ended', 'claimed', 'adapter-appeared', 'adapter-removed'])
    assert.equal(await lab.events(revision, type), [], type)
  assert.equal(lab.calls('a'), calls)
})

test('SC-32: two claimed links swap their names, again and again: the claims stay with the links', async () => {
  lab.link('lab0', '10.9.0.1/24')
  lab.link('lab1', '10.9.1.1/24')
  const [zero, one] = [await lab.settles('lab0', 'claimed'), await lab.settles('lab1', 'claimed')]
  const calls = lab.calls('a')
  const { revision } = await lab.get('adapters')
  const swap = 'link set lab0 name tmp\nlink set lab1 name lab0\nlink set tmp name lab1'
  lab.batch([swap, swap, swap].join('\n'))
  const expected = { [zero.id]: 'lab1 at-10.9.0.1', [one.id]: 'lab0 at-10.9.1.1' }
  await until(
    async () => (await holdings())[zero.id] === expected[zero.id],
    async () => JSON.stringify(await holdings()),
  )
  assert.equal(await holdings(), expected)
  assert.equal(lab.calls('a'), calls)
  assert.equal(await lab.events(revision, 'claim-ended'), [])
  await lab.daemons.at(-1)!.kill('SIGKILL')
  lab.batch(swap)
  await lab.start()
  await until(
    async () => Object.keys(await holdings()).length === 2,
    async () => JSON.stringify(await rows()),
  )
  assert.equal(await holdings(), { [zero.id]: 'lab0 at-10.9.0.1', [one.id]: 'lab1 at-10.9.1.1' })
})

test('SC-34: another link with the same index, or name, is another adapter and gets no claim', async () => {
  lab.batch('link add lab0 index 300 type ifb\naddr add 10.9.0.1/24 dev lab0\nlink set lab0 up')
  const { id } = await lab.settles('lab0', 'claimed')
  lab.batch('link delete lab0\nlink add lab9 index 300 type ifb')
  const sameIndex = await lab.settles('lab9', 'unmanaged')
  assert.is.not(sameIndex.id, id)
  assert.is(sameIndex.index, 300)
  lab.ip('link add lab0 type bridge')
  const sameName = await lab.settles('lab0', 'unmanaged')
  assert.is.not(sameName.id, id)
  assert.equal(await holdings(), {})
  assert.equal((await lab.get('connections')).connections, [])
})

test('SC-34: … nor when the other link came while claimd was not there', async () => {
  lab.batch('link add lab0 index 300 type ifb\naddr add 10.9.0.1/24 dev lab0\nlink set lab0 up')
  const { id } = await lab.settles('lab0', 'claimed')
  await lab.daemons.at(-1)!.kill('SIGKILL')
  lab.batch('link delete lab0\nlink add lab9 index 300 type ifb\nlink add lab0 type bridge')
  await lab.start()
  for (const name of ['lab0', 'lab9']) assert.is.not((await lab.settles(name, 'unmanaged')).id, id)
  assert.equal(await holdings(), {})
})

test('SC-35: two links with the same MAC address are two adapters, also after a restart', async () => {
  for (const n of [0, 1]) {
    lab.link(`lab${n}`)
    lab.batch(`link set lab${n} address 02:00:00:00:00:35\naddr add 10.9.${n}.1/24 dev lab${n}`)
  }
  const [zero, one] = [await lab.settles('lab0', 'claimed'), await lab.settles('lab1', 'claimed')]
  assert.is(zero.address, one.address)
  const expected = { [zero.id]: 'lab0 at-10.9.0.1', [one.id]: 'lab1 at-10.9.1.1' }
  assert.equal(await holdings(), expected)
  await lab.daemons.at(-1)!.kill('SIGKILL')
  await lab.start()
  await lab.settles('lab0', 'claimed')
  await lab.settles('lab1', 'claimed')
  assert.equal(await holdings(), expected)
  assert.is((await lab.run('release', 'lab0', '--reason', 'the other one stays')).code, 0)
  assert.equal(await holdings(), { [one.id]: 'lab1 at-10.9.1.1' })
})

test('SC-36: a claimed link that moves away and comes back is another adapter, and its claim is not inherited', async () => {
  lab.link('lab0', '10.9.0.1/24')
  const { id, index } = await lab.settles('lab0', 'claimed')
  const { revision } = await lab.get('adapters')
  const away = new Lab()
  try {
    away.withNamespace()
    lab.ip(`link set lab0 netns ${away.namespace}`)
    await until(
      async () => (await lab.events(revision, 'adapter-moved')).length === 1,
      async () => JSON.stringify(await rows()),
    )
    assert.equal((await lab.get('connections')).connections, [])
    away.ip(`link set lab0 netns ${lab.namespace}`)
    lab.batch('addr add 10.9.0.1/24 dev lab0\nlink set lab0 up')
    const back = await lab.settles('lab0', 'claimed')
    assert.is(back.index, index)
    assert.is.not(back.id, id)
    assert.is((await lab.events(revision, 'claimed')).length, 1)
  } finally {
    await away.close()
  }
})

test('SC-37: deleted and made again within milliseconds, with name, index and MAC address: never a stale claim', async () => {
  const make = 'link add lab0 index 300 address 02:00:00:00:00:37 type ifb'
  const use = 'addr add 10.9.0.1/24 dev lab0\nlink set lab0 up'
  lab.batch(`${make}\n${use}`)
  const ids = new Set([(await lab.settles('lab0', 'claimed')).id])
  for (let round = 1; round <= 15; round++) {
    // The new one is left down, so its provider would not have it.
    lab.batch(`link delete lab0\n${make}`)
    const fresh = await lab.settles('lab0', 'unmanaged')
    assert.not.ok(ids.has(fresh.id))
    assert.equal((await lab.http('GET', '/v1/connections')).json.connections, [])
    lab.batch(use)
    ids.add((await lab.settles('lab0', 'claimed')).id)
    assert.is(ids.size, round + 1)
  }
  lab.batch(Array(20).fill(`link delete lab0\n${make}\n${use}`).join('\n'))
  const { id } = await until(
    async () => (await rows()).find((row) => row.state === 'claimed' && !ids.has(row.id)) ?? null,
    async () => JSON.stringify(await rows()),
  )
  assert.equal(await holdings(), { [id]: 'lab0 at-10.9.0.1' })
})

test('a network namespace that has the inode number of a deleted one inherits no claim', async () => {
  const inode = () => lab.exec('stat -Lc %i /proc/self/ns/net').trim()
  const make = () => {
    lab.link('lab0', '10.9.0.1/24')
    lab.ip('link set lab0 address 02:00:00:00:00:01')
  }
  // In a namespace of its own, in which the index of the first link is that of the next one's.
  await lab.daemons.at(-1)!.kill('SIGKILL')
  lab.renewNamespace()
  make()
  await lab.start()
  const { index } = await lab.settles('lab0', 'claimed')
  const { revision } = await lab.get('adapters')
  await lab.daemons.at(-1)!.kill('SIGKILL')
  const before = inode()
  // The kernel gives the lowest free number, and other tests make namespaces too.
  for (let tries = 0; tries === 0 || (inode() !== before && tries < 20); tries++) lab.renewNamespace()
  make()
  await lab.start()
  const row = await lab.settles('lab0', 'claimed')
  assert.is(row.index, index, 'the link has the same index')
  assert.equal(await lab.events(revision, 'claim-restored'), [])
  const [ended] = await lab.events(revision, 'claim-ended')
  assert.is(ended!.cause, 'claimd was started in another network namespace')
})

test.run()
