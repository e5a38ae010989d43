import * as fc from 'fast-check'
import * as assert from 'uvu/assert'
import { ipv4Text, ipv6Text, linkLayerText } from '../../../../host/links/netlink/address-text.js'
import { suite } from '../../../harness.js'

const test = suite('links/netlink/address-text')

test('link-layer addresses', () => {
  assert.is(linkLayerText(Buffer.from('02FC00000001', 'hex')), '02:fc:00:00:00:01')
  assert.is(linkLayerText(Buffer.from('0a', 'hex')), '0a')
  assert.is(linkLayerText(Buffer.alloc(0)), null)
})

test('IPv4', () => {
  assert.is(ipv4Text(Buffer.from([10, 0, 255, 1])), '10.0.255.1')
})

test('IPv6 is written as RFC 5952 wants it', () => {
  const texts: [string, string][] = [
    ['00000000000000000000000000000000', '::'],
    ['00000000000000000000000000000001', '::1'],
    ['20010DB8000000000000000000000001', '2001:db8::1'],
    ['20010db8000000010001000100010001', '2001:db8:0:1:1:1:1:1'],
    ['20010000000000010000000000000001', '2001:0:0:1::1'],
    ['20010db8000000000001000000000001', '2001:db8::1:0:0:1'],
    ['00000000000000000000ffff01020304', '::ffff:1.2.3.4'],
    ['fe80000000000000abcdef0123456789', 'fe80::abcd:ef01:2345:6789'],
  ]
  for (const [bytes, text] of texts) assert.is(ipv6Text(Buffer.from(bytes, 'hex')), text)
})

test('no two IPv6 addresses are written alike', () => {
  const address = fc.array(fc.constantFrom(0, 1, 0xffff), { minLength: 8, maxLength: 8 })
  const written = new Map<string, string>()
  fc.assert(
    fc.property(address, (groups) => {
      const bytes = Buffer.alloc(16)
      groups.forEach((group, i) => {
        bytes.writeUInt16BE(group, 2 * i)
      })
      const text = ipv6Text(bytes)
      const before = written.get(text) ?? bytes.toString('hex')
      written.set(text, before)
      assert.is(before, bytes.toString('hex'))
    }),
    { numRuns: 1000 },
  )
})

test.run()
