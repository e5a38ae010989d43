import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Refusal } from '@claimd/sdk'
import * as assert from 'uvu/assert'
import { suite } from '../harness.js'
import { Lab, until } from './lab.js'

// Whole processes take their time on a busy machine.
const test = suite('system/spine', { timeout: 60_000 })
let lab: Lab

test.before.each(() => {
  lab = new Lab().withNamespace()
})
test.after.each(() => lab.close())

const yes = (name: string) =>
  `claimConnection: ({ adapter }) => { note('offer ' + adapter.name); return { result: 'SUCCESS', connection: '${name}', volatile: true, evidence: 'knows it' } }, verify: ({ connection }) => { note('verify'); return { result: 'SUCCESS', connection } }`
const no = (reason: string) =>
  `claimConnection: ({ adapter }) => { note('offer ' + adapter.name); return { result: 'INVALID_CONNECTION', reason: '${reason}' } }`

/** What the plugin noted: its start, and each call. */
function calls(name: string): string[] {
  const file = join(lab.plugins, `${name}.calls`)
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : []
}

function pid(name: string): number {
  return Number(calls(name)[0]!.split(' ')[1])
}

test('CM-1 SC-1: on a real link, A declines with a reason, B claims, C is never asked, D never has a process', async () => {
  lab.drop('a', no('not my cable'), { priority: 90 })
  lab.drop('b', yes('office'), { priority: 80 })
  lab.drop('c', yes('other'), { priority: 70 })
  lab.drop('d', yes('excluded'), { priority: 60, match: [{ kind: 'wifi' }] })
  lab.link('lab0', '10.9.0.1/24')
  await lab.start()
  await lab.settles('lab0', 'claimed', 'b/p')
  const { answers } = (await lab.explain('lab0')).rounds.at(-1)!
  assert.equal(
    answers
      .filter((one) => one.skipped === null)
      .map(({ provider, result, reason, evidence }) => [provider, result, reason, evidence]),
    [
      ['a/p', 'INVALID_CONNECTION', 'not my cable', null],
      ['b/p', 'SUCCESS', null, 'knows it'],
    ],
  )
  assert.equal(
    answers.filter((one) => one.skipped !== null).map(({ provider, skipped }) => [provider, skipped]),
    [['d/p', 'kind is veth, not wifi']],
  )
  assert.ok(calls('a').includes('offer lab0'))
  assert.not.ok(calls('c').includes('offer lab0'))
  assert.equal(calls('d'), [], 'D never has a process')
  const { connections } = await lab.json('connections')
  const office = connections.find((one: { name: string }) => one.name === 'office')
  assert.equal([office.state, office.origin, office.adapter], ['connected', 'out-of-band', 'lab0'])
})

test("the operator's order changes who is asked first", async () => {
  lab.drop('a', yes('from-a'), { priority: 90 })
  lab.drop('b', yes('from-b'), { priority: 10 })
  lab.configure({ offers: { order: ['b/p'] } })
  lab.link('lab0')
  await lab.start()
  await lab.settles('lab0', 'claimed', 'b/p')
  assert.match((await lab.explain('lab0')).order[0]!.place, "number 1 in the operator's order")
})

test('SC-4 SC-11: a plugin dropped in later takes over from as-found in one step, and not from another exact holder', async () => {
  lab.link('lab0', '10.9.0.1/24')
  lab.drop('first', yes('held'), { match: [{ name: 'lab1' }] })
  lab.link('lab1', '10.9.1.1/24')
  await lab.start({ bundled: true })
  await lab.settles('lab0', 'claimed', '@claimd/as-found/as-found')
  await lab.settles('lab1', 'claimed', 'first/p')
  const { revision } = await lab.json('adapters')
  lab.drop(
    'later',
    `claimConnection: ({ adapter }) => ({ result: 'SUCCESS', connection: 'later-' + adapter.name, volatile: true })`,
    { match: [{ name: 'lab*' }], priority: 100 },
  )
  await lab.settles('lab0', 'claimed', 'later/p')
  const row = await lab.adapter('lab1')
  assert.is(row.provider, 'first/p')
  const { json } = await lab.http('GET', '/v1/adapters/lab0/explain')
  assert.match(json.rounds.at(-1).trigger, 'provider later/p was added')
  const [takeover] = await events(revision, 'handed-over')
  assert.equal([takeover!.from, takeover!.provider], ['@claimd/as-found/as-found', 'later/p'])
  assert.equal(await events(revision, 'claim-ended'), [])
})

