import * as assert from 'uvu/assert'
import { suite } from '../harness.js'
import { Lab, until } from './lab.js'

// Whole processes take their time on a busy machine.
const test = suite('system/connect', { timeout: 90_000 })
let lab: Lab

test.before.each(() => {
  lab = new Lab()
  lab.withNamespace()
})
test.after.each(() => lab.close())

const wired = (more = {}) => ({
  type: 'ethernet',
  config: { match: { name: 'lab0' }, method: 'static', addresses: ['10.9.0.1/24'], gateway: '10.9.0.254' },
  ...more,
})

/** A pair of links, both down and without addresses. */
function pair(): void {
  lab.ip('link add lab0 type veth peer name p-lab0')
  for (const name of ['lab0', 'p-lab0']) lab.ip(`link set ${name} addrgenmode none`)
  // What the kernel does at the other end by itself when it gets its carrier.
  lab.exec('sysctl -qw net.ipv6.conf.p-lab0.disable_ipv6=1')
  lab.ip('link set p-lab0 up')
}

/** All of the namespace that a connect could change. */
function everything(): string {
  const lists = ['-o addr', 'route show table all', '-6 route show table all', 'rule', '-6 rule']
  return lists.map((list) => lab.ip(list).replace(/valid_lft.*|preferred_lft.*/g, '')).join('\n')
}

const connection = () => lab.get('connections/office')

async function becomes(state: string): Promise<void> {
  await until(
    async () => (await connection()).state === state,
    async () => `office is not ${state}: ${JSON.stringify(await connection())}`,
  )
}

test('CM-24 SC-24: a static connection is connected, outlives kill -9, and is taken down without a trace', async () => {
  pair()
  lab.configure({ connections: { office: wired() } })
  await lab.start({ bundled: true })
  await until(
    async () => (await lab.adapter('lab0')).state === 'unmanaged',
    async () => JSON.stringify(await lab.adapter('lab0')),
  )
  const before = everything()
  const connect = await lab.run('connect', 'office')
  assert.is(connect.code, 0, connect.stderr)
  assert.match(connect.stdout, 'is connected')
  assert.is((await lab.adapter('lab0')).state, 'managed')
  assert.match(lab.ip('-4 addr show dev lab0'), '10.9.0.1/24')
  assert.match(lab.ip('route'), 'default via 10.9.0.254 dev lab0')

  await lab.daemons[0]!.kill('SIGKILL')
  assert.match(lab.ip('route'), 'default via 10.9.0.254 dev lab0')
  await lab.start({ bundled: true })
  await becomes('connected')
  await until(
    async () => (await lab.adapter('lab0')).state === 'managed',
    async () => JSON.stringify(await lab.adapter('lab0')),
  )
  assert.equal((await connection()).holds, ['operator'])

  const disconnect = await lab.run('disconnect', 'office')
  assert.is(disconnect.code, 0, disconnect.stderr)
  assert.is(everything(), before)
  assert.is((await connection()).state, 'disconnected')
})

test('CM-24: one that is always connected comes up with its adapter, and never over what somebody has set up', async () => {
  lab.configure({ connections: { office: wired({ behaviour: 'always-connected' }) } })
  await lab.start({ bundled: true })
  pair()
  await becomes('connected')
  lab.ip('link del lab0')
  await becomes('disconnected-unavailable')
  pair()
  await becomes('connected')

  const other = new Lab().withNamespace()
  try {
    other.link('lab0', '10.77.0.1/24')
    other.configure({ connections: { office: wired({ behaviour: 'always-connected' }) } })
    await other.start({ bundled: true })
    await other.settles('lab0', 'claimed', '@claimd/as-found/as-found')
    const before = other.snapshot('lab0')
    // It has looked for an adapter by then, and found none.
    await until(
      async () => (await other.get('connections/office')).state === 'disconnected-unavailable',
      async () => JSON.stringify(await other.get('connections/office')),
    )
    assert.is(other.snapshot('lab0'), before)
    assert.is((await other.adapter('lab0')).state, 'claimed')
  } finally {
    await other.close()
  }
})

test.run()
