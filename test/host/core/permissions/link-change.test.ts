import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { changesToAdd, changeToRoute } from '../../../../host/core/permissions/link-change.js'
import { suite } from '../../../harness.js'

const test = suite('core/permissions/link-change')

test('a route is within the networks of the link, or needs the permission for any', () => {
  const addresses = ['192.0.2.7/24', '10.1.2.3/30', 'fd00:1::7/64']
  for (const destination of ['192.0.2.0/24', '192.0.2.128/25', '10.1.2.0/32', 'fd00:1::/64', 'fd00:1::8/128'])
    assert.is(changeToRoute(destination, addresses), 'route', destination)
  for (const destination of [
    '0.0.0.0/0',
    '0.0.0.0/1',
    '128.0.0.0/1',
    '192.0.2.0/23',
    '192.0.3.0/24',
    '10.1.2.4/30',
    '::/0',
    'fd00:1::/63',
    'fd00:1:0:1::/64',
  ])
    assert.is(changeToRoute(destination, addresses), 'any-route', destination)
  assert.is(changeToRoute('192.0.2.0/24', []), 'any-route')
})

test('an address that brings a route to very much needs the permission for any route', () => {
  for (const address of ['10.0.0.1/8', '192.0.2.1/32', 'fd00::1/32', 'fd00::1/128'])
    assert.equal(changesToAdd(address), ['address'], address)
  for (const address of ['64.0.0.1/7', '64.0.0.1/1', '2000::1/3', 'fd00::1/31'])
    assert.equal(changesToAdd(address), ['address', 'any-route'], address)
})

test('always: a route is within a network exactly when its first and last address are', () => {
  const address = fc.nat(0xffffffff)
  const length = fc.integer({ min: 0, max: 32 })
  const written = (value: number, bits: number) =>
    `${[24, 16, 8, 0].map((by) => Math.floor(value / 2 ** by) % 256).join('.')}/${bits}`
  fc.assert(
    fc.property(address, length, address, length, fc.boolean(), (one, oneBits, other, otherBits, near) => {
      const size = 2 ** (32 - otherBits)
      const start = Math.floor(other / size) * size
      const routeSize = 2 ** (32 - oneBits)
      const from = Math.floor((near ? start + (one % size) : one) / routeSize) * routeSize
      const within = from >= start && from + routeSize <= start + size
      const expected = within ? 'route' : 'any-route'
      assert.is(changeToRoute(written(from, oneBits), [written(other, otherBits)]), expected)
    }),
  )
})

test.run()
