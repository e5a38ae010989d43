import type { Answer } from '@claimd/sdk'
import * as assert from 'uvu/assert'
import { suite } from '../../../harness.js'
import { link, mine, notMine, Rig, who } from '../rig.js'

const test = suite('core/claims/given-up')

const pending: Answer = { result: 'PENDING', retryAfterMs: 1_000 }
const net = { id: 'x/net', band: 'generic' as const, offer: () => mine('net') }

/** A provider that holds, until its answers are changed. */
function fickle() {
  const says = { offer: mine('lab') as Answer, verify: mine('lab') as Answer }
  const provider = { id: 'x/lab', band: 'exact' as const, offer: () => says.offer, verify: () => says.verify }
  return { says, provider }
}

const lab0 = () => link('lab0', { addresses: ['10.0.0.1/24'] })
const carrier = (rig: Rig, it: ReturnType<typeof lab0>) => {
  rig.link({ ...it, carrier: false })
  rig.link(it)
}

test('what is given up passes to the safety net in one step, although a stronger provider cannot tell yet', () => {
  const { says, provider } = fickle()
  const it = lab0()
  const rig = new Rig().start([it], [provider, net])
  Object.assign(says, { offer: pending, verify: notMine('no lease') })
  carrier(rig, it)
  rig.clock.run(10)
  assert.is(rig.row('lab0').provider, 'x/net')
  const [ended, claimed] = rig.events.filter(({ type }) => type.startsWith('claim')).slice(-2)
  assert.equal(
    [ended!.type, ended!.provider, claimed!.type, claimed!.provider],
    ['claim-ended', 'x/lab', 'claimed', 'x/net'],
  )
  assert.is(claimed!.revision, ended!.revision + 1)
  says.offer = mine('lab')
  rig.clock.run(3_000)
  assert.is(rig.row('lab0').provider, 'x/lab', 'the offer of stronger ones goes on')
})

test('what is given up is refused to be disconnected until its claim has passed over or ended', async () => {
  const { says, provider } = fickle()
  const it = lab0()
  const slow = { ...net, offer: () => ({ after: 500, answer: notMine('no address') }) }
  const rig = new Rig().start([it], [provider, slow])
  Object.assign(says, { offer: notMine(), verify: notMine('no lease') })
  carrier(rig, it)
  assert.match(rig.row('lab0').because, 'x/lab gave it up, and it has no new holder yet')
  assert.is(rig.row('lab0').state, 'orphaned')
  assert.is((await rig.reply(rig.services.connections.disconnectAll(who))).refused.length, 1)
  rig.clock.run(600)
  assert.is(rig.row('lab0').provider, null)
  const ended = rig.events.find(({ type }) => type === 'claim-ended')!
  assert.match(String(ended.cause), 'no lease')
  assert.is(rig.row('lab0').because, 'nobody claimed it: 2 declined')
})

test('while the safety net cannot answer, what was given up stays protected', () => {
  const { says, provider } = fickle()
  const it = lab0()
  const broken = { ...net, offer: (): Answer => ({ result: 'UNEXPECTED', reason: 'it threw' }) }
  const rig = new Rig().start([it], [provider, broken])
  Object.assign(says, { offer: notMine(), verify: notMine('no lease') })
  carrier(rig, it)
  rig.clock.run(20_000)
  assert.is(rig.row('lab0').provider, 'x/lab')
  rig.provide([provider, { ...net, status: 'unavailable', because: 'it backs off' }])
  rig.clock.run(200_000)
  assert.is(rig.row('lab0').provider, 'x/lab')
  rig.provide([provider, net])
  assert.is(rig.row('lab0').provider, 'x/net')
})

for (const [what, after] of [
  ['removed', []],
  ['disabled', [{ ...net, status: 'disabled' as const, because: 'by root' }]],
] as const) {
  test(`when the safety net cannot answer and is ${what}, what was given up is over`, () => {
    const { says, provider } = fickle()
    const it = lab0()
    const away = { ...net, status: 'unavailable' as const, because: 'it backs off' }
    const rig = new Rig().start([it], [provider, away])
    Object.assign(says, { offer: notMine(), verify: notMine('no lease') })
    carrier(rig, it)
    rig.clock.run(100)
    assert.is(rig.row('lab0').provider, 'x/lab', 'it stays protected')
    rig.provide([provider, ...after])
    rig.clock.run(100)
    assert.is(rig.row('lab0').provider, null)
    assert.is(rig.events.filter(({ type }) => type === 'claim-ended').length, 1)
  })
}

