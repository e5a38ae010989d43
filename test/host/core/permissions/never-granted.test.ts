import * as assert from 'uvu/assert'
import {
  mayNeverRead,
  neverMember,
  neverReadWithin,
  neverService,
} from '../../../../host/core/permissions/never-granted.js'
import { suite } from '../../../harness.js'

const test = suite('core/permissions/never-granted')

test('secrets, devices and what belongs to people are never read', () => {
  for (const path of [
    '/etc/shadow',
    '/root/.ssh/id',
    '/home/ann/x',
    '/proc/1/environ',
    '/proc/self/mem',
    '/dev/sda',
  ]) {
    assert.ok(mayNeverRead(path), path)
    assert.ok(neverReadWithin(path), path)
  }
  for (const path of [
    '/proc/net/route',
    '/proc/42/net/route',
    '/etc/hosts',
    '/sys/class/net/eth0/mtu',
    '/proc/cmdline',
  ]) {
    assert.not(mayNeverRead(path), path)
    assert.is(neverReadWithin(path), null)
  }
})

test('a glob that reaches one of them is known by what it reaches', () => {
  assert.is(neverReadWithin('/etc/*'), '/etc/shadow')
  assert.is(neverReadWithin('/etc/*dow*'), '/etc/shadow')
  assert.is(neverReadWithin('/proc/*/*'), '/proc/*/auxv')
  for (const glob of ['/**', '/*/**', '/var/**', '/proc/**', '/sys/**', '/run/**'])
    assert.ok(neverReadWithin(glob), glob)
  for (const glob of [
    '/run/dhcp/**',
    '/proc/sys/net/**',
    '/sys/class/net/**',
    '/etc/wireguard/*.conf',
    '/etc/ssl/certs/*',
  ])
    assert.is(neverReadWithin(glob), null, glob)
})

test('services that run what they are told as root are never called, by whatever name', () => {
  for (const name of ['org.freedesktop.systemd1', 'org.freedesktop.PolicyKit1', 'org.freedesktop.systemd1.x'])
    assert.ok(neverService(name), name)
  for (const name of [
    'org.freedesktop.ModemManager1',
    'org.freedesktop.systemd10',
    'org.freedesktop.network1',
  ])
    assert.is(neverService(name), null, name)
  assert.ok(neverMember('org.acme', 'org.freedesktop.systemd1.Manager.StartUnit'))
  assert.ok(neverMember('org.freedesktop.DBus', 'org.freedesktop.DBus.Monitoring.BecomeMonitor'))
  assert.ok(neverMember('org.freedesktop.DBus', 'org.freedesktop.DBus.*'))
  assert.is(neverMember('org.freedesktop.DBus', 'org.freedesktop.DBus.GetNameOwner'), null)
  assert.is(neverMember('org.acme', 'org.freedesktop.DBus.Properties.Get'), null)
})

test.run()
