import { randomBytes } from 'node:crypto'
import * as assert from 'uvu/assert'
import { suite } from '../harness.js'
import { Dhcp } from './dhcp.js'
import { Lab, until } from './lab.js'

// Whole processes take their time on a busy machine.
const test = suite('system/ethernet', { timeout: 60_000 })
const ethernet = '@claimd/ethernet/ethernet'
const asFound = '@claimd/as-found/as-found'
let lab: Lab
let dhcp: Dhcp
/** The link's name: clients have folders of records by names, which all namespaces share. */
let link: string

test.before.each(() => {
  lab = new Lab()
  lab.withNamespace()
  link = `lab${randomBytes(4).toString('hex')}`
  dhcp = new Dhcp(lab, link)
})
test.after.each(async () => {
  await dhcp.close()
  await lab.close()
})

const configure = (config: object) =>
  lab.configure({
    connections: { office: { type: 'ethernet', config: { match: { name: link }, ...config } } },
  })
const configureStatic = (...addresses: string[]) => configure({ method: 'static', addresses })

/** What the ethernet provider said in the latest round, and why. */
async function said(): Promise<string> {
  const { answers } = (await lab.explain(link)).rounds.at(-1)!
  const answer = answers.filter(({ provider }) => provider === ethernet).at(-1)
  return `${answer?.result} ${answer?.evidence ?? answer?.reason}`
}

test('a configured static connection is claimed under its name, protected, and verified after a restart', async () => {
  configureStatic('192.0.2.7/24', '2001:DB8::7/64')
  lab.link(link, '192.0.2.7/24')
  lab.ip(`addr add 2001:db8::7/64 dev ${link} nodad`)
  const first = await lab.start({ bundled: true })
  assert.is((await lab.settles(link, 'claimed', ethernet)).connection, 'office')
  assert.is(await said(), 'SUCCESS static 192.0.2.7/24, 2001:db8::7/64 as configured')
  const { connections } = await lab.json('connections')
  const [office] = connections
  assert.equal(
    [office.name, office.type, office.state, office.configured, office.origin, office.adapter],
    ['office', 'ethernet', 'connected', true, 'out-of-band', link],
  )
  await lab.assertRefused('office', link)
  await first.kill('SIGKILL')
  await lab.start({ bundled: true })
  await until(
    async () => !(await lab.adapter(link)).provisional,
    () => 'the claim stays provisional',
  )
  assert.is((await lab.adapter(link)).connection, 'office')
  lab.ip(`link set ${link} down`)
  await lab.assertRefused('office', link)
})

test('a wrong or a further address leaves the adapter to as-found; when they are right it passes over', async () => {
  configureStatic('192.0.2.7/24')
  lab.link(link, '192.0.2.7/16')
  await lab.start({ bundled: true })
  await lab.settles(link, 'claimed', asFound)
  assert.is(await said(), 'INVALID_CONNECTION office: it lacks 192.0.2.7/24; it has 192.0.2.7/16')
  lab.ip(`addr add 192.0.2.7/24 dev ${link}`)
  lab.ip(`addr del 192.0.2.7/16 dev ${link}`)
  await lab.settles(link, 'claimed', ethernet)
})

test('an address that changes ends the claim, with the reason, and as-found takes over', async () => {
  configureStatic('192.0.2.7/24')
  lab.link(link, '192.0.2.7/24')
  await lab.start({ bundled: true })
  await lab.settles(link, 'claimed', ethernet)
  const { revision } = await lab.json('adapters')
  lab.ip(`addr add 198.51.100.7/24 dev ${link}`)
  await lab.settles(link, 'claimed', asFound)
  const [ended] = await lab.events(revision, 'claim-ended')
  assert.match(String(ended!.message), 'besides 192.0.2.7/24 it has 198.51.100.7/24')
  lab.ip(`addr del 198.51.100.7/24 dev ${link}`)
  await lab.settles(link, 'claimed', ethernet)
})

test('what is configured while claimd runs is claimed from as-found; a faulty edit is explained', async () => {
  lab.link(link, '192.0.2.7/24')
  await lab.start({ bundled: true })
  await lab.settles(link, 'claimed', asFound)
  configureStatic('192.0.2.7')
  const reason = `INVALID_CONNECTION no configured ethernet connection is for this adapter; office: config.addresses[0]: found "192.0.2.7", expected an IP address with its prefix length, such as "192.0.2.7/24"`
  await until(async () => (await said()) === reason, said)
  configureStatic('192.0.2.7/24')
  await lab.settles(link, 'claimed', ethernet)
})

for (const client of ['dhclient', 'dhcpcd'] as const) {
  test(`an address that ${client} was given is claimed by its recorded lease`, async () => {
    configure({ method: 'dhcp' })
    lab.link(link)
    dhcp.serve()
    await lab.start({ bundled: true })
    dhcp[client]()
    await lab.settles(link, 'claimed', ethernet)
    assert.match(await said(), new RegExp(`^SUCCESS lease of ${client} for 10\\.50\\.0\\.1\\d/24 until 20`))
    lab.ip(`addr add 192.0.2.7/24 dev ${link}`)
    await lab.settles(link, 'claimed', asFound)
  })
}

test('a merely dynamic address, and one whose recorded lease has expired, are not claimed by it', async () => {
  configure({ method: 'dhcp' })
  lab.link(link)
  lab.ip(`addr add 10.50.0.10/24 dev ${link} valid_lft 600 preferred_lft 600`)
  await lab.start({ bundled: true })
  await lab.settles(link, 'claimed', asFound)
  assert.match(await said(), 'no DHCP client has recorded a lease for 10.50.0.10')
  dhcp.record('10.50.0.10', new Date(Date.now() - 60_000))
  await lab.run('offer', link)
  assert.match(await said(), 'the lease of dhclient for 10.50.0.10 expired')
  assert.is((await lab.adapter(link)).provider, asFound)
})

test('a lease that is not renewed ends its claim when it expires', async () => {
  configure({ method: 'dhcp' })
  lab.link(link, '10.50.0.10/24')
  dhcp.record('10.50.0.10', new Date(Date.now() + 8_000))
  await lab.start({ bundled: true })
  await lab.settles(link, 'claimed', ethernet)
  const { revision } = await lab.json('adapters')
  await lab.settles(link, 'claimed', asFound)
  const [ended] = await lab.events(revision, 'claim-ended')
  assert.match(String(ended!.message), 'the lease of dhclient for 10.50.0.10 expired')
})

test.run()
