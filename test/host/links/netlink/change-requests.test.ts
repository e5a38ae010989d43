import * as fc from 'fast-check'
import * as assert from 'uvu/assert'
import type { LinkRecipe } from '../../../../host/core/adapters/link-changer.js'
import { decodeAddress } from '../../../../host/links/netlink/address-message.js'
import { ipv4Text, ipv6Text } from '../../../../host/links/netlink/address-text.js'
import * as requests from '../../../../host/links/netlink/change-requests.js'
import { encodeRequest, forEachAttribute, forEachMessage } from '../../../../host/links/netlink/codec.js'
import * as c from '../../../../host/links/netlink/constants.js'
import { refusalOf } from '../../../../host/links/netlink/kernel-refusal.js'
import { decodeLink } from '../../../../host/links/netlink/link-message.js'
import { readsPromotion, setPromotion } from '../../../../host/links/netlink/promotion.js'
import { decodeRoute } from '../../../../host/links/netlink/route-row.js'
import { suite } from '../../../harness.js'

const test = suite('links/netlink/change-requests')

const index = fc.integer({ min: 1, max: 2 ** 31 - 1 })
const bytes4 = fc.uint8Array({ minLength: 4, maxLength: 4 })
// Long runs of zeroes are what IPv6 is written without.
const bytes16 = fc.array(fc.constantFrom(0, 0, 0, 1, 0xff, 0xab), { minLength: 16, maxLength: 16 })
const ip = fc.oneof(
  bytes4.map((bytes) => ({ text: ipv4Text(Buffer.from(bytes)), longest: 32 })),
  bytes16.map((bytes) => ({ text: ipv6Text(Buffer.from(bytes)), longest: 128 })),
)
const network = fc
  .tuple(ip, fc.nat(128))
  .map(([{ text, longest }, length]) => `${text}/${length % (longest + 1)}`)

/** The body as the kernel gets it: one message, whole, aligned. */
function bodyOf({ type, flags, parts }: requests.Draft): Buffer {
  const datagram = encodeRequest(type, flags, 7, ...parts)
  assert.is(datagram.length % 4, 0)
  const bodies: Buffer[] = []
  assert.ok(forEachMessage(datagram, (message) => bodies.push(message.body)))
  assert.is(bodies.length, 1)
  return bodies[0]!
}

/** The attributes after a header, by type. */
function attributes(body: Buffer, start: number, end = body.length): Map<number, Buffer> {
  const found = new Map<number, Buffer>()
  const sound = forEachAttribute(body, start, end, (type, from, to) =>
    found.set(type, body.subarray(from, to)),
  )
  assert.ok(sound)
  return found
}

test('always: an address is read back as it was asked for, with the mark', () => {
  fc.assert(
    fc.property(index, network, (link, text) => {
      const row = decodeAddress(bodyOf(requests.addAddress(link, text)))
      if (typeof row === 'string') throw new Error(row)
      assert.equal([row.index, row.text, row.protocol], [link, text, c.IFAPROT_CLAIMD])
      const removed = decodeAddress(bodyOf(requests.removeAddress(link, text)))
      assert.is(typeof removed === 'string' ? removed : removed.text, text)
    }),
  )
})

test('an IPv4 address has the broadcast address of its network, if that has one', () => {
  const broadcast = (text: string) =>
    attributes(bodyOf(requests.addAddress(3, text)), 8)
      .get(c.IFA_BROADCAST)
      ?.join('.')
  assert.is(broadcast('10.0.0.7/24'), '10.0.0.255')
  assert.is(broadcast('10.200.3.1/9'), '10.255.255.255')
  assert.is(broadcast('192.0.2.1/30'), '192.0.2.3')
  assert.is(broadcast('192.0.2.1/31'), undefined)
  assert.is(broadcast('fd00::1/64'), undefined)
})

test('always: a route is read back as it was asked for, through this link, with the mark', () => {
  const route = fc
    .tuple(network, fc.option(ip), fc.nat(2 ** 32 - 1))
    .filter(([to, via]) => via === null || via.text.includes(':') === to.includes(':'))
    .map(([to, via, metric]) => ({
      destination: to.endsWith('/0') ? (to.includes(':') ? '::/0' : '0.0.0.0/0') : to,
      gateway: via?.text ?? null,
      metric,
    }))
  fc.assert(
    fc.property(index, route, (link, wanted) => {
      const row = decodeRoute(bodyOf(requests.addRoute(link, wanted)))
      if (typeof row === 'string') throw new Error(row)
      const { index: through, table, protocol, ...read } = row
      assert.equal(read, wanted)
      assert.equal([through, table, protocol], [link, c.RT_TABLE_MAIN, c.RTPROT_CLAIMD])
    }),
  )
})

