import * as assert from 'uvu/assert'
import { suite } from '../harness.js'
import { Lab, until } from './lab.js'

// Whole processes take their time on a busy machine.
const test = suite('system/disconnect-links', { timeout: 90_000 })
let lab: Lab
test.before.each(() => {
  lab = new Lab()
})
test.after.each(() => lab.close())

const office = {
  type: 'ethernet',
  config: { match: { name: 'eth0' }, method: 'static', addresses: ['192.0.2.7/24'] },
}

test('an adapter that is free again is offered as it is then, and not claimed for what was taken back', async () => {
  lab.configure({ connections: { office } })
  const script = lab.simulation({ links: [{ name: 'eth0', driver: 'e1000e' }] })
  await lab.simulate([...script, '--config', lab.config], true).answers()
  const isOpen = async () => {
    const { state, rounds } = await lab.explain('eth0')
    return state === 'unmanaged' && rounds.length > 0
  }
  for (let time = 0; time < 3; time++) {
    await until(isOpen, async () => JSON.stringify(await lab.explain('eth0')))
    assert.is((await lab.run('connect', 'office')).code, 0)
    assert.is((await lab.run('disconnect', 'office')).code, 0)
  }
  const offered = async () =>
    (await lab.explain('eth0')).rounds.some(({ trigger }) => trigger.includes('is down'))
  await until(offered, () => 'it is not offered again')
  assert.equal(await lab.events(0, 'claimed'), [])
  const changes = await lab.events(0, 'adapter-changed')
  assert.equal(
    changes.map(({ byHolder }) => byHolder),
    Array(6).fill(true),
    'nobody else has changed it',
  )
})

test.run()
