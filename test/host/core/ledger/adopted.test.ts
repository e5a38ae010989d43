import * as assert from 'uvu/assert'
import type { Change, Owner } from '../../../../host/core/ledger/undo-entry.js'
import { Wish } from '../../../../host/plugin-host/services/links/wish.js'
import { suite } from '../../../harness.js'
import { byPlugin, World } from './world.js'

const test = suite('core/ledger, adopted')
const found: Change = { type: 'address', address: '10.9.0.1/24' }
/** Of the connect that takes the claim over. */
const fence = 1_000

let world: World
let hasTakenOver = false
test.before.each(() => {
  world = new World([{ name: 'a0', addresses: ['10.9.0.1/24'] }], ['a'])
  hasTakenOver = false
  world.restarted({ hasTakenOver: (of) => of === fence && hasTakenOver })
})
test.after.each(() => world.close())

function owner(): Owner {
  const { plugin, provider, connection, adapter } = world.held('a0')
  return { plugin, provider, connection, adapter: adapter.id, fence }
}
const adopt = () => world.ledger.adopt(owner(), world.held('a0').adapter, found)
const undo = async () => (await world.ledger.undo(byPlugin('a'))).map(({ outcome }) => outcome)
const id = () => world.held('a0').adapter.id

test('what was there is taken back only once the take-over has succeeded; before that nothing is told of it', async () => {
  adopt()
  assert.equal(world.ledger.changesTo(id()), [])
  assert.equal(await undo(), [])
  assert.equal(await world.addresses('a0'), ['10.9.0.1/24'])
  assert.equal([world.ledger.entries(), world.notes], [[], []])

  adopt()
  hasTakenOver = true
  const restarted = world.restarted({ hasTakenOver: () => true })
  assert.equal(
    restarted.changesTo(id()).map(({ what }) => what),
    ['address 10.9.0.1/24 on a0, taken over'],
  )
  assert.equal(await undo(), ['undone'])
  assert.equal(await world.addresses('a0'), [])
})

test('what the claim itself had made is its own again when the take-over fails', async () => {
  const { ledger } = world
  const before = { ...owner(), fence: world.held('a0').fence }
  ledger.made(ledger.declare(before, world.held('a0').adapter, found))
  adopt()
  await ledger.undo((one) => one.fence === fence)
  assert.equal(
    ledger.entries().map((entry) => [entry.owner, entry.adopted]),
    [[before, undefined]],
  )
})

test('only while a claim is being taken over, what somebody else made is written down', () => {
  const parts = (takesOver: boolean) => {
    const held = { ...world.held('a0'), fence, takesOver }
    const holdings = { ...world.holdings, admit: () => held }
    return { ledger: world.ledger, changer: world.changer, holdings: holdings as never }
  }
  const action = { plugin: 'a', adapter: id(), fence, what: 'add an address' }
  new Wish(parts(false), action).takeOver(found, false)
  assert.equal(world.ledger.entries(), [])
  const up: Change = { type: 'up', before: true, from: true, after: true }
  new Wish(parts(true), action).takeOver(up)
  assert.equal(world.ledger.entries(), [], 'that a link is up belongs to nobody')
  new Wish(parts(true), action).takeOver(found, false)
  assert.equal(world.ledger.entries()[0]!.adopted, { from: null })
})

test.run()
