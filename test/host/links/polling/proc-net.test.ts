import * as assert from 'uvu/assert'
import { inet6AddressesIn, namesIn } from '../../../../host/links/polling/proc-net.js'
import { suite } from '../../../harness.js'

const test = suite('links/polling/proc-net')

test('names stand before a colon, after two lines of headings', () => {
  const text = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets
    lo:     660      10    0    0    0     0          0         0      660      10
eth0.100:1234 1 0
  grün:       0       0
`
  assert.equal(namesIn(text), ['lo', 'eth0.100', 'grün'])
  assert.equal(namesIn(''), [])
})

test('IPv6 addresses have an index, a length, a scope and flags; the wider scope is first', () => {
  const text = `00000000000000000000000000000001 01 80 10 80       lo
fe800000000000000000000000000001 1f 40 20 c0     eth0
20010db8000000000000000000000002 1f 40 00 01     eth0
20010db8000000000000000000000001 1f 40 00 80     eth0
`
  assert.equal(
    inet6AddressesIn(text).map(({ index, text, scope, flags }) => [index, text, scope, flags]),
    [
      [31, '2001:db8::1/64', 0, 0x80],
      [31, '2001:db8::2/64', 0, 0x01],
      [31, 'fe80::1/64', 253, 0xc0],
      [1, '::1/128', 254, 0x80],
    ],
  )
})

test('a line that is none is left out', () => {
  const text = `
20010db8000000000000000000000001 00 40 00 80     eth0
20010db8000000000000000000000001 1f ff 00 80     eth0
20010db80000000000000000000001 1f 40 00 80     eth0
20010db8000000000000000000000001 1f`
  assert.equal(inet6AddressesIn(text), [])
})

test.run()
