import * as assert from 'uvu/assert'
import { suite } from '../harness.js'
import { Lab, until } from './lab.js'

// Whole processes take their time on a busy machine.
const test = suite('system/offer requests', { timeout: 60_000 })
let lab: Lab

test.before.each(() => {
  lab = new Lab()
})
test.after.each(() => lab.close())

test('a plugin asks for an offer when it knows more, and is told when its claim stands', async () => {
  lab.drop(
    'late',
    `
    claimConnection({ adapter }) {
      if (globalThis.ready) return { result: 'SUCCESS', connection: 'late', volatile: true }
      setTimeout(async () => {
        globalThis.ready = true
        const offers = await context.offers.request(adapter.id)
        note('requested ' + JSON.stringify(offers.map(({ because }) => because)))
      }, 300)
      return { result: 'INVALID_CONNECTION', reason: 'its daemon is starting' }
    },
    claimed({ adapter, connection, fence }) {
      note('claimed ' + adapter.name + ' for ' + connection + ', fence ' + (fence > 0))
    }`,
  )
  await lab.simulate([...lab.simulation({ links: [{ name: 'lab0' }] }), '--plugins', lab.plugins]).answers()
  await lab.settles('lab0', 'claimed', 'late/p')
  await until(
    async () => lab.calls('late').includes('claimed lab0 for late, fence true') || null,
    () => lab.calls('late').join(', '),
  )
  assert.ok(lab.calls('late').includes('requested [null]'))
  const { rounds } = await lab.explain('lab0')
  assert.match(rounds.at(-1)!.trigger, 'late/p asked for it')
})

test.run()
