import * as fc from 'fast-check'
import * as assert from 'uvu/assert'
import {
  encodeAttribute,
  encodeMessage,
  forEachAttribute,
  forEachMessage,
} from '../../../../host/links/netlink/codec.js'
import * as c from '../../../../host/links/netlink/constants.js'
import { forEachNotice, type Notice } from '../../../../host/links/netlink/route-message.js'
import { suite } from '../../../harness.js'
import { addressDatagram, decoded, linkDatagram } from './build.js'
import * as captured from './captured.js'

const test = suite('links/netlink/damage')

const headerLength = 16
const linkHeaderLength = 16

const real = [
  captured.upWithNames,
  captured.movedAway,
  captured.bridgePortLeft,
  captured.ipv4Added,
  captured.ipv6Added,
  linkDatagram(c.RTM_NEWLINK, {
    index: 3,
    alternativeNames: ['one', 'two'],
    kind: 'veth',
    slaveKind: 'bridge',
    master: 4,
    link: 2,
    linkNamespace: 1,
    address: '02:00:00:00:00:01',
  }),
]
const sound = addressDatagram(c.RTM_NEWADDR, { index: 7, local: '10.0.0.7/24' })

interface Heard {
  notices: Notice[]
  malformed: number
}

function heard(datagram: Buffer): Heard {
  const notices: Notice[] = []
  const malformed = forEachNotice(
    datagram,
    () => true,
    (notice) => notices.push(notice),
  )
  return { notices, malformed }
}

/**
 * Reads a damaged message twice, between two sorts of strange bytes, and then a sound one behind it: what is
 * around a datagram must not matter, at most one message is lost, and the next one counts.
 */
function survive(message: Buffer): Heard {
  const [first, second] = [0x00, 0x41].map((strange) => {
    const around = Buffer.alloc(message.length + 128, strange)
    message.copy(around, 64)
    return heard(around.subarray(64, 64 + message.length))
  })
  assert.equal(first, second, 'what was read depends on bytes that are not in the datagram')
  if (isFramed(message)) {
    assert.ok(first!.notices.length + first!.malformed <= 1)
    const behind = heard(Buffer.concat([message, sound]))
    assert.equal(behind.notices.at(-1), heard(sound).notices[0], 'the sound message behind it was lost')
    assert.is(behind.malformed, first!.malformed)
  }
  return first!
}

/** Whether the message's own length says where the next one begins. */
function isFramed(message: Buffer): boolean {
  return (
    message.length >= headerLength && message.length % 4 === 0 && message.readUInt32LE(0) === message.length
  )
}

/** The message cut to a length, with a header that says so. */
function cut(message: Buffer, length: number): Buffer {
  const copy = Buffer.from(message.subarray(0, length))
  if (length >= headerLength) copy.writeUInt32LE(length, 0)
  return copy
}

/** Where the attributes of a link message begin: those of it, and those within the ones that nest. */
function attributesOf(message: Buffer): number[] {
  const places: number[] = []
  const look = (start: number, end: number) => {
    forEachAttribute(message, start, end, (type, from, to) => {
      places.push(from - 4)
      if (type === c.IFLA_LINKINFO || type === c.IFLA_PROP_LIST) look(from, to)
    })
  }
  look(headerLength + linkHeaderLength, message.length)
  return places
}

test('real messages are sound', () => {
  for (const message of real) assert.is(survive(message).malformed, 0)
  assert.ok(attributesOf(captured.upWithNames).length > 40)
})

test('a message that ends too early is malformed, wherever it ends', () => {
  for (const message of real) {
    for (let length = 1; length < message.length; length++) {
      const { notices, malformed } = survive(Buffer.from(message.subarray(0, length)))
      assert.equal([notices.length, malformed], [0, 1], `cut at ${length}`)
    }
  }
})

test('a message that was cut and lies about it is read as far as it goes, or malformed', () => {
  for (const message of real) {
    for (let length = 0; length < message.length; length++) survive(cut(message, length))
  }
})

test('every single bit may be wrong', () => {
  const message = real.at(-1)!
  for (let bit = 0; bit < message.length * 8; bit++) {
    const copy = Buffer.from(message)
    copy.writeUInt8(copy.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3)
    survive(copy)
  }
})

test('many bits may be wrong', () => {
  const flips = fc.array(fc.tuple(fc.nat(), fc.nat(7)), { minLength: 1, maxLength: 12 })
  fc.assert(
    fc.property(fc.nat(real.length - 1), flips, fc.boolean(), (which, bits, framed) => {
      const copy = Buffer.from(real[which]!)
      for (const [place, bit] of bits) {
        const at = place % copy.length
        copy.writeUInt8(copy.readUInt8(at) ^ (1 << bit), at)
      }
      // With its length true again the damage reaches the attributes.
      if (framed) copy.writeUInt32LE(copy.length, 0)
      survive(copy)
    }),
    { numRuns: 3000 },
  )
})