test('what was given up is offered again although its connection must have another name meanwhile', () => {
  const { says, provider } = fickle()
  const it = lab0()
  const netSays: { offer: Answer } = { offer: { result: 'UNEXPECTED', reason: 'it threw' } }
  const owner = { id: 'x/owner', connectionTypes: ['owned'], match: [{ name: 'other' }] }
  const rig = new Rig().start([it], [provider, { ...net, offer: () => netSays.offer }, owner])
  Object.assign(says, { offer: notMine(), verify: notMine('no lease') })
  carrier(rig, it)
  rig.clock.run(200)
  const connections = [{ name: 'lab', type: 'owned', config: {} }]
  rig.engine.submit({ type: 'settings', settings: { order: [], ignore: [], connections } })
  netSays.offer = mine('net')
  rig.clock.run(200_000)
  assert.is(rig.row('lab0').provider, 'x/net')
})

test('what cannot be stored is not given up: the holder is asked again', () => {
  const { says, provider } = fickle()
  const it = lab0()
  const rig = new Rig().start([it], [provider, net])
  Object.assign(says, { offer: notMine(), verify: notMine('no lease') })
  rig.store.failure = 'full'
  carrier(rig, it)
  rig.clock.run(5_000)
  assert.is(rig.row('lab0').provider, 'x/lab')
  rig.store.failure = null
  rig.clock.run(10_000)
  assert.is(rig.row('lab0').provider, 'x/net')
})

test('the round that follows the end of a claim says what ended it, and so does the event', () => {
  const { says, provider } = fickle()
  const it = lab0()
  const rig = new Rig().start([it], [provider, net])
  const { adapter, fence } = rig.events.find(({ type }) => type === 'claimed')!
  const last = () => {
    const { trigger, claimEnd } = rig.rounds('lab0').findLast((round) => round.claimEnd)!
    return { trigger, claimEnd }
  }
  const was = { adapter, provider: 'x/lab', connection: 'lab' }
  says.offer = notMine()
  rig.engine.submit({
    type: 'report',
    provider: 'x/lab',
    connection: 'lab',
    fence: fence as number,
    state: 'lost',
    reason: 'the line is cut',
  })
  rig.clock.run(10)
  const lost = 'x/lab reports that it is lost: the line is cut'
  assert.equal(last(), { trigger: lost, claimEnd: { ...was, by: 'report', because: lost } })
  assert.is(rig.events.findLast(({ type }) => type === 'claim-ended')!.by, 'report')

  says.offer = mine('lab')
  rig.provide([{ ...provider, build: 'build-2' }])
  assert.is(rig.row('lab0').provider, 'x/lab')
  Object.assign(says, { offer: notMine(), verify: notMine('no lease') })
  carrier(rig, it)
  rig.clock.run(3_000)
  const no = 'x/lab says that it is no longer its own: no lease'
  assert.equal(last(), { trigger: no, claimEnd: { ...was, by: 'verify', because: no } })
  assert.is(rig.events.findLast(({ type }) => type === 'claim-ended')!.by, 'verify')

  says.offer = mine('lab')
  rig.provide([{ ...provider, build: 'build-3' }, net])
  rig.provide([{ ...provider, build: 'build-3', status: 'disabled', because: 'maintenance' }, net])
  rig.clock.run(3_000)
  const disabled = 'its plugin is disabled: maintenance'
  assert.equal(last(), { trigger: disabled, claimEnd: { ...was, by: 'plugin', because: disabled } })
  assert.is(rig.row('lab0').provider, 'x/net')
})

test('a round that no end of a claim led to names none', () => {
  const rig = new Rig().start([lab0()], [net])
  assert.equal(
    rig.rounds('lab0').map((round) => 'claimEnd' in round),
    [false],
  )
})

test.run()
