import * as assert from 'uvu/assert'
import { AddressList } from '../../../../host/links/netlink/address-list.js'
import type { AddressMessage } from '../../../../host/links/netlink/address-message.js'
import * as c from '../../../../host/links/netlink/constants.js'
import { suite } from '../../../harness.js'

const test = suite('links/netlink/address-list')

const linkScope = 253

function address(text: string, flags = 0, scope = 0): AddressMessage {
  return { index: 2, version: text.includes(':') ? 6 : 4, key: text, text, flags, scope, protocol: 0 }
}

function listOf(...addresses: AddressMessage[]): AddressList {
  const list = new AddressList()
  for (const one of addresses) list.put(one)
  return list
}

test('a dump keeps its order, IPv4 first', () => {
  const list = new AddressList()
  for (const text of ['10.0.0.2/24', '10.0.0.1/24', 'fd00::2/64', 'fd00::1/64']) list.append(address(text))
  assert.equal(list.usable(), ['10.0.0.2/24', '10.0.0.1/24', 'fd00::2/64', 'fd00::1/64'])
})

test('IPv4: primary addresses in the order they came, then the secondary ones', () => {
  const list = listOf(
    address('10.0.0.1/24'),
    address('10.0.0.2/24', c.IFA_F_SECONDARY),
    address('10.1.0.1/24'),
  )
  assert.equal(list.usable(), ['10.0.0.1/24', '10.1.0.1/24', '10.0.0.2/24'])
})

test('IPv4: a narrower scope comes before a wider one', () => {
  const wide = address('10.0.0.1/24')
  const narrow = address('169.254.0.1/16', 0, linkScope)
  assert.equal(listOf(wide, narrow).usable(), [narrow.text, wide.text])
  assert.equal(listOf(narrow, wide).usable(), [narrow.text, wide.text])
})

test('IPv4: a secondary address that is promoted moves to the primary ones', () => {
  const list = listOf(
    address('10.0.0.1/24'),
    address('10.0.0.2/24', c.IFA_F_SECONDARY),
    address('10.0.0.3/24', c.IFA_F_SECONDARY),
    address('10.0.0.3/24'),
  )
  assert.equal(list.usable(), ['10.0.0.1/24', '10.0.0.3/24', '10.0.0.2/24'])
})

test('IPv6: the newest first, before those of a narrower scope', () => {
  const list = listOf(address('fe80::1/64', 0, linkScope), address('fd00::1/64'), address('fd00::2/64'))
  assert.equal(list.usable(), ['fd00::2/64', 'fd00::1/64', 'fe80::1/64'])
})

test('a known address stays where it is', () => {
  const list = listOf(address('fd00::1/64', c.IFA_F_TENTATIVE), address('fd00::2/64'), address('fd00::1/64'))
  assert.equal(list.usable(), ['fd00::2/64', 'fd00::1/64'])
})

test('temporary, tentative and failed IPv6 addresses are left out; optimistic ones are not', () => {
  const list = listOf(
    address('fd00::1/64', c.IFA_F_TEMPORARY),
    address('fd00::2/64', c.IFA_F_TENTATIVE),
    address('fd00::3/64', c.IFA_F_TENTATIVE | c.IFA_F_DADFAILED),
    address('fd00::4/64', c.IFA_F_TENTATIVE | c.IFA_F_OPTIMISTIC),
  )
  assert.equal(list.usable(), ['fd00::4/64'])
})

test('the bit that means temporary for IPv6 leaves no secondary IPv4 address out', () => {
  assert.equal(listOf(address('10.0.0.2/24', c.IFA_F_SECONDARY)).usable(), ['10.0.0.2/24'])
})

test('an address is removed by its key; one that is not there is no error', () => {
  const list = listOf(address('10.0.0.1/24'), address('fd00::1/64'))
  list.remove(address('10.0.0.1/24'))
  list.remove(address('10.0.0.9/24'))
  assert.equal(list.usable(), ['fd00::1/64'])
})

test('one address with two far ends is shown once', () => {
  const list = listOf({ ...address('10.0.0.1/32'), key: 'a' }, { ...address('10.0.0.1/32'), key: 'b' })
  assert.equal(list.usable(), ['10.0.0.1/32'])
})

test.run()