/** Events of one type after a revision, read as a client does. */
async function events(since: number, type: string): Promise<Record<string, unknown>[]> {
  const { Client } = await import('@claimd/sdk/client')
  const found: Record<string, unknown>[] = []
  const abort = new AbortController()
  const { revision } = await lab.json('adapters')
  const stream = new Client({ socket: lab.socket }).events({ since, signal: abort.signal })
  for await (const event of stream) {
    if (event.type === type) found.push(event)
    if (event.revision >= revision) break
  }
  abort.abort()
  return found
}

/** Every way to ask for a disconnect is refused, and nothing is touched. */
async function assertRefused(connection: string, adapter: string): Promise<void> {
  const before = lab.snapshot(adapter)
  const plain = await lab.run('disconnect', connection)
  assert.is(plain.code, 6, plain.stderr)
  const { code, json } = await lab.run('disconnect', connection, '--json')
  assert.is(code, 6)
  const refusal = json as Refusal
  assert.is(refusal.result, 'NOT_ALLOWED')
  assert.equal([refusal.adapter, refusal.connection], [adapter, connection])
  assert.ok(refusal.remedy.length > 0)
  const all = await lab.run('disconnect', '--all', '--json')
  assert.is(all.code, 6)
  assert.equal(
    all.json.refused.map((one: Refusal) => one.connection),
    [connection],
  )
  assert.equal(all.json.disconnected, [])
  const http = await lab.http('POST', `/v1/connections/${connection}/disconnect`)
  assert.equal([http.status, http.json.result], [409, 'NOT_ALLOWED'])
  assert.is(lab.snapshot(adapter), before)
}

test('CM-5 SC-18 SC-19: disconnect is refused in every way; provider and link notice nothing', async () => {
  lab.drop('a', yes('office'))
  lab.link('lab0', '10.9.0.1/24')
  await lab.start()
  await lab.settles('lab0', 'claimed')
  const before = calls('a')
  await assertRefused('office', 'lab0')
  assert.equal(calls('a'), before)
  assert.is((await lab.adapter('lab0')).state, 'claimed')
})

test('SC-18 SC-25: … while the provider is dead, and its claim is verified when it is back', async () => {
  lab.drop('a', yes('office'))
  lab.link('lab0', '10.9.0.1/24')
  await lab.start()
  await lab.settles('lab0', 'claimed')
  process.kill(pid('a'), 'SIGKILL')
  await lab.settles('lab0', 'orphaned')
  await assertRefused('office', 'lab0')
  await lab.settles('lab0', 'claimed', 'a/p')
  assert.ok(calls('a').includes('verify'))
})

test('SC-18: … while the provider hangs', async () => {
  lab.drop('a', `${yes('office')}, released() { for (;;); }`)
  lab.link('lab0', '10.9.0.1/24')
  await lab.start()
  await lab.settles('lab0', 'claimed')
  process.kill(pid('a'), 'SIGSTOP')
  await assertRefused('office', 'lab0')
})