test('any bytes at all may come, and no more is seen in them than they have room for', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
      const datagram = Buffer.from(bytes)
      let seen = 0
      forEachMessage(datagram, () => seen++)
      forEachAttribute(datagram, 0, datagram.length, () => seen++)
      assert.ok(seen <= datagram.length / 16 + datagram.length / 4)
      heard(datagram)
    }),
    { numRuns: 3000 },
  )
})

test('any bytes may come in the body of a link or an address', () => {
  const types = fc.constantFrom(c.RTM_NEWLINK, c.RTM_DELLINK, c.RTM_NEWADDR, c.RTM_DELADDR)
  const families = fc.constantFrom(c.AF_UNSPEC, c.AF_INET, c.AF_INET6)
  fc.assert(
    fc.property(types, families, fc.uint8Array({ maxLength: 400 }), (type, family, bytes) => {
      survive(encodeMessage(type, 0, 0, Buffer.from([family]), Buffer.from(bytes)))
    }),
    { numRuns: 3000 },
  )
})

test('an attribute that claims to be longer than what it is in, or shorter than itself, makes the message malformed', () => {
  const message = captured.upWithNames
  const places = attributesOf(message)
  fc.assert(
    fc.property(fc.constantFrom(...places), fc.nat(0xffff), (place, length) => {
      const copy = Buffer.from(message)
      copy.writeUInt16LE(length, place)
      const { malformed } = survive(copy)
      if (length < 4 || length > message.length - place) assert.is(malformed, 1)
    }),
    { numRuns: 2000 },
  )
})

test('a nested attribute cannot reach beyond the one that it is in', () => {
  for (const outer of [c.IFLA_PROP_LIST, c.IFLA_LINKINFO]) {
    const inner = encodeAttribute(
      outer === c.IFLA_LINKINFO ? c.IFLA_INFO_KIND : c.IFLA_ALT_IFNAME,
      Buffer.alloc(4),
    )
    inner.writeUInt16LE(inner.length + 8, 0)
    const more = [encodeAttribute(outer, inner), encodeAttribute(0, Buffer.alloc(32))]
    const { notices, malformed } = survive(linkDatagram(c.RTM_NEWLINK, { index: 2, more }))
    assert.equal([notices.length, malformed], [0, 1])
  }
})

test('attributes nested in each other as deeply as they fit are passed over', () => {
  for (const type of [c.IFLA_PROP_LIST, c.IFLA_LINKINFO, c.IFLA_ALT_IFNAME, c.IFLA_INFO_KIND, 0x8000 | 26]) {
    // As many headers as a length of 16 bits can hold, each claiming all that follows.
    const nest = Buffer.alloc(0xfffc)
    for (let at = 0; at < nest.length; at += 4) {
      nest.writeUInt16LE(nest.length - at, at)
      nest.writeUInt16LE(type, at + 2)
    }
    const { notices, malformed } = survive(linkDatagram(c.RTM_NEWLINK, { index: 2, more: [nest] }))
    assert.equal([notices.length, malformed], [1, 0], `type ${type}`)
  }
})

test('thousands of texts without an end are read in no time', () => {
  const names = Array.from({ length: 8000 }, () => encodeAttribute(c.IFLA_ALT_IFNAME, Buffer.from('abcd')))
  const more = [encodeAttribute(c.IFLA_PROP_LIST, Buffer.concat(names).subarray(0, 0xfff8))]
  const { notices } = survive(linkDatagram(c.RTM_NEWLINK, { index: 2, more }))
  assert.ok(notices[0]?.type === 'link')
  assert.equal([...new Set(notices[0].link.alternativeNames)], ['abcd'])
})

test('families and types that nobody here knows are no faults', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 0xffff }), fc.uint8Array({ maxLength: 60 }), (type, bytes) => {
      if (type >= c.RTM_NEWLINK && type <= c.RTM_DELADDR) return
      assert.equal(survive(encodeMessage(type, 0, 0, Buffer.from(bytes))), { notices: [], malformed: 0 })
    }),
  )
  for (let family = 1; family < 256; family++) {
    const link = linkDatagram(c.RTM_NEWLINK, { index: 2, family })
    assert.equal(decoded(link), ['irrelevant'])
    const address = addressDatagram(c.RTM_NEWADDR, { index: 2, local: '10.0.0.1/24' })
    address.writeUInt8(family, headerLength)
    if (family !== c.AF_INET && family !== c.AF_INET6) assert.equal(decoded(address), ['irrelevant'])
  }
})

test('what follows a message that lies about its length is counted as one that could not be read', () => {
  for (const length of [0, 15, 1_000_000, 0xffffffff]) {
    const liar = Buffer.from(captured.ipv4Added)
    liar.writeUInt32LE(length, 0)
    const { notices, malformed } = heard(Buffer.concat([sound, liar, sound]))
    assert.equal([notices.length, malformed], [1, 1])
  }
})

test.run()
