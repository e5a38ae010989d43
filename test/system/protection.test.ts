import { rmSync } from 'node:fs'
import * as assert from 'uvu/assert'
import { suite } from '../harness.js'
import { claims, Lab, until } from './lab.js'

// Whole processes take their time on a busy machine.
const test = suite('system/protection', { timeout: 60_000 })
let lab: Lab

test.before.each(() => {
  lab = new Lab()
  lab.withNamespace()
})
test.after.each(() => lab.close())

test('CM-5 SC-18 SC-19: disconnect is refused in every way; provider and link notice nothing', async () => {
  lab.drop('a', claims('office'))
  lab.link('lab0', '10.9.0.1/24')
  await lab.start()
  await lab.settles('lab0', 'claimed')
  const before = lab.calls('a')
  await lab.assertRefused('office', 'lab0')
  assert.equal(lab.calls('a'), before)
  assert.is((await lab.adapter('lab0')).state, 'claimed')
})

test('SC-18 SC-25: … while the provider is dead, and its claim is verified when it is back', async () => {
  lab.drop('a', claims('office'))
  lab.link('lab0', '10.9.0.1/24')
  await lab.start()
  await lab.settles('lab0', 'claimed')
  process.kill(lab.pid('a'), 'SIGKILL')
  await lab.settles('lab0', 'orphaned')
  await lab.assertRefused('office', 'lab0')
  await lab.settles('lab0', 'claimed', 'a/p')
  assert.ok(lab.calls('a').includes('verify'))
})

test('SC-18: … while the provider hangs', async () => {
  lab.drop('a', `${claims('office')}, released() { for (;;); }`)
  lab.link('lab0', '10.9.0.1/24')
  await lab.start()
  await lab.settles('lab0', 'claimed')
  process.kill(lab.pid('a'), 'SIGSTOP')
  await lab.assertRefused('office', 'lab0')
})

test('SC-19: … in the first moment after kill -9 of the host and restart; the link outlives the host', async () => {
  lab.drop('a', claims('office'))
  lab.link('lab0', '10.9.0.1/24')
  const first = await lab.start()
  const { id, since } = await lab.settles('lab0', 'claimed')
  const before = lab.snapshot('lab0')
  await first.kill('SIGKILL')
  assert.is(lab.snapshot('lab0'), before)
  const second = lab.launch()
  const refused = await until(
    async () => {
      const outcome = await lab.http('POST', '/v1/connections/office/disconnect').catch(() => null)
      return outcome
    },
    () => second.output,
  )
  assert.equal([refused.status, refused.json.result], [409, 'NOT_ALLOWED'])
  const row = await lab.settles('lab0', 'claimed')
  assert.equal([row.id, row.since], [id, since])
  await until(
    async () => (await lab.adapter('lab0')).provisional === false,
    () => 'the claim stays provisional',
  )
  assert.is(lab.snapshot('lab0'), before)
})

test('SC-19: … in every way while its provider has yet to confirm it after a restart, and hears nothing of it', async () => {
  lab.drop('a', `${claims('office')}, verify() { note('verify'); return new Promise(() => {}) }`)
  lab.link('lab0', '10.9.0.1/24')
  const first = await lab.start()
  await lab.settles('lab0', 'claimed')
  await first.kill('SIGKILL')
  await lab.start()
  assert.is((await lab.adapter('lab0')).provisional, true)
  await lab.assertRefused('office', 'lab0')
  assert.is((await lab.adapter('lab0')).provisional, true)
  const heard = new Set(lab.calls('a').map((call) => call.split(' ')[0]))
  assert.equal([...heard].sort(), ['offer', 'start', 'verify'])
})

test('a plugin whose folder is removed leaves its claim protected, and a new one takes over', async () => {
  const path = lab.drop('a', claims('office'))
  lab.link('lab0', '10.9.0.1/24')
  await lab.start()
  await lab.settles('lab0', 'claimed', 'a/p')
  rmSync(path, { recursive: true })
  await lab.settles('lab0', 'orphaned', 'a/p')
  await lab.assertRefused('office', 'lab0')
  lab.drop('b', claims('other'))
  await lab.settles('lab0', 'claimed', 'b/p')
})

test.run()
