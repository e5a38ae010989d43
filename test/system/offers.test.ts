import * as assert from 'uvu/assert'
import { suite } from '../harness.js'
import { claims, declines, Lab, until } from './lab.js'

// Whole processes take their time on a busy machine.
const test = suite('system/offers', { timeout: 60_000 })
let lab: Lab

test.before.each(() => {
  lab = new Lab()
  lab.withNamespace()
})
test.after.each(() => lab.close())

test('CM-1 SC-1: on a real link, A declines with a reason, B claims, C is never asked, D never has a process', async () => {
  lab.drop('a', declines('not my cable'), { priority: 90 })
  lab.drop('b', claims('office'), { priority: 80 })
  lab.drop('c', claims('other'), { priority: 70 })
  lab.drop('d', claims('excluded'), { priority: 60, match: [{ kind: 'wifi' }] })
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
  assert.ok(lab.calls('a').includes('offer lab0'))
  assert.not.ok(lab.calls('c').includes('offer lab0'))
  assert.equal(lab.calls('d'), [], 'D never has a process')
  const { connections } = await lab.get('connections')
  const office = connections.find((one: { name: string }) => one.name === 'office')
  assert.equal([office.state, office.origin, office.adapter], ['connected', 'out-of-band', 'lab0'])
})

test("the operator's order changes who is asked first", async () => {
  lab.drop('a', claims('from-a'), { priority: 90 })
  lab.drop('b', claims('from-b'), { priority: 10 })
  lab.configure({ offers: { order: ['b/p'] } })
  lab.link('lab0')
  await lab.start()
  await lab.settles('lab0', 'claimed', 'b/p')
  assert.match((await lab.explain('lab0')).order[0]!.place, "number 1 in the operator's order")
})

test('SC-4 SC-11: a plugin dropped in later takes over from as-found in one step, and not from another exact holder', async () => {
  lab.link('lab0', '10.9.0.1/24')
  lab.drop('first', claims('held'), { match: [{ name: 'lab1' }] })
  lab.link('lab1', '10.9.1.1/24')
  await lab.start({ bundled: true })
  await lab.settles('lab0', 'claimed', '@claimd/as-found/as-found')
  await lab.settles('lab1', 'claimed', 'first/p')
  const { revision } = await lab.get('adapters')
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
  const [takeover] = await lab.events(revision, 'handed-over')
  assert.equal([takeover!.from, takeover!.provider], ['@claimd/as-found/as-found', 'later/p'])
  assert.equal(await lab.events(revision, 'claim-ended'), [])
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
  lab.drop('next', claims('next'), { priority: 40 })
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
    async () => lab.calls('hangs').includes('released void'),
    () => `not told: ${lab.calls('hangs')}`,
  )
  assert.is((await lab.adapter('lab0')).connection, 'next')
})

test('CM-9 CM-11 SC-9: a held name is CONNECTION_ALREADY_EXISTS, a name that is not there is rejected; PENDING waits', async () => {
  lab.drop('same', claims('same'), { priority: 90, match: [{ name: 'lab0' }, { name: 'lab1' }] })
  lab.drop('liar', `claimConnection: () => ({ result: 'SUCCESS', connection: 'ghost' })`, {
    priority: 80,
    match: [{ name: 'lab1' }],
  })
  lab.drop(
    'slow',
    `claimConnection: () => (globalThis.n = (globalThis.n ?? 0) + 1) < 3 ? { result: 'PENDING', retryAfterMs: 200, reason: 'boots' } : { result: 'SUCCESS', connection: 'slow', volatile: true }`,
    { priority: 70, match: [{ name: 'lab1' }] },
  )
  lab.drop('equal', declines('not mine either'), { priority: 60, match: [{ name: 'lab1' }] })
  lab.drop('weaker', claims('weaker'), { band: 'likely', match: [{ name: 'lab1' }] })
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
  assert.equal(lab.calls('weaker'), [])
})

test.run()