test('SC-19: … in the first moment after kill -9 of the host and restart; the link outlives the host', async () => {
  lab.drop('a', yes('office'))
  lab.link('lab0', '10.9.0.1/24')
  const first = await lab.start()
  const { id, since } = await lab.settles('lab0', 'claimed')
  const before = lab.snapshot('lab0')
  await first.kill('SIGKILL')
  assert.is(lab.snapshot('lab0'), before)
  const second = lab.launch()
  const refused = await until(
    async () => {
      const outcome = await lab.http('POST', '/v1/connections/office/disconnect').catch(() => null)
      return outcome
    },
    () => second.output,
  )
  assert.equal([refused.status, refused.json.result], [409, 'NOT_ALLOWED'])
  const row = await lab.settles('lab0', 'claimed')
  assert.equal([row.id, row.since], [id, since])
  await until(
    async () => (await lab.adapter('lab0')).provisional === false,
    () => 'the claim stays provisional',
  )
  assert.is(lab.snapshot('lab0'), before)
})

test('SC-20: release leaves the link alone and the adapter unmanaged, with who and why, over a restart, until offer', async () => {
  lab.drop('a', yes('office'))
  lab.link('lab0', '10.9.0.1/24')
  const first = await lab.start()
  await lab.settles('lab0', 'claimed')
  const before = lab.snapshot('lab0')
  const missing = await lab.run('release', 'lab0')
  assert.is(missing.code, 2)
  const released = await lab.run('release', 'lab0', '--reason', 'maintenance', '--json')
  assert.is(released.code, 0, released.stdout)
  assert.is(lab.snapshot('lab0'), before)
  await first.kill('SIGKILL')
  await lab.start()
  const row = await lab.adapter('lab0')
  assert.is(row.state, 'unmanaged')
  assert.match(row.because, /released by root \(uid 0\): maintenance/)
  const offers = calls('a').filter((line) => line.startsWith('offer'))
  assert.equal(offers, ['offer lab0'])
  const offered = await lab.run('offer', 'lab0', '--json')
  assert.is(offered.code, 0)
  assert.equal([offered.json.state, offered.json.provider], ['claimed', 'a/p'])
  const sticky = await lab.run('offer', 'lab0', '--json')
  assert.equal([sticky.code, sticky.json.provider], [6, 'a/p'])
})

test('CM-9 SC-6: a provider that hangs costs its deadline and the next is asked; late it claims nothing', async () => {
  lab.drop(
    'hangs',
    `claimConnection: () => new Promise((done) => setTimeout(() => done({ result: 'SUCCESS', connection: 'late', volatile: true }), 2600)), released: ({ reason }) => note('released ' + reason)`,
    { priority: 90 },
  )
  lab.drop('throws', `claimConnection() { throw new Error('oops') }`, { priority: 80 })
  lab.drop('spins', `claimConnection() { for (;;); }`, { priority: 70 })
  lab.drop('garbage', `claimConnection: () => 42`, { priority: 60 })
  lab.drop('dies', `claimConnection() { process.exit(3) }`, { priority: 50 })
  lab.drop('next', yes('next'), { priority: 40 })
  lab.link('lab0')
  await lab.start()
  await lab.settles('lab0', 'claimed', 'next/p')
  const { answers } = (await lab.explain('lab0')).rounds[0]!
  assert.equal(
    answers.map((one) => one.result),
    [...Array(5).fill('UNEXPECTED'), 'SUCCESS'],
  )
  assert.match(answers[0]!.reason!, 'timed out')
  assert.ok(answers[0]!.ms! >= 2_000)
  assert.match(answers[1]!.reason!, 'oops')
  await until(
    async () => calls('hangs').includes('released void'),
    () => `not told: ${calls('hangs')}`,
  )
  assert.is((await lab.adapter('lab0')).connection, 'next')
})

