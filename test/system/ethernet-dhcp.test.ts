import * as assert from 'uvu/assert'
import { suite } from '../harness.js'
import { Dhcp } from './dhcp.js'
import { until } from './lab.js'
import { asFound, ethernet, WiredLab } from './wired-lab.js'

// Whole processes take their time on a busy machine.
const test = suite('system/ethernet-dhcp', { timeout: 60_000 })
let lab: WiredLab
let dhcp: Dhcp

test.before(async () => {
  lab = new WiredLab()
  lab.withNamespace()
  await lab.start({ bundled: true })
})
test.before.each(() => {
  lab.configure({})
  lab.nextWire()
  dhcp = new Dhcp(lab, lab.wire)
})
test.after.each(() => dhcp?.close())
test.after(() => lab.close())

for (const client of ['dhclient', 'dhcpcd'] as const) {
  test(`an address that ${client} was given is claimed by its recorded lease`, async () => {
    lab.configureOffice({ method: 'dhcp' })
    lab.link(lab.wire)
    dhcp.serve()
    dhcp[client]()
    await lab.settles(lab.wire, 'claimed', ethernet)
    assert.match(await lab.said(), new RegExp(`^SUCCESS lease of ${client} for 10\\.50\\.0\\.\\d+/24$`))
    lab.ip(`addr add 192.0.2.7/24 dev ${lab.wire}`)
    await lab.settles(lab.wire, 'claimed', asFound)
  })
}

test('a lease stays that of a link that was renamed: the claim stands when its carrier is back', async () => {
  lab.configure({
    connections: { office: { type: 'ethernet', config: { match: { address: '02:fc:*' }, method: 'dhcp' } } },
  })
  lab.link(lab.wire)
  lab.ip(`link set ${lab.wire} down`)
  lab.ip(`link set ${lab.wire} address 02:fc:00:00:00:01 up`)
  dhcp.serve()
  dhcp.dhclient()
  await lab.settles(lab.wire, 'claimed', ethernet)
  const renamed = `${lab.wire}b`
  lab.ip(`link set ${lab.wire} name ${renamed}`)
  const { revision } = await lab.get('adapters')
  dhcp.cable(false)
  dhcp.cable(true)
  await until(
    async () => (await lab.events(revision, 'verified')).length > 0,
    () => 'its holder does not confirm it',
  )
  const { provider, connection, because } = await lab.adapter(renamed)
  assert.equal([provider, connection], [ethernet, 'office'])
  assert.match(because, /^lease of dhclient for [^ ]+$/)
  await lab.assertRefused('office', renamed)
})

test('a merely dynamic address, and one whose recorded lease has expired, are not claimed by it', async () => {
  lab.configureOffice({ method: 'dhcp' })
  lab.link(lab.wire)
  lab.ip(`addr add 10.50.0.10/24 dev ${lab.wire} valid_lft 600 preferred_lft 600`)
  await lab.settles(lab.wire, 'claimed', asFound)
  await lab.says('no DHCP client has recorded a lease for 10.50.0.10')
  dhcp.record('10.50.0.10', new Date(Date.now() - 60_000))
  await lab.run('offer', lab.wire)
  await lab.says('the lease of dhclient for 10.50.0.10 expired')
  assert.is((await lab.adapter(lab.wire)).provider, asFound)
})

test('a lease that is not renewed ends its claim when it expires', async () => {
  lab.configureOffice({ method: 'dhcp' })
  lab.link(lab.wire, '10.50.0.10/24')
  await lab.settles(lab.wire, 'claimed', asFound)
  const { revision } = await lab.get('adapters')
  dhcp.record('10.50.0.10', new Date(Date.now() + 8_000))
  assert.is((await lab.json('offer', lab.wire)).provider, ethernet)
  await lab.settles(lab.wire, 'claimed', asFound)
  const [ended] = await lab.events(revision, 'claim-ended')
  assert.match(String(ended!.message), 'the lease of dhclient for 10.50.0.10 expired')
})

test.run()
