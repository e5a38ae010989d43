import * as assert from 'uvu/assert'
import { virtualKind } from '../../../../host/links/polling/virtual-kind.js'
import { suite } from '../../../harness.js'

const test = suite('links/polling/virtual-kind')

const virtual = { virtual: true, deviceType: null }
const physical = { virtual: false, deviceType: null }

test('a virtual link has the kind that its driver is called by, or is known for', () => {
  assert.is(virtualKind('ifb', virtual), 'ifb')
  assert.is(virtualKind('netdevice-of-tomorrow', virtual), 'netdevice-of-tomorrow')
  assert.is(virtualKind('802.1Q VLAN Support', virtual), 'vlan')
  assert.is(virtualKind('bonding', virtual), 'bond')
  assert.is(virtualKind(null, virtual), null)
})

test('a driver that serves two kinds is told by the device type', () => {
  assert.is(virtualKind('macvlan', virtual), 'macvlan')
  assert.is(virtualKind('macvlan', { virtual: true, deviceType: 'macvtap' }), 'macvtap')
  assert.is(virtualKind('mac80211_hwsim', { virtual: true, deviceType: 'wlan' }), 'mac80211_hwsim')
})

test('a device has no kind of its own, whatever its driver is called', () => {
  assert.is(virtualKind('virtio_net', physical), null)
  assert.is(virtualKind('veth', physical), null)
  assert.is(virtualKind('iwlwifi', { virtual: false, deviceType: 'wlan' }), null)
})

test('where the place is not known, well-known drivers are virtual', () => {
  assert.is(virtualKind('veth', null), 'veth')
  assert.is(virtualKind('virtio_net', null), null)
})

test.run()
