import * as assert from 'uvu/assert'
import { plumbingAmong } from '../../../../host/core/adapters/plumbing.js'
import { suite } from '../../../harness.js'
import { link } from '../rig.js'

const test = suite('core/adapters/plumbing')

/** The names of those that are plumbing. */
function plumbing(...links: ReturnType<typeof link>[]): string[] {
  return links.filter(plumbingAmong(links)).map(({ name }) => name)
}

const bridge = (name: string, index: number) => link(name, { index, kind: 'bridge', driver: 'bridge' })
const port = (name: string, of: number, more = {}) => link(name, { master: of, portOf: 'bridge', ...more })
const far = { peer: '0:2' }

test('SC-15: what a container engine makes: its veths, and the bridge that they are ports of', () => {
  const docker = bridge('docker0', 3)
  docker.addresses = ['172.17.0.1/16']
  const ports = Array.from({ length: 200 }, (_, at) => port(`veth${at}`, 3, { peer: `${at}:2` }))
  const eth = link('eth0', { kind: 'ethernet', addresses: ['192.0.2.2/24'] })
  assert.equal(plumbing(eth, docker, ...ports), ['docker0', ...ports.map(({ name }) => name)])
})

test('a veth or netkit without a bridge is plumbing when its peer is elsewhere and it has no address of its own', () => {
  assert.equal(
    plumbing(
      link('cali1', far),
      link('lxc2', { ...far, kind: 'netkit', addresses: ['fe80::1/64', '169.254.1.1/32'] }),
      link('eth0', { ...far, addresses: ['fe80::1/64', '172.17.0.2/16'] }),
      link('here0', { peer: '-:7' }),
      link('half'),
      link('macvlan0', { ...far, kind: 'macvlan' }),
    ),
    ['cali1', 'lxc2'],
  )
})

test('a bridge that also connects the machine is none, and of its ports only those that lead elsewhere', () => {
  const uplink = port('eth0', 9, { kind: 'ethernet' })
  assert.equal(plumbing(bridge('br0', 9), port('veth1', 9, far), uplink, port('tap0', 9, { kind: 'tun' })), [
    'veth1',
  ])
  assert.equal(plumbing(bridge('br0', 9), uplink, port('veth1', 9, far)), ['veth1'], 'in any order')
})

test('a bridge of virtual machines is; one without ports is not, whatever its name', () => {
  const vnet = port('vnet0', 4, { kind: 'tun' })
  assert.equal(plumbing(bridge('virbr0', 4), vnet, bridge('docker0', 5), link('tun0', { kind: 'tun' })), [
    'virbr0',
    'vnet0',
  ])
})

test('a bond is no bridge', () => {
  const bond = link('bond0', { index: 6, kind: 'bond' })
  assert.equal(plumbing(bond, link('lo0', { peer: '-:1', master: 6, portOf: 'bond' })), [])
})

test.run()