test('always: whatever the bytes are, a route is read or refused, and never throws', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 120 }), fc.boolean(), (bytes, plausible) => {
      const body = Buffer.from(bytes)
      if (plausible && body.length >= 12) {
        body[0] = c.AF_INET
        body[1] = 24
        body[7] = c.RTN_UNICAST
      }
      const row = decodeRoute(body)
      assert.ok(typeof row === 'string' || row.index > 0)
    }),
    { numRuns: 1000 },
  )
})

test('each kind of link is asked for with what it needs', () => {
  const address = '02:11:22:33:44:55'
  const recipes: LinkRecipe[] = [
    { kind: 'bridge', name: 'l0', address },
    { kind: 'dummy', name: 'l0', address },
    { kind: 'wireguard', name: 'l0' },
    { kind: 'veth', name: 'l0', address, peer: 'l1' },
    { kind: 'macvlan', name: 'l0', address, parent: 9 },
    { kind: 'vlan', name: 'l0', parent: 9, id: 4094 },
  ]
  for (const recipe of recipes) {
    const body = bodyOf(requests.createLink(recipe))
    const found = attributes(body, 16)
    assert.is(found.get(c.IFLA_IFNAME)!.toString(), 'l0\0')
    assert.is(found.get(c.IFLA_ADDRESS)?.toString('hex'), 'address' in recipe ? '021122334455' : undefined)
    assert.is(found.get(c.IFLA_LINK)?.readUInt32LE(), 'parent' in recipe ? 9 : undefined)
    const info = attributes(found.get(c.IFLA_LINKINFO)!, 0)
    assert.is(info.get(c.IFLA_INFO_KIND)!.toString(), `${recipe.kind}\0`)
    const data = info.get(c.IFLA_INFO_DATA)
    if (recipe.kind === 'vlan') assert.is(attributes(data!, 0).get(c.IFLA_VLAN_ID)!.readUInt16LE(), 4094)
    if (recipe.kind === 'veth') {
      const peer = attributes(attributes(data!, 0).get(c.VETH_INFO_PEER)!, 16)
      assert.is(peer.get(c.IFLA_IFNAME)!.toString(), 'l1\0')
    }
    // The kernel's own messages have one more header field set: the index.
    body.writeInt32LE(5, 4)
    const link = decodeLink(body)
    assert.is(typeof link === 'string' ? link : link.infoKind, recipe.kind)
  }
})

test('setting a link up changes that flag alone', () => {
  for (const up of [true, false]) {
    const body = bodyOf(requests.setUp(4, up))
    assert.equal([body.readInt32LE(4), body.readUInt32LE(8), body.readUInt32LE(12)], [4, up ? 1 : 0, 1])
  }
})

test('the setting that keeps secondary addresses is read from where it is written, among its like', () => {
  const body = bodyOf(setPromotion(4, true))
  const conf = attributes(attributes(attributes(body, 16).get(c.IFLA_AF_SPEC)!, 0).get(c.AF_INET)!, 0)
  const [[setting, value]] = [...attributes(conf.get(c.IFLA_INET_CONF)!, 0)] as [[number, Buffer]]
  assert.equal([setting, value.readUInt32LE()], [c.IPV4_DEVCONF_PROMOTE_SECONDARIES, 1])
  assert.is(readsPromotion(bodyOf(requests.getLink(4))), null)
})

test("an error is told by its name and with the kernel's words", () => {
  const words = Buffer.from('0c000100666f6f2062617200', 'hex')
  const errno = (number: number) => {
    const body = Buffer.alloc(4)
    body.writeInt32LE(number)
    return body
  }
  const answer = (number: number, flags: number, more: Buffer) =>
    refusalOf({ type: c.NLMSG_ERROR, flags, sequence: 1, body: Buffer.concat([errno(number), more]) })
  assert.is(answer(0, 0, Buffer.alloc(16)), null)
  const refusal = answer(-17, c.NLM_F_CAPPED | c.NLM_F_ACK_TLVS, Buffer.concat([Buffer.alloc(16), words]))!
  assert.is(refusal.code, 'EEXIST')
  assert.match(refusal.message, ': foo bar')
  assert.not.match(answer(-17, 0, Buffer.alloc(16))!.message, 'foo')
  assert.is(answer(-4000, 0, Buffer.alloc(16))!.code, 'error 4000')
})

test.run()
