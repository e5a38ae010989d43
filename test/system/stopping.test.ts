import { existsSync } from 'node:fs'
import * as assert from 'uvu/assert'
import { suite } from '../harness.js'
import { Lab } from './lab.js'

// Whole processes take their time on a busy machine.
const test = suite('system/stopping', { timeout: 60_000 })
let lab: Lab

test.before.each(() => {
  lab = new Lab()
})
test.after.each(() => lab.close())

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  test(`${signal} ends the daemon within a second on a silent network, and touches no link`, async () => {
    lab.withNamespace()
    lab.drop(
      'a',
      `claimConnection: ({ adapter }) => ({ result: 'SUCCESS', connection: adapter.name, volatile: true })`,
    )
    lab.link('lab0', '10.9.0.1/24')
    const daemon = await lab.start({ bundled: true })
    const { since } = await lab.settles('lab0', 'claimed', 'a/p')
    const before = lab.snapshot('lab0')
    const started = performance.now()
    assert.is(await daemon.kill(signal), 0, daemon.output)
    const ms = performance.now() - started
    assert.ok(ms < 1_000, `it took ${Math.round(ms)} ms`)
    assert.is(lab.snapshot('lab0'), before)
    assert.not.ok(existsSync(lab.socket))
    // Stopping the plugins is no loss of their claims: the safety net has taken nothing over.
    await lab.start({ bundled: true })
    const row = await lab.settles('lab0', 'claimed', 'a/p')
    assert.is(row.since, since)
  })
}

test.run()
