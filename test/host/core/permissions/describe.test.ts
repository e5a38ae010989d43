import * as assert from 'uvu/assert'
import { describePermissions } from '../../../../host/core/permissions/describe.js'
import { noPermissions } from '../../../../host/core/permissions/normalise.js'
import { suite } from '../../../harness.js'

const test = suite('core/permissions/describe')

test('each permission is a line for a person', () => {
  assert.equal(
    describePermissions({
      links: { change: ['address', 'route', 'any-route', 'up', 'mtu'], create: ['wg-*'] },
      exec: [
        { program: '/sbin/udhcpc', args: ['-f', '-i', '{adapter}'], capabilities: ['NET_RAW'] },
        { program: { configured: 'script' }, args: ['two words', '--x={word}'], network: false },
        { program: '/usr/bin/true' },
      ],
      dbus: [
        { name: 'org.x', call: ['org.x.Get', 'org.x.Set'], signals: ['org.x.Changed'] },
        { name: 'org.x', path: '/org/x/*', call: ['org.x.Get'] },
      ],
      read: ['/proc/net/route', '/run/dhcp/*.lease', '/sys/class/net/**'],
      network: true,
    }),
    [
      'add and remove addresses, and so receive what is sent to their networks, on adapters that it holds',
      'add and remove routes within the networks of the adapters that it holds',
      'route traffic to any destination, such as all traffic by a default route, through adapters that it holds',
      'set adapters that it holds up and down',
      'set the MTU of adapters that it holds',
      "make links named 'wg-*'",
      'start /sbin/udhcpc with -f -i {adapter}, and with the capabilities NET_RAW (read and forge packets)',
      "start the program that the configuration of a connection names in config.script with 'two words' --x={word}, in an empty network",
      'start /usr/bin/true without arguments',
      'call org.x.Get, org.x.Set of org.x on the system bus',
      'hear org.x.Changed of org.x on the system bus',
      'call org.x.Get of /org/x/* at org.x on the system bus',
      'read /proc/net/route',
      'read the files /run/dhcp/*.lease',
      'read every file below /sys/class/net',
      "use the host's network from its own process",
    ],
  )
})

test('who asks for nothing is told nothing', () => {
  assert.equal(describePermissions({}), [])
  assert.equal(describePermissions(noPermissions), [])
})

test.run()
