import * as assert from 'uvu/assert'
import { suite } from '../harness.js'
import { claims, Lab, until } from './lab.js'

// Whole processes take their time on a busy machine.
const test = suite('system/ports', { timeout: 60_000 })
let lab: Lab

test.before.each(() => {
  lab = new Lab()
  lab.withNamespace()
})
test.after.each(() => lab.close())

test('SC-16: loopback is never offered, and cannot be', async () => {
  lab.drop('a', claims('office'), { match: [{}] })
  lab.ip('addr add 10.9.9.9/32 dev lo')
  lab.link('lab0', '10.9.0.1/24')
  await lab.start({ bundled: true })
  await lab.settles('lab0', 'claimed')
  const lo = await lab.settles('lo', 'ignored')
  assert.is(lo.because, 'it is the loopback link')
  assert.is((await lab.run('offer', 'lo')).code, 13)
  assert.not.ok(lab.calls('a').includes('offer lo'))
})

test('SC-16: a port of a bridge is not offered while it is one, and is offered again when it leaves', async () => {
  lab.drop('a', claims('office'))
  lab.ip('link add bridge0 type bridge')
  lab.ip('link set bridge0 up')
  lab.link('lab0', '10.9.0.1/24')
  lab.ip('link set lab0 master bridge0')
  await lab.start({ bundled: true })
  const port = await lab.settles('lab0', 'ignored')
  assert.equal([port.because, port.master], ['it is a port of bridge bridge0', 'bridge0'])
  lab.ip('addr add 10.9.1.1/24 dev lab0')
  lab.ip('link set bridge0 name bridge1')
  await until(
    async () => (await lab.adapter('lab0')).because === 'it is a port of bridge bridge1',
    async () => JSON.stringify(await lab.adapter('lab0')),
  )
  const refused = await lab.run('--json', 'offer', 'lab0')
  assert.equal([refused.code, refused.json.code], [13, 'ADAPTER_NOT_OFFERED'])
  assert.not.ok(lab.calls('a').some((call) => call.startsWith('offer')))
  lab.ip('link set lab0 nomaster')
  await lab.settles('lab0', 'claimed', 'a/p')
  assert.ok(lab.calls('a').includes('offer lab0'))
})

test('SC-16: the safety net lets go of what becomes a port, and has it again when the bridge is deleted', async () => {
  lab.link('lab0', '10.9.0.1/24')
  await lab.start({ bundled: true })
  const { id } = await lab.settles('lab0', 'claimed', '@claimd/as-found/as-found')
  lab.ip('link add bridge0 type bridge')
  lab.ip('link set lab0 master bridge0')
  await lab.settles('lab0', 'ignored')
  assert.equal((await lab.get('connections')).connections, [])
  lab.ip('link delete bridge0')
  const again = await lab.settles('lab0', 'claimed', '@claimd/as-found/as-found')
  assert.is(again.id, id)
})

test.run()
