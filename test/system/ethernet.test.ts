import * as assert from 'uvu/assert'
import { suite } from '../harness.js'
import { until } from './lab.js'
import { asFound, ethernet, WiredLab } from './wired-lab.js'

// Whole processes take their time on a busy machine.
const test = suite('system/ethernet', { timeout: 60_000 })
let lab: WiredLab

test.before(async () => {
  lab = new WiredLab()
  lab.withNamespace()
  lab.link(lab.wire, '192.0.2.7/24')
  await lab.start({ bundled: true })
  await lab.settles(lab.wire, 'claimed', asFound)
  const { providers } = await lab.get('providers')
  const { state } = providers.find(({ id }: { id: string }) => id === ethernet)
  assert.is(state, 'idle', 'nothing is asked of it, nor started, without connections')
})
test.before.each(() => {
  lab.configure({})
  lab.nextWire()
})
test.after(() => lab.close())

test('a configured static connection is claimed under its name, protected, and verified after a restart', async () => {
  lab.configureStatic('192.0.2.7/24', '2001:DB8::7/64')
  lab.link(lab.wire, '192.0.2.7/24')
  lab.ip(`addr add 2001:db8::7/64 dev ${lab.wire} nodad`)
  assert.is((await lab.settles(lab.wire, 'claimed', ethernet)).connection, 'office')
  await lab.says('SUCCESS static 192.0.2.7/24, 2001:db8::7/64 as configured')
  const { connections } = await lab.get('connections')
  const [office] = connections
  assert.equal(
    [office.name, office.type, office.state, office.configured, office.origin, office.adapter],
    ['office', 'ethernet', 'connected', true, 'out-of-band', lab.wire],
  )
  await lab.assertRefused('office', lab.wire)
  await lab.daemons.at(-1)!.kill('SIGKILL')
  await lab.start({ bundled: true })
  await until(
    async () => !(await lab.adapter(lab.wire)).provisional,
    () => 'the claim stays provisional',
  )
  assert.is((await lab.adapter(lab.wire)).connection, 'office')
  lab.ip(`link set ${lab.wire} down`)
  await lab.assertRefused('office', lab.wire)
})

test('a wrong or a further address leaves the adapter to as-found; when they are right it passes over', async () => {
  lab.configureStatic('192.0.2.7/24')
  lab.link(lab.wire, '192.0.2.7/16')
  await lab.settles(lab.wire, 'claimed', asFound)
  await lab.says('INVALID_CONNECTION office: it lacks 192.0.2.7/24; it has 192.0.2.7/16')
  lab.ip(`addr add 192.0.2.7/24 dev ${lab.wire}`)
  lab.ip(`addr del 192.0.2.7/16 dev ${lab.wire}`)
  await lab.settles(lab.wire, 'claimed', ethernet)
})

test('an address that changes ends the claim, with the reason, and as-found takes over', async () => {
  lab.configureStatic('192.0.2.7/24')
  lab.link(lab.wire, '192.0.2.7/24')
  await lab.settles(lab.wire, 'claimed', ethernet)
  const { revision } = await lab.get('adapters')
  lab.ip(`addr add 198.51.100.7/24 dev ${lab.wire}`)
  await lab.settles(lab.wire, 'claimed', asFound)
  const [ended] = await lab.events(revision, 'claim-ended')
  assert.match(String(ended!.message), 'besides 192.0.2.7/24 it has 198.51.100.7/24')
  lab.ip(`addr del 198.51.100.7/24 dev ${lab.wire}`)
  await lab.settles(lab.wire, 'claimed', ethernet)
})

test('what is configured while claimd runs is claimed from as-found; a faulty edit is explained', async () => {
  lab.link(lab.wire, '192.0.2.7/24')
  await lab.settles(lab.wire, 'claimed', asFound)
  lab.configureStatic('192.0.2.7')
  const reason = `INVALID_CONNECTION no configured ethernet connection is for this adapter; office: config.addresses[0]: found "192.0.2.7", expected an IP address with its prefix length, such as "192.0.2.7/24"`
  await lab.says(reason)
  lab.configureStatic('192.0.2.7/24')
  await lab.settles(lab.wire, 'claimed', ethernet)
})

test('each edit of a connection counts at once: its name, its addresses, its adapter, and that it is gone', async () => {
  const office = (name: string, wire: string, address: string) =>
    lab.configure({
      connections: {
        [name]: {
          type: 'ethernet',
          config: { match: { name: wire }, method: 'static', addresses: [address] },
        },
      },
    })
  const becomes = (provider: string, connection: string) =>
    until(
      async () => {
        const row = await lab.adapter(lab.wire)
        return row.provider === provider && row.connection === connection
      },
      async () => JSON.stringify(await lab.adapter(lab.wire)),
    )
  office('lan', lab.wire, '192.0.2.7/24')
  lab.link(lab.wire, '192.0.2.7/24')
  await becomes(ethernet, 'lan')
  office('office', lab.wire, '192.0.2.7/24')
  await becomes(ethernet, 'office')
  office('office', lab.wire, '192.0.2.8/24')
  await becomes(asFound, lab.wire)
  office('office', lab.wire, '192.0.2.7/24')
  await becomes(ethernet, 'office')
  office('office', 'eth7', '192.0.2.7/24')
  await becomes(asFound, lab.wire)
  office('office', lab.wire, '192.0.2.7/24')
  await becomes(ethernet, 'office')
  lab.configure({})
  await becomes(asFound, lab.wire)
})

test('a name that the safety net made up leaves it to the connection that is configured', async () => {
  const [first, second] = [`${lab.wire}a`, `${lab.wire}b`]
  lab.link(first, '192.0.2.7/24')
  lab.link(second, '198.51.100.7/24')
  await lab.settles(first, 'claimed', asFound)
  await lab.settles(second, 'claimed', asFound)
  for (const [from, to] of [
    [first, 'between'],
    [second, first],
    ['between', second],
  ]) {
    lab.ip(`link set ${from} down`)
    lab.ip(`link set ${from} name ${to} up`)
  }
  const config = (name: string, address: string) => ({
    [name]: { type: 'ethernet', config: { match: { name }, method: 'static', addresses: [address] } },
  })
  lab.configure({ connections: { ...config(first, '198.51.100.7/24') } })
  await lab.settles(first, 'claimed', ethernet)
  assert.is((await lab.adapter(first)).connection, first)
  const found = await lab.adapter(second)
  assert.equal([found.provider, found.connection], [asFound, `${first}-found`])
})

test.run()
