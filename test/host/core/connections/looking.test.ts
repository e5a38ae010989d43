import type { Adapter } from '@claimd/sdk'
import * as assert from 'uvu/assert'
import { suite } from '../../../harness.js'
import { type Dialling, link } from '../rig.js'
import { codeOf, Desk } from './desk.js'

const test = suite('core/connections/looking')
const address = '10.0.0.1/24'
const without = link('eth0')
const withAddress = { ...without, addresses: [address] }

/** As a provider says it that looks at the addresses of its adapter. */
const stateOf = (adapter: Adapter | null) => {
  const state = adapter?.addresses.includes(address) ? ('connected' as const) : ('disconnected' as const)
  return { result: 'SUCCESS', state } as const
}
const looks: Dialling = { status: ({ adapter }) => stateOf(adapter) }

test('a provider is asked about its adapter as it is by then, and not as it was when it was reserved', async () => {
  const desk = new Desk({ dials: looks, links: [without] })
  await desk.connect()
  desk.rig.link(withAddress)
  assert.is(desk.row().state, 'connected')
  desk.rig.link(without)
  desk.run(0)
  assert.equal(desk.states().slice(-3), ['connected', 'disconnecting', 'disconnected'])
})

test('what was taken back after a disconnect that failed may be seen late: then its provider is asked again', async () => {
  const desk = new Desk({
    links: [without],
    dials: {
      disconnect: () => ({ result: 'UNEXPECTED' }),
      status: ({ adapter }) => {
        if (desk.rig.undone.length > 0) desk.rig.engine.submit({ type: 'link', link: without })
        return stateOf(adapter)
      },
    },
  })
  await desk.connect()
  desk.rig.link(withAddress)
  assert.is(await codeOf(desk.disconnect()), 'no error')
  assert.is(desk.row().state, 'disconnected')
})

test('an adapter that has gone while it was taken down is not asked about as if it were there', async () => {
  const desk = new Desk({
    links: [withAddress],
    dials: { ...looks, disconnect: () => null },
  })
  await desk.connect()
  const disconnect = desk.disconnect()
  desk.rig.engine.submit({ type: 'link-gone', index: without.index, movedTo: null })
  desk.run(10_000)
  assert.is(await codeOf(disconnect), 'no error')
  assert.is(desk.row().state, 'disconnected')
})

test.run()
