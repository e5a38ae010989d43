import { ClaimdError } from '@claimd/sdk'
import * as assert from 'uvu/assert'
import type { LinkEvent } from '../../../../host/core/adapters/link.js'
import { SimulatedSource } from '../../../../host/links/simulator/index.js'
import { suite } from '../../../harness.js'

const test = suite('links/simulator/changer')

async function simulated() {
  const source = new SimulatedSource({ links: [{ name: 'a0' }, { name: 'b0' }] })
  const heard: LinkEvent[] = []
  await source.start((events) => heard.push(...events))
  return { source, changer: source.changer(), heard }
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work
  } catch (error) {
    if (error instanceof ClaimdError) return `${error.code} ${error.found?.split(' ')[0]}`
    throw error
  }
  return 'none'
}

test('changes are told by the source as any other', async () => {
  const { source, changer, heard } = await simulated()
  heard.length = 0
  await changer.setUp(1, false)
  await changer.addAddress(1, '10.0.0.1/24')
  await new Promise((done) => setImmediate(done))
  const [event] = heard
  assert.is(event?.type, 'link')
  if (event?.type !== 'link') return
  assert.equal([event.link.up, event.link.addresses], [false, ['10.0.0.1/24']])
  source.close()
})

test('what is made twice is refused as a kernel does; what is not there is removed without a word', async () => {
  const { source, changer } = await simulated()
  await changer.addAddress(1, '10.0.0.1/24')
  assert.is(await codeOf(changer.addAddress(1, '10.0.0.1/24')), 'LINK_NOT_CHANGED EEXIST')
  const route = { destination: '0.0.0.0/0', gateway: '10.0.0.9', metric: 0 }
  await changer.addRoute(1, route)
  assert.is(await codeOf(changer.addRoute(2, route)), 'LINK_NOT_CHANGED EEXIST')
  assert.equal(await changer.routes(1), [{ ...route, ours: true }])
  assert.is(await changer.removeRoute(2, route), false)
  assert.is(await changer.removeRoute(1, route), true)
  assert.is(await changer.removeAddress(1, '10.0.0.1/24'), true)
  assert.is(await changer.removeAddress(1, '10.0.0.1/24'), false)
  assert.is(await codeOf(changer.setUp(9, true)), 'LINK_NOT_CHANGED ENODEV')
  assert.is(await codeOf(changer.setMtu(1, 20)), 'LINK_NOT_CHANGED EINVAL')
  source.close()
})

test('what others change loses the mark, and a link that is down has no routes', async () => {
  const { source, changer } = await simulated()
  await changer.addAddress(1, '10.0.0.1/24')
  await changer.addRoute(1, { destination: '10.9.0.0/16', gateway: null, metric: 0 })
  assert.is((await changer.marked()).length, 2)
  source.change('a0', { up: false, addresses: [] })
  source.change('a0', { up: true, addresses: ['10.0.0.1/24'] })
  assert.equal(await changer.marked(), [])
  assert.equal(await changer.addresses(1), [{ address: '10.0.0.1/24', ours: false }])
  source.close()
})

test('with a link goes its other end, and what stands on it', async () => {
  const { source, changer } = await simulated()
  const address = '02:00:00:00:00:77'
  await changer.create({ kind: 'veth', name: 'v0', peer: 'v1', address })
  assert.is(await codeOf(changer.create({ kind: 'bridge', name: 'v1', address })), 'LINK_NOT_CHANGED EEXIST')
  const peer = (await changer.find('v1'))!
  await changer.create({ kind: 'macvlan', name: 'm0', parent: peer.index, address })
  await changer.remove((await changer.find('v0'))!.index)
  assert.equal(
    [await changer.find('v0'), await changer.find('v1'), await changer.find('m0')],
    [null, null, null],
  )
  assert.ok(await changer.find('a0'))
  source.close()
})

test.run()
