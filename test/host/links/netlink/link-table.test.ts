import * as assert from 'uvu/assert'
import type { Link, LinkEvent } from '../../../../host/core/adapters/link.js'
import * as c from '../../../../host/links/netlink/constants.js'
import { LinkTable } from '../../../../host/links/netlink/link-table.js'
import { suite } from '../../../harness.js'
import { type AddressParts, addressDatagram, type LinkParts, linkDatagram, notice } from './build.js'

const test = suite('links/netlink/link-table')

const noFacts = { driver: null, vendor: null, product: null, wifi: false }

function tableOf(...links: LinkParts[]): Played {
  const played = new Played(new LinkTable(() => noFacts))
  for (const link of links) played.link(link)
  played.events()
  return played
}

class Played {
  constructor(readonly table: LinkTable) {}
  link(parts: LinkParts): void {
    this.table.apply(notice(linkDatagram(c.RTM_NEWLINK, parts)))
  }
  gone(parts: LinkParts): void {
    this.table.apply(notice(linkDatagram(c.RTM_DELLINK, parts)))
  }
  address(parts: AddressParts): void {
    this.table.apply(notice(addressDatagram(c.RTM_NEWADDR, parts)))
  }
  addressGone(parts: AddressParts): void {
    this.table.apply(notice(addressDatagram(c.RTM_DELADDR, parts)))
  }
  events(): LinkEvent[] {
    return this.table.takeEvents()
  }
  /** The one row that changed. */
  row(): Link {
    const [event, ...more] = this.events()
    if (event?.type !== 'link' || more.length > 0) throw new Error('not one changed link')
    return event.link
  }
}

function brief(events: LinkEvent[]): string[] {
  return events.map((event) => {
    if (event.type === 'link') return `link ${event.link.index} ${event.link.name} ${event.link.carrier}`
    return event.type === 'link-gone' ? `gone ${event.index}` : event.type
  })
}

test('a physical link becomes a row', () => {
  const table = new LinkTable(() => ({ driver: 'e1000e', vendor: '8086', product: '15d8', wifi: false }))
  const played = new Played(table)
  played.link({
    index: 2,
    name: 'eth0',
    alternativeNames: ['uplink', 'lan'],
    up: true,
    carrier: true,
    address: '02:00:00:00:00:01',
    permanentAddress: '02:00:00:00:00:02',
    bus: 'pci',
    device: '0000:00:1f.6',
  })
  played.address({ index: 2, local: '10.0.0.1/24' })
  assert.equal(played.row(), {
    index: 2,
    name: 'eth0',
    kind: 'ethernet',
    driver: 'e1000e',
    address: '02:00:00:00:00:01',
    permanentAddress: '02:00:00:00:00:02',
    path: 'pci/0000:00:1f.6',
    vendor: '8086',
    product: '15d8',
    peer: null,
    loopback: false,
    up: true,
    carrier: true,
    master: null,
    portOf: null,
    managedBy: null,
    awaitsUdev: false,
    alternativeNames: ['uplink', 'lan'],
    addresses: ['10.0.0.1/24'],
  })
})

test('facts are asked for once a link, and anew for a new link with the same index', () => {
  let asked = 0
  const played = new Played(
    new LinkTable(() => {
      asked++
      return noFacts
    }),
  )
  played.link({ index: 2 })
  played.link({ index: 2, name: 'renamed' })
  assert.is(asked, 1)
  played.gone({ index: 2 })
  played.link({ index: 2 })
  assert.is(asked, 2)
})

test('the kind is the kernel’s, else wifi, else by hardware type', () => {
  const kinds = (parts: Omit<LinkParts, 'index'>, wifi = false) => {
    const played = new Played(new LinkTable(() => ({ ...noFacts, wifi })))
    played.link({ index: 2, ...parts })
    return played.row().kind
  }
  assert.is(kinds({ kind: 'veth' }), 'veth')
  assert.is(kinds({}, true), 'wifi')
  assert.is(kinds({}), 'ethernet')
  assert.is(kinds({ hardwareType: 772 }), 'loopback')
  assert.is(kinds({ hardwareType: 32 }), 'infiniband')
  assert.is(kinds({ hardwareType: 512 }), 'ppp')
  assert.is(kinds({ hardwareType: 0xfffe }), 'other')
})

test('while a link is down its carrier is not known, whatever the kernel last saw', () => {
  const played = tableOf()
  played.link({ index: 2, up: false, carrier: true })
  assert.is(played.row().carrier, null)
  played.link({ index: 2, up: true, carrier: false })
  assert.is(played.row().carrier, false)
})

