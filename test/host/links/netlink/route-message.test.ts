import * as assert from 'uvu/assert'
import { encodeAttribute, encodeNumber } from '../../../../host/links/netlink/codec.js'
import * as c from '../../../../host/links/netlink/constants.js'
import { suite } from '../../../harness.js'
import { addressDatagram, decoded, linkDatagram, notice } from './build.js'
import * as captured from './captured.js'

const test = suite('links/netlink/route-message')

test('a link message is read whole', () => {
  const told = notice(
    linkDatagram(c.RTM_NEWLINK, {
      index: 7,
      name: 'wan0',
      alternativeNames: ['uplink', 'the second'],
      hardwareType: 1,
      up: true,
      carrier: true,
      address: '02:fc:00:00:00:01',
      permanentAddress: '02:fc:00:00:00:02',
      link: 9,
      linkNamespace: 0,
      master: 3,
      kind: 'macvlan',
      slaveKind: 'bridge',
      bus: 'pci',
      device: '0000:00:03.0',
    }),
  )
  assert.equal(told, {
    type: 'link',
    link: {
      index: 7,
      name: 'wan0',
      alternativeNames: ['uplink', 'the second'],
      hardwareType: 1,
      flags: c.IFF_UP,
      address: '02:fc:00:00:00:01',
      permanentAddress: '02:fc:00:00:00:02',
      carrier: true,
      link: 9,
      linkNamespace: 0,
      master: 3,
      infoKind: 'macvlan',
      slaveKind: 'bridge',
      bus: 'pci',
      device: '0000:00:03.0',
      newNamespace: null,
      newIndex: null,
    },
  })
})

test('a link message as the kernel sent it, with alternative names', () => {
  const told = notice(captured.upWithNames)
  assert.ok(told.type === 'link')
  const { name, alternativeNames, infoKind, flags } = told.link
  assert.equal([name, alternativeNames, infoKind], ['cap0', ['first', 'second'], 'veth'])
  assert.ok(flags & c.IFF_UP)
})

test('as many alternative names as fit into one link are read', () => {
  const alternativeNames = Array.from({ length: 490 }, (_, i) => `n${i}`.padEnd(127, 'x'))
  const told = notice(linkDatagram(c.RTM_NEWLINK, { index: 2, alternativeNames }))
  assert.ok(told.type === 'link')
  assert.equal(told.link.alternativeNames, alternativeNames)
})

test('a removal says where the link went', () => {
  const told = notice(captured.movedAway)
  assert.is(told.type, 'link-gone')
  if (told.type !== 'link-gone') return
  assert.is(told.link.name, 'cap0')
  assert.is(told.link.infoKind, 'veth')
  assert.type(told.link.newNamespace, 'number')
  assert.type(told.link.newIndex, 'number')
})

test('a port that leaves a bridge is no link that goes', () => {
  assert.equal(decoded(captured.bridgePortLeft), ['irrelevant'])
  assert.equal(decoded(linkDatagram(c.RTM_NEWLINK, { index: 2, family: 7 })), ['irrelevant'])
  assert.equal(decoded(linkDatagram(c.RTM_NEWLINK, { index: 2, family: c.AF_INET6 })), ['irrelevant'])
})

test('a wireless event, which leaves out all other attributes, is no change of the link', () => {
  const event = linkDatagram(c.RTM_NEWLINK, {
    index: 2,
    more: [encodeAttribute(c.IFLA_WIRELESS, Buffer.alloc(8))],
  })
  assert.equal(decoded(event), ['irrelevant'])
})

test('a link without a name or index, or with a short attribute, is malformed', () => {
  const short = (type: number, size: number) => encodeAttribute(type, Buffer.alloc(size))
  for (const parts of [
    { index: 0 },
    { index: -1 },
    { index: 2, name: '' },
    { index: 2, more: [short(c.IFLA_MASTER, 2)] },
    { index: 2, more: [short(c.IFLA_CARRIER, 0)] },
    { index: 2, more: [encodeAttribute(c.IFLA_LINKINFO, Buffer.from([99, 0, 1, 0]))] },
  ])
    assert.equal(decoded(linkDatagram(c.RTM_NEWLINK, parts)), ['malformed'])
})

test('addresses as the kernel sent them', () => {
  const v4 = notice(captured.ipv4Added)
  const v6 = notice(captured.ipv6Added)
  const gone = notice(captured.ipv4Removed)
  assert.ok(v4.type === 'address' && v6.type === 'address' && gone.type === 'address-gone')
  assert.is(v4.address.text, '10.9.8.7/24')
  assert.is(v6.address.text, '2001:db8::7/64')
  assert.is(gone.address.key, v4.address.key)
})

test('of a point-to-point address our end is taken', () => {
  const told = notice(addressDatagram(c.RTM_NEWADDR, { index: 2, local: '10.0.0.1/32', peer: '10.0.0.2' }))
  assert.ok(told.type === 'address')
  assert.is(told.address.text, '10.0.0.1/32')
})

test('the 32-bit flags are preferred to the eight in the header', () => {
  const told = notice(addressDatagram(c.RTM_NEWADDR, { index: 2, local: '10.0.0.1/32', flags: 0x280 }))
  assert.ok(told.type === 'address')
  assert.is(told.address.flags, 0x280)
})

test('an address of another size than its family has, or with too long a prefix, is malformed', () => {
  const faulty = addressDatagram(c.RTM_NEWADDR, { index: 2, local: '10.0.0.1/24' })
  faulty.writeUInt8(c.AF_INET6, 16)
  assert.equal(decoded(faulty), ['malformed'])
  assert.equal(decoded(addressDatagram(c.RTM_NEWADDR, { index: 2, local: '10.0.0.1/33' })), ['malformed'])
})

test('addresses of other families, and other messages, are passed over', () => {
  const other = addressDatagram(c.RTM_NEWADDR, { index: 2, local: '10.0.0.1/24' })
  other.writeUInt8(12, 16)
  assert.equal(decoded(other), ['irrelevant'])
  const route = linkDatagram(24, { index: 2, more: [encodeNumber(1, 1)] })
  assert.equal(decoded(route), ['irrelevant'])
})

test.run()
