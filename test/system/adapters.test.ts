import * as assert from 'uvu/assert'
import { suite } from '../harness.js'
import { claims, Lab, until } from './lab.js'

// Whole processes take their time on a busy machine.
const test = suite('system/adapters', { timeout: 60_000 })
let lab: Lab

test.before.each(() => {
  lab = new Lab()
  lab.withNamespace()
})
test.after.each(() => lab.close())

test('SC-20: release leaves the link alone and the adapter unmanaged, with who and why, over a restart, until offer', async () => {
  lab.drop('a', claims('office'))
  lab.link('lab0', '10.9.0.1/24')
  const first = await lab.start()
  const { id, since } = await lab.settles('lab0', 'claimed')
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
  const offers = lab.calls('a').filter((line) => line.startsWith('offer'))
  assert.equal(offers, ['offer lab0'])
  await until(
    async () => (await lab.get('providers')).providers.length > 0,
    () => 'the plugins are not loaded',
  )
  const offered = await lab.run('offer', 'lab0', '--json')
  assert.is(offered.code, 0, offered.stderr)
  assert.equal([offered.json.state, offered.json.provider], ['claimed', 'a/p'])
  const sticky = await lab.run('offer', 'lab0', '--json')
  assert.equal([sticky.code, sticky.json.provider], [6, 'a/p'])

  // Made again, it is another adapter, which points to this one; and what was then is still told.
  lab.ip('link del lab0')
  lab.link('lab0', '10.9.0.1/24')
  const again = await lab.settles('lab0', 'claimed')
  assert.is.not(again.id, id)
  const { predecessor } = await lab.explain('lab0')
  assert.equal([predecessor?.id, predecessor?.provider, predecessor?.connection], [id, 'a/p', 'office'])
  const shown = await lab.run('explain', 'lab0')
  assert.ok(shown.stdout.includes(`Made again: it was ${id} until `), shown.stdout)
  const then = await lab.run('explain', 'lab0', '--at', since!, '--json')
  assert.is(then.code, 0, then.stdout)
  assert.equal(
    [then.json.id, then.json.state, then.json.provider, then.json.at],
    [id, 'claimed', 'a/p', since],
  )
  const past = await lab.run('explain', 'lab0', '--at', since!)
  assert.match(past.stdout, new RegExp(`^lab0 \\(id ${id}\\) was claimed at .*[+-]\\d\\d:\\d\\d \\(`))
  assert.match(past.stdout, `${again.id} has it now`)
  const early = await lab.run('explain', 'lab0', '--at', '2001-01-01')
  assert.is(early.code, 10)
  assert.match(early.stderr, 'the journal begins at ')
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
    async () => (await lab.http('GET', '/v1/adapters/lan0')).status === 404,
    () => 'lan0 is still there',
  )
  lab.ip('link set lab0 up')
  await lab.settles('lab0', 'claimed')
})

test('SC-8: a link that vanishes in the middle of a round: the late yes is void and the provider is told', async () => {
  lab.drop(
    'a',
    `claimConnection({ adapter }) {
      note('offer ' + adapter.id)
      const yes = { result: 'SUCCESS', connection: 'late', volatile: true }
      return new Promise((done) => setTimeout(() => done(yes), 1000))
    },
    released: ({ adapter, connection, reason }) => note(['released', adapter.id, connection, reason].join(' '))`,
  )
  lab.link('lab0')
  await lab.start()
  const { id } = await lab.adapter('lab0')
  await until(
    async () => lab.calls('a').includes(`offer ${id}`),
    () => `not offered: ${lab.calls('a')}`,
  )
  lab.ip('link del lab0')
  await until(
    async () => lab.calls('a').includes(`released ${id} late void`),
    () => `not told: ${lab.calls('a')}`,
  )
  assert.equal((await lab.get('connections')).connections, [])
})

test('SC-20: a release of a bridge holds over a restart in which the bridge took the address of a port', async () => {
  lab.ip('link add labbr type bridge')
  lab.ip('link set labbr up')
  lab.drop('a', claims('office'), { match: [{ kind: 'bridge' }] })
  const first = await lab.start()
  const { id } = await lab.settles('labbr', 'claimed')
  assert.is((await lab.run('release', 'labbr', '--reason', 'maintenance')).code, 0)
  await first.kill('SIGKILL')
  lab.link('port0')
  lab.ip('link set port0 address 02:00:00:00:00:01 master labbr')
  await lab.start()
  const bridge = await lab.settles('labbr', 'unmanaged')
  assert.is(bridge.id, id)
  assert.is.not(bridge.address, null)
  assert.match(bridge.because, 'released by root (uid 0): maintenance')
  const port = await lab.settles('port0', 'ignored')
  assert.is(port.because, 'it is a port of bridge labbr')
})

test.run()