test('a peer is named by namespace and index; a link that points at itself has none', () => {
  const peerOf = (parts: Omit<LinkParts, 'index'>) => {
    const played = tableOf()
    played.link({ index: 2, ...parts })
    return played.row().peer
  }
  assert.is(peerOf({ link: 5 }), '-:5')
  assert.is(peerOf({ link: 5, linkNamespace: 3 }), '3:5')
  assert.is(peerOf({ link: 2, linkNamespace: 0 }), '0:2')
  assert.is(peerOf({ link: 2 }), null)
  assert.is(peerOf({ link: 0 }), null)
})

test('the first end of a pair learns of the second, which the kernel does not tell it', () => {
  const played = tableOf({ index: 2, kind: 'veth' })
  played.link({ index: 3, kind: 'veth', link: 2 })
  const events = played.events()
  assert.equal(
    events.map((event) => event.type === 'link' && [event.link.index, event.link.peer]),
    [
      [3, '-:2'],
      [2, '-:3'],
    ],
  )
})

test('one end of a pair learns where the other one moved', () => {
  const played = tableOf({ index: 2, kind: 'veth', link: 3 }, { index: 3, kind: 'veth', link: 2 })
  played.gone({ index: 3, kind: 'veth', link: 2, newNamespace: 4, newIndex: 9 })
  const [gone, partner] = played.events()
  assert.equal(gone, { type: 'link-gone', index: 3, movedTo: { namespace: 4, index: 9 } })
  assert.ok(partner?.type === 'link')
  assert.is(partner.link.peer, '4:9')
})

test('what a virtual link lies on is not told that it is a pair', () => {
  const played = tableOf({ index: 2 })
  played.link({ index: 3, kind: 'macvlan', link: 2 })
  assert.is(played.row().index, 3)
})

test('a port of a bridge is one, a member of a VRF is not', () => {
  const portOf = (slaveKind: string | undefined, masterKind: string) => {
    const played = tableOf({ index: 9, kind: masterKind })
    played.link({ index: 2, master: 9, ...(slaveKind === undefined ? {} : { slaveKind }) })
    const { master, portOf } = played.row()
    assert.is(master, 9)
    return portOf
  }
  assert.is(portOf('bridge', 'bridge'), 'bridge')
  assert.is(portOf('vrf', 'vrf'), null)
  assert.is(portOf(undefined, 'openvswitch'), 'openvswitch')
  assert.is(portOf(undefined, 'vrf'), null)
})

test('a snapshot knows the kind of a master that was dumped after its port', () => {
  const table = new LinkTable(() => noFacts)
  const links = [
    { index: 2, master: 9 },
    { index: 9, kind: 'team' },
  ].map((parts) => {
    const told = notice(linkDatagram(c.RTM_NEWLINK, parts))
    if (told.type !== 'link') throw new Error('not a link')
    return told.link
  })
  table.load(links, [])
  const [snapshot] = table.takeSnapshot('start')
  assert.ok(snapshot?.type === 'snapshot')
  assert.is(snapshot.links[0]?.portOf, 'team')
})

test('a message that changes nothing is not told', () => {
  const played = tableOf({ index: 2 })
  played.link({ index: 2 })
  played.addressGone({ index: 2, local: '10.0.0.1/24' })
  played.address({ index: 2, local: `${'fd00'.padEnd(32, '0')}/64`, flags: c.IFA_F_TEMPORARY })
  assert.equal(played.events(), [])
})

test('each message names all alternative names: what it leaves out is gone', () => {
  const played = tableOf({ index: 2, alternativeNames: ['a', 'b'] })
  played.link({ index: 2, alternativeNames: ['b', 'c'] })
  assert.equal(played.row().alternativeNames, ['b', 'c'])
  played.link({ index: 2 })
  assert.equal(played.row().alternativeNames, [])
})

test('alternative names stay while addresses change, and the partner is told of a move', () => {
  const played = tableOf(
    { index: 2, kind: 'veth', link: 3, alternativeNames: ['a'] },
    { index: 3, kind: 'veth', link: 2 },
  )
  played.address({ index: 2, local: '10.0.0.1/24' })
  assert.equal(played.row().alternativeNames, ['a'])
  played.gone({ index: 3, kind: 'veth', link: 2, newNamespace: 4, newIndex: 9 })
  const partner = played.events().at(-1)
  assert.ok(partner?.type === 'link')
  assert.equal([partner.link.peer, partner.link.alternativeNames], ['4:9', ['a']])
})

test('a link that goes down keeps no IPv6 address that waits for its duplicate detection', () => {
  const played = tableOf({ index: 2, up: true })
  const checked = `${'20010db8'.padEnd(32, '0')}/64`
  const unchecked = `${'20010db8'.padEnd(31, '0')}1/64`
  played.address({ index: 2, local: '10.0.0.1/24' })
  played.address({ index: 2, local: checked })
  played.address({ index: 2, local: unchecked, flags: c.IFA_F_NODAD })
  played.events()
  played.link({ index: 2, up: false })
  assert.equal(played.row().addresses, ['10.0.0.1/24', '2001:db8::1/64'])
  played.link({ index: 2, up: true })
  played.address({ index: 2, local: checked })
  assert.equal(played.row().addresses, ['10.0.0.1/24', '2001:db8::1/64', '2001:db8::/64'])
})