test('CM-9 CM-11 SC-9: a held name is CONNECTION_ALREADY_EXISTS, a name that is not there is rejected; PENDING waits', async () => {
  lab.drop('same', yes('same'), { priority: 90, match: [{ name: 'lab0' }, { name: 'lab1' }] })
  lab.drop('liar', `claimConnection: () => ({ result: 'SUCCESS', connection: 'ghost' })`, {
    priority: 80,
    match: [{ name: 'lab1' }],
  })
  lab.drop(
    'slow',
    `claimConnection: () => (globalThis.n = (globalThis.n ?? 0) + 1) < 3 ? { result: 'PENDING', retryAfterMs: 200, reason: 'boots' } : { result: 'SUCCESS', connection: 'slow', volatile: true }`,
    { priority: 70, match: [{ name: 'lab1' }] },
  )
  lab.drop('equal', no('not mine either'), { priority: 60, match: [{ name: 'lab1' }] })
  lab.drop('weaker', yes('weaker'), { band: 'likely', match: [{ name: 'lab1' }] })
  lab.link('lab0')
  lab.link('lab1')
  await lab.start()
  await lab.settles('lab1', 'claimed', 'slow/p')
  const { answers } = (await lab.explain('lab1')).rounds[0]!
  const asked = answers.filter((one) => one.skipped === null)
  assert.equal(
    asked.map(({ provider, result }) => `${provider} ${result}`),
    [
      'same/p CONNECTION_ALREADY_EXISTS',
      'liar/p INVALID_CONNECTION',
      'slow/p PENDING',
      'equal/p INVALID_CONNECTION',
      'slow/p PENDING',
      'slow/p SUCCESS',
    ],
  )
  assert.equal(calls('weaker'), [])
})

test('SC-31 SC-34: a rename keeps the claim; a new link with the old name gets nothing', async () => {
  lab.drop(
    'a',
    `claimConnection: ({ adapter }) => adapter.up ? ({ result: 'SUCCESS', connection: 'office', volatile: true }) : ({ result: 'INVALID_CONNECTION', reason: 'down' })`,
    { match: [{ name: 'lab*' }] },
  )
  lab.link('lab0', '10.9.0.1/24')
  await lab.start()
  const { id } = await lab.settles('lab0', 'claimed')
  lab.ip('link set lab0 down')
  lab.ip('link set lab0 name lan0')
  lab.ip('link set lan0 up')
  const row = await lab.settles('lan0', 'claimed')
  assert.equal([row.id, row.connection], [id, 'office'])
  lab.ip('link add lab0 type veth peer name p-new')
  const fresh = await lab.settles('lab0', 'unmanaged')
  assert.is.not(fresh.id, id)
  lab.ip('link del lan0')
  await until(
    async () => (await lab.run('adapter', 'lan0')).code === 10,
    () => 'lan0 is still there',
  )
  lab.ip('link set lab0 up')
  await lab.settles('lab0', 'claimed')
})

test('SC-8: a link that vanishes in the middle of a round: the late yes is void and the provider is told', async () => {
  lab.drop(
    'a',
    `claimConnection: ({ adapter }) => new Promise((done) => setTimeout(() => done({ result: 'SUCCESS', connection: 'c-' + adapter.id, volatile: true }), 700)), released: ({ adapter, reason }) => note('released ' + adapter.id + ' ' + reason)`,
    { match: [{ name: 'lab0' }] },
  )
  lab.link('lab0')
  await lab.start()
  const { id } = await lab.adapter('lab0')
  lab.ip('link del lab0')
  await until(
    async () => calls('a').includes(`released ${id} void`),
    () => `not told: ${calls('a')}`,
  )
  assert.equal((await lab.json('connections')).connections, [])
})

test('a plugin whose folder is removed leaves its claim protected, and a new one takes over', async () => {
  const path = lab.drop('a', yes('office'))
  lab.link('lab0', '10.9.0.1/24')
  await lab.start()
  await lab.settles('lab0', 'claimed', 'a/p')
  rmSync(path, { recursive: true })
  await lab.settles('lab0', 'orphaned', 'a/p')
  await assertRefused('office', 'lab0')
  lab.drop('b', yes('other'))
  await lab.settles('lab0', 'claimed', 'b/p')
})

test.run()
