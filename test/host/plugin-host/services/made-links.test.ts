import type { NewLink } from '@claimd/sdk'
import * as assert from 'uvu/assert'
import type { Caller } from '../../../../host/plugin-host/services/caller.js'
import { create } from '../../../../host/plugin-host/services/links/made-links.js'
import { suite } from '../../../harness.js'
import { codeOf } from '../../core/connections/desk.js'
import { byPlugin, World } from '../../core/ledger/world.js'

const unreached = (): never => {
  throw new Error('it stands on no adapter')
}

const test = suite('plugin-host/services/made-links')

test('a link that a connection stands on is not made for another one of the plugin, until that is down', async () => {
  const world = new World([], ['asks'])
  const standing = new Set([10])
  const makes = async ({ fence }: { fence: number }) => ({ connection: `c${fence}`, provider: 'asks/main' })
  const standsFor = (fence: number | null) => (standing.has(fence ?? 0) ? `c${fence}` : null)
  const holdings = { heldWith: () => [], isStopped: false, makes, standsFor } as unknown as World['holdings']
  const caller = {
    plugin: 'asks',
    granted: { links: { create: ['wg*'] } },
    note: () => {},
  } as unknown as Caller
  const make = (fence: number | undefined) => {
    const link = { kind: 'wireguard', name: 'wg0', ...(fence && { fence }) } as NewLink
    return codeOf(
      create({ changer: world.changer, ledger: world.ledger, holdings }, caller, link, () => unreached()),
    )
  }
  const fences = () => world.ledger.entries(byPlugin('asks')).map(({ owner }) => owner.fence)
  try {
    assert.is(await make(10), 'no error')
    assert.is(await make(10), 'no error', 'what is there already is no error')
    assert.is(await make(20), 'NOT_ALLOWED')
    assert.is(await make(undefined), 'NOT_ALLOWED', 'nor for the plugin itself')
    assert.equal(fences(), [10])
    await world.ledger.undo(({ fence }) => fence === 20)
    assert.ok(await world.changer.find('wg0'))

    standing.delete(10)
    assert.is(await make(20), 'no error', 'what an earlier fence left is there for this one')
    assert.equal(fences(), [20])
  } finally {
    world.close()
  }
})

test.run()