test('many changes of one link become one event, in the order of the last ones', () => {
  const played = tableOf({ index: 2 }, { index: 3 })
  played.link({ index: 2, name: 'a', up: true, carrier: true })
  played.link({ index: 3, name: 'b', up: true, carrier: true })
  played.address({ index: 2, local: '10.0.0.1/24' })
  played.address({ index: 2, local: '10.0.1.1/24' })
  assert.equal(brief(played.events()), ['link 3 b true', 'link 2 a true'])
  assert.equal(played.events(), [])
})

test('a change that is taken back is not told', () => {
  const played = tableOf({ index: 2 })
  played.link({ index: 2, name: 'other' })
  played.link({ index: 2 })
  assert.equal(played.events(), [])
})

test('a removal between two changes is told, even if nothing else differs', () => {
  const played = tableOf({ index: 2 })
  played.link({ index: 2, up: true })
  played.gone({ index: 2 })
  played.link({ index: 2 })
  assert.equal(brief(played.events()), ['gone 2', 'link 2 eth2 null'])
})

test('two removals of one index are told, with the link between them left out', () => {
  const played = tableOf({ index: 2 })
  played.gone({ index: 2 })
  played.link({ index: 2 })
  played.gone({ index: 2 })
  assert.equal(brief(played.events()), ['gone 2'])
})

test('addresses of a link that has gone are not those of the next one with its index', () => {
  const played = tableOf({ index: 2 })
  played.address({ index: 2, local: '10.0.0.1/24' })
  played.gone({ index: 2 })
  played.link({ index: 2 })
  const events = played.events()
  const last = events.at(-1)
  assert.ok(last?.type === 'link')
  assert.equal(last.link.addresses, [])
})

test('a carrier that was lost and found within one wake-up is told as both', () => {
  const played = tableOf({ index: 2, up: true, carrier: true })
  played.link({ index: 2, up: true, carrier: false })
  played.link({ index: 2, up: true, carrier: true })
  assert.equal(brief(played.events()), ['link 2 eth2 false', 'link 2 eth2 true'])
  played.link({ index: 2, up: false })
  played.link({ index: 2, up: true, carrier: true })
  assert.equal(brief(played.events()), ['link 2 eth2 null', 'link 2 eth2 true'])
})

test('a carrier that comes for the first time needs one event', () => {
  const played = tableOf({ index: 2 })
  played.link({ index: 2, up: true, carrier: false })
  played.link({ index: 2, up: true, carrier: true })
  assert.equal(brief(played.events()), ['link 2 eth2 true'])
})

test('two links swap their names', () => {
  const played = tableOf({ index: 2, name: 'a' }, { index: 3, name: 'b' })
  played.link({ index: 2, name: 'tmp' })
  played.link({ index: 3, name: 'a' })
  played.link({ index: 2, name: 'b' })
  assert.equal(brief(played.events()), ['link 3 a null', 'link 2 b null'])
})

test('removals that were seen come before a snapshot, and every other change is in it', () => {
  const played = tableOf({ index: 2 }, { index: 3 })
  played.gone({ index: 2 })
  played.link({ index: 3, name: 'other' })
  const told = notice(linkDatagram(c.RTM_NEWLINK, { index: 2, name: 'new' }))
  assert.ok(told.type === 'link')
  played.table.load([told.link], [])
  assert.equal(brief(played.table.takeSnapshot('overflow')), ['gone 2', 'snapshot'])
  assert.equal(played.events(), [])
})

test('an address of a link that is not known is passed over', () => {
  const played = tableOf()
  played.address({ index: 8, local: '10.0.0.1/24' })
  assert.equal(played.events(), [])
})

test('messages older than a dump change nothing of it', () => {
  const table = new LinkTable(() => noFacts)
  const played = new Played(table)
  const link = notice(linkDatagram(c.RTM_NEWLINK, { index: 2, up: true, carrier: true }))
  const addresses = ['10.0.0.1/24', '10.0.1.1/24'].map((local) =>
    notice(addressDatagram(c.RTM_NEWADDR, { index: 2, local })),
  )
  assert.ok(link.type === 'link')
  table.load(
    [link.link],
    addresses.flatMap((told) => (told.type === 'address' ? [told.address] : [])),
  )
  table.takeSnapshot('start')
  played.link({ index: 2, up: true, carrier: true })
  for (const told of addresses) table.apply(told)
  assert.equal(played.events(), [])
})

test.run()
