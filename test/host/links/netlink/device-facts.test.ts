import * as assert from 'uvu/assert'
import { ETHTOOL_GDRVINFO, SIOCETHTOOL, SIOCGIFNAME } from '../../../../host/links/netlink/constants.js'
import { deviceFacts, oncePerKind } from '../../../../host/links/netlink/device-facts.js'
import type { LinkMessage } from '../../../../host/links/netlink/link-message.js'
import type { SystemCalls } from '../../../../host/links/netlink/system-calls.js'
import { suite } from '../../../harness.js'

const test = suite('links/netlink/device-facts')

const link = { index: 7, name: 'outdated', infoKind: null, bus: null, device: null } as LinkMessage

/** A kernel in which link 7 has these names, one after the other, and each name belongs to a driver. */
function kernel(names: (string | null)[], drivers: Record<string, string>): SystemCalls {
  const buffers: Buffer[] = []
  const textOf = (request: Buffer) => request.toString('utf8', 0, 16).replace(/\0.*/s, '')
  return {
    addressOf: (buffer: Buffer) => BigInt(buffers.push(buffer) - 1),
    ioctl(_: number, request: number, argument: Buffer) {
      if (request === SIOCGIFNAME) {
        assert.is(argument.readInt32LE(16), 7)
        const name = names.length > 1 ? names.shift()! : names[0]!
        argument.fill(0, 0, 16)
        if (name !== null) argument.write(name)
        return name !== null
      }
      assert.is(request, SIOCETHTOOL)
      const info = buffers[Number(argument.readBigUInt64LE(16))]!
      assert.is(info.readUInt32LE(), ETHTOOL_GDRVINFO)
      info.write(drivers[textOf(argument)] ?? '', 4)
      return textOf(argument) in drivers
    },
  } as unknown as SystemCalls
}

test('the driver is asked for by the name that the link has now, not by the one in the message', () => {
  const { driver } = deviceFacts(kernel(['eth0'], { eth0: 'e1000e', outdated: 'r8169' }), 3, link)
  assert.is(driver, 'e1000e')
})

test('while names are being swapped it is asked again, until the answer is about this link', () => {
  const names = Array.from({ length: 10 }, (_, i) => (i % 2 === 0 ? 'eth0' : 'eth1'))
  const { driver } = deviceFacts(kernel([...names, 'eth1'], { eth0: 'theirs', eth1: 'ours' }), 3, link)
  assert.is(driver, 'ours')
})

test('a link that has gone, or has no driver, has none', () => {
  assert.is(deviceFacts(kernel([null], {}), 3, link).driver, null)
  assert.is(deviceFacts(kernel(['eth0', null], { eth0: 'e1000e' }), 3, link).driver, null)
  assert.is(deviceFacts(kernel(['eth0'], {}), 3, link).driver, null)
})

test('virtual links of one kind are asked about once, as soon as one answers; devices each', () => {
  const asked: number[] = []
  const answers: (string | null)[] = [null, 'veth', 'mcan', 'vcan', 'e1000e']
  const factsOf = oncePerKind((link) => {
    asked.push(link.index)
    return { driver: answers.shift() ?? null, vendor: null, product: null, wifi: false }
  })
  const of = (index: number, infoKind: string | null, device: string | null = null) =>
    factsOf({ ...link, index, infoKind, bus: device && 'spi', device }).driver
  assert.equal([of(1, 'veth'), of(2, 'veth'), of(3, 'veth')], [null, 'veth', 'veth'])
  assert.equal([of(4, 'can', 'spi0'), of(5, 'can'), of(6, null)], ['mcan', 'vcan', 'e1000e'])
  assert.equal(asked, [1, 2, 4, 5, 6])
})

test.run()
