import * as fc from 'fast-check'
import * as assert from 'uvu/assert'
import {
  encodeAttribute,
  encodeMessage,
  encodeNumber,
  forEachMessage,
} from '../../../../host/links/netlink/codec.js'
import * as c from '../../../../host/links/netlink/constants.js'
import { lossOf, restoreDraft } from '../../../../host/links/netlink/losses.js'
import { suite } from '../../../harness.js'

const test = suite('links/netlink/losses')

const names = new Map([[7, 'eth0']])

interface RouteParts {
  protocol?: number
  flags?: number
  expires?: number
  index?: number
  hops?: { index: number; flags: number }[]
}

function route({ protocol = 4, flags = 0, expires = 0, index = 7, hops = [] }: RouteParts): Buffer {
  const header = Buffer.from([c.AF_INET, 8, 0, 0, c.RT_TABLE_MAIN, protocol, 0, c.RTN_UNICAST, 0, 0, 0, 0])
  header.writeUInt32LE(flags, 8)
  const cache = Buffer.alloc(32)
  cache.writeInt32LE(expires, 8)
  const next = hops.map((hop) => {
    const bytes = Buffer.from([8, 0, hop.flags, 0, 0, 0, 0, 0])
    bytes.writeInt32LE(hop.index, 4)
    return bytes
  })
  return Buffer.concat([
    header,
    encodeAttribute(c.RTA_DST, Buffer.from([10, 0, 0, 0])),
    encodeAttribute(c.RTA_CACHEINFO, cache),
    ...(hops.length > 0
      ? [encodeAttribute(c.RTA_MULTIPATH, Buffer.concat(next))]
      : [encodeNumber(c.RTA_OIF, index)]),
  ])
}
const lossOfRoute = (parts: RouteParts) =>
  lossOf({ type: c.RTM_NEWROUTE, flags: 0, sequence: 1, body: route(parts) }, names)

test('a route of the link is put back by what the kernel told, but for the state of its next hops', () => {
  const loss = lossOfRoute({ flags: 0x15 })!
  assert.is(loss.what, 'route to 10.0.0.0/8, metric 0, through eth0')
  const draft = restoreDraft(loss.restore!)
  assert.equal(
    [draft.type, draft.flags, Buffer.concat(draft.parts)],
    [c.RTM_NEWROUTE, c.NLM_F_CREATE | c.NLM_F_EXCL, route({ flags: c.RTNH_F_ONLINK })],
  )
  const hops = [
    { index: 7, flags: 0x11 },
    { index: 8, flags: 0 },
  ]
  const several = restoreDraft(lossOfRoute({ hops })!.restore!)
  assert.equal(Buffer.concat(several.parts), route({ hops: hops.map(({ index }) => ({ index, flags: 0 })) }))
})

test('what comes again by itself, is of another link or claimd’s own is no loss; what ends cannot be put back', () => {
  assert.is(lossOfRoute({ protocol: c.RTPROT_KERNEL }), null)
  assert.is(lossOfRoute({ protocol: c.RTPROT_CLAIMD }), null)
  assert.is(lossOfRoute({ protocol: c.RTPROT_RA, expires: 1800 }), null)
  assert.is(lossOfRoute({ flags: c.RTM_F_CLONED }), null)
  assert.is(lossOfRoute({ index: 8 }), null)
  assert.is(lossOfRoute({ hops: [{ index: 8, flags: 0 }] }), null)
  assert.is(lossOfRoute({ expires: 1800 })!.restore, null)
})

test('always: a damaged message is read without an error', () => {
  const sound = route({ hops: [{ index: 7, flags: 0 }] })
  const types = fc.constantFrom(c.RTM_NEWROUTE, c.RTM_NEWNEIGH, c.RTM_NEWADDR)
  const damage = fc.array(fc.tuple(fc.nat(sound.length - 1), fc.nat(255)), { maxLength: 6 })
  fc.assert(
    fc.property(types, damage, fc.nat(sound.length), (type, bytes, length) => {
      const body = Buffer.from(sound)
      for (const [at, byte] of bytes) body.writeUInt8(byte, at)
      forEachMessage(encodeMessage(type, 0, 1, body.subarray(0, length)), (message) => {
        lossOf(message, names)
      })
    }),
    { numRuns: 2000 },
  )
})

test.run()
