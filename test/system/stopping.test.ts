import { existsSync } from 'node:fs'
import * as assert from 'uvu/assert'
import { suite } from '../harness.js'
import { Lab, until } from './lab.js'

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

test('SIGTERM takes a connect back that is under way, and leaves what is connected', async () => {
  lab.withNamespace()
  lab.drop(
    'dials',
    `resources: ({ adapters, config }) => {
      const adapter = adapters.find(({ name }) => name === config.link)
      return adapter ? { result: 'SUCCESS', adapters: [adapter.id] } : { result: 'INVALID_CONNECTION', cause: 'no-adapter' }
    },
    async connect({ connection, config, adapter, fence, signal }) {
      note('connect ' + connection)
      await context.links.addAddress(adapter.id, fence, config.address)
      // So long it would go on, if it was not called off.
      if (config.blocks) await new Promise((done) => signal.addEventListener('abort', done))
      return { result: 'SUCCESS' }
    },
    disconnect({ connection }) {
      note('disconnect ' + connection)
      return { result: 'SUCCESS' }
    }`,
    { connectionTypes: ['dials'], serial: false, permissions: { links: { change: ['address'] } } },
  )
  const dials = (config: object) => ({ type: 'dials', config })
  lab.configure({
    connections: {
      stays: dials({ link: 'lab0', address: '10.9.0.1/24' }),
      blocks: dials({ link: 'lab1', address: '10.9.1.1/24', blocks: true }),
    },
  })
  for (const name of ['lab0', 'lab1']) lab.link(name)
  const before = lab.snapshot('lab1')
  const daemon = await lab.start()
  await lab.trust('dials')
  assert.is((await lab.run('connect', 'stays')).code, 0)
  const connecting = lab.run('connect', 'blocks')
  await until(
    async () => lab.snapshot('lab1') !== before,
    () => 'blocks is not being connected',
  )
  assert.is(await daemon.kill('SIGTERM'), 0, daemon.output)
  assert.is(lab.snapshot('lab1'), before)
  assert.match(lab.snapshot('lab0'), '10.9.0.1/24')
  assert.equal(
    lab.calls('dials').filter((call) => !call.startsWith('start')),
    ['connect stays', 'connect blocks', 'disconnect blocks'],
  )
  assert.match((await connecting).stderr, 'claimd is being stopped')

  await lab.start()
  await until(
    async () => lab.calls('dials').filter((call) => call === 'connect blocks').length === 2,
    () => 'what is wanted is not dialled again',
  )
  assert.is((await lab.get('connections/stays')).state, 'connected')
  assert.is(lab.calls('dials').filter((call) => call === 'connect stays').length, 1)
})

test.run()
