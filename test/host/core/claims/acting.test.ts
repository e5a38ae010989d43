import { ClaimdError } from '@claimd/sdk'
import * as assert from 'uvu/assert'
import { Holdings } from '../../../../host/core/holdings.js'
import { suite } from '../../../harness.js'
import { link, mine, Rig } from '../rig.js'

const test = suite('acting')

/** `lab0` is held by `x/a`, and `lab1` by nobody. */
function held() {
  const [lab0, lab1] = [link('lab0'), link('lab1')]
  const offer = ({ adapter }: { adapter: { name: string } }) =>
    adapter.name === 'lab0' ? mine('lab', 'knows it') : null
  const rig = new Rig().start([lab0, lab1], [{ id: 'x/a', offer }])
  rig.clock.run(5_000)
  const holdings = new Holdings(rig.engine)
  const { id } = rig.row('lab0')
  const { fence } = holdings.find(id)!
  return { rig, holdings, lab0, lab1, id, fence }
}

function codeOf(body: () => unknown): string {
  try {
    body()
  } catch (error) {
    if (error instanceof ClaimdError) return error.code
    throw error
  }
  return 'none'
}

test('SC-29: only the holder acts on its adapter, with the fence of its claim; all else is recorded', () => {
  const { rig, holdings, id, fence } = held()
  const free = rig.row('lab1').id
  const act = { plugin: 'x', adapter: id, fence, what: 'set up' }
  assert.is(holdings.admit(act).connection, 'lab')
  const wrong = [
    { ...act, plugin: 'y' },
    { ...act, fence: fence - 1 },
    { ...act, fence: fence + 1 },
    { ...act, adapter: free },
    { ...act, adapter: '9.9' },
  ]
  assert.equal(
    wrong.map((one) => codeOf(() => holdings.admit(one))),
    wrong.map(() => 'NOT_ALLOWED'),
  )
  rig.clock.run()
  const refusals = rig.events.filter(({ type }) => type === 'action-refused')
  assert.equal(
    refusals.map(({ plugin, target, fence, what }) => ({ plugin, adapter: target, fence, what })),
    wrong,
  )
  assert.match(refusals[0]!.message, 'plugin y may not set up on lab0: x/a holds lab0')
  assert.match(refusals[1]!.message, `the fence ${fence - 1} is not that of the claim, which is ${fence}`)
  assert.match(refusals[3]!.message, 'nobody holds lab1')
  assert.match(refusals[4]!.message, 'there is no such adapter any more')
})

test('after a release the fence of the claim is worth nothing', async () => {
  const { rig, holdings, id, fence } = held()
  await rig.reply(rig.services.adapters.release('lab0', 'a test', { uid: 0, gid: 0, pid: 1 }))
  assert.is(
    codeOf(() => holdings.admit({ plugin: 'x', adapter: id, fence, what: 'set up' })),
    'NOT_ALLOWED',
  )
})

test('rule 5: when claimd is being stopped, nobody acts any more', () => {
  const { rig, holdings, id, fence } = held()
  rig.engine.stop()
  assert.is(
    codeOf(() => holdings.admit({ plugin: 'x', adapter: id, fence, what: 'set up' })),
    'NOT_ALLOWED',
  )
})

test('what a plugin answered before it acts counts, even if it waits to be handled', () => {
  const { rig, holdings } = held()
  const lab2 = link('lab2')
  rig.provide([{ id: 'x/a', offer: ({ adapter }) => mine(adapter.name) }])
  rig.engine.submit({ type: 'link', link: lab2 })
  rig.engine.turn()
  const question = rig.asked.at(-1)!
  assert.is(question.adapter.name, 'lab2')
  rig.answer(question, mine('lab2'))
  const act = { plugin: 'x', adapter: question.adapter.id, fence: question.fence, what: 'set up' }
  assert.is(holdings.admit(act).connection, 'lab2')
})

test('before its answer a provider may not act, and is told from when on it may', () => {
  const { rig, holdings } = held()
  const lab2 = link('lab2')
  rig.provide([{ id: 'x/a', offer: ({ adapter }) => mine(adapter.name) }])
  rig.engine.submit({ type: 'link', link: lab2 })
  rig.engine.turn()
  const question = rig.asked.at(-1)!
  const act = { plugin: 'x', adapter: question.adapter.id, fence: question.fence, what: 'set up' }
  try {
    holdings.admit(act)
    assert.unreachable('it was admitted')
  } catch (error) {
    if (!(error instanceof ClaimdError)) throw error
    assert.match(error.message, 'nobody holds lab2')
    assert.match(
      error.remedy!,
      'act from `claimed` on, or from `verify` on after a restart, until `released`',
    )
  }
})

test('refusals of a plugin that goes on trying do not fill the journal', () => {
  const { rig, holdings, id, fence } = held()
  for (let count = 0; count < 1_000; count++) {
    codeOf(() => holdings.admit({ plugin: 'y', adapter: id, fence, what: 'set up' }))
  }
  rig.clock.run()
  const recorded = rig.types().filter((type) => type === 'action-refused').length
  assert.ok(recorded > 10 && recorded < 100, String(recorded))
})

test('what a plugin holds is listed with its evidence and fence, also while it is orphaned', () => {
  const { rig, holdings, id, fence } = held()
  const row = {
    provider: 'x/a',
    plugin: 'x',
    connection: 'lab',
    evidence: 'knows it',
    fence,
    provisional: false,
    orphaned: null,
    takesOver: false,
  }
  assert.equal(holdings.heldBy('x'), [{ adapter: holdings.find(id)!.adapter, ...row }])
  assert.equal(holdings.heldBy('y'), [])
  assert.is(holdings.find(rig.row('lab1').id), null)
  rig.provide([{ id: 'x/a', status: 'unavailable', because: 'it crashed' }])
  assert.equal(
    holdings.heldBy('x').map(({ orphaned }) => orphaned),
    ['it crashed'],
  )
})

test('a change that the holder makes through the host is not one from outside; the next like it is', () => {
  const { rig, holdings, id, fence, lab0 } = held()
  const addresses = ['10.0.0.1/24', '10.0.0.9/24']
  holdings.acts({ plugin: 'x', adapter: id, fence, what: 'add address 10.0.0.1/24' }, [
    { kind: 'address-added', address: '10.0.0.1/24' },
  ])
  rig.link({ ...lab0, addresses })
  const texts = () =>
    rig.events.filter(({ type }) => ['acts', 'adapter-changed'].includes(type)).map((one) => one.message)
  assert.equal(texts(), [
    'plugin x acts on lab0, which it holds: add address 10.0.0.1/24',
    'lab0: 10.0.0.1/24 added (by its holder)',
    'lab0: 10.0.0.9/24 added (held by x/a; nothing was done about it)',
  ])
  rig.link({ ...lab0, addresses: [] })
  rig.link({ ...lab0, addresses: ['10.0.0.1/24'] })
  assert.is(texts().at(-1), 'lab0: 10.0.0.1/24 added (held by x/a; nothing was done about it)')
  holdings.acts({ plugin: 'x', adapter: id, fence, what: 'set down' }, [{ kind: 'down' }])
  rig.clock.run(60_000)
  rig.link({ ...lab0, addresses: ['10.0.0.1/24'], up: false })
  assert.match(texts().at(-1)!, 'went down (held by x/a', 'it was too long ago')
  const act = { plugin: 'x', adapter: id, fence, what: 'set up' }
  holdings.acts(act, [{ kind: 'up' }])
  holdings.failed(act, [{ kind: 'up' }], 'EPERM')
  rig.link({ ...lab0, addresses: ['10.0.0.1/24'] })
  assert.match(texts().at(-1)!, 'came up (held by x/a', 'it was not done')
})

test('what goes with a link is its pair, and what stands on either', () => {
  const [a, b] = [link('a', { index: 901, peer: '-:902' }), link('b', { index: 902, peer: '-:901' })]
  const others = [
    link('on-b', { index: 903, peer: '-:902' }),
    link('on-that', { index: 904, peer: '-:903' }),
    link('elsewhere', { index: 905, peer: '0:901' }),
  ]
  const rig = new Rig().start([a, b, ...others], [{ id: 'x/a', offer: ({ adapter }) => mine(adapter.name) }])
  const names = (index: number) => new Holdings(rig.engine).heldWith(index).map(({ adapter }) => adapter.name)
  assert.equal(names(901).sort(), ['a', 'b', 'on-b', 'on-that'])
  assert.equal(names(903), ['on-b', 'on-that'])
  assert.equal(names(999), [])
})

test('rule 7: a change from outside while a child of a plugin runs names the child', () => {
  const { rig, lab0 } = held()
  const change = () => rig.events.findLast(({ type }) => type === 'adapter-changed')!.message
  const child = { type: 'child', plugin: 'p', pid: 71, program: '/sbin/dhcp-helper' } as const
  rig.engine.submit({ ...child, running: true })
  rig.link({ ...lab0, addresses: ['10.0.0.1/24'] })
  assert.match(change(), 'nothing was done about it, while dhcp-helper (pid 71) of plugin p ran)')
  for (const pid of [72, 73, 74, 75])
    rig.engine.submit({ ...child, pid, program: `/bin/c${pid}`, running: true })
  rig.link({ ...lab0, addresses: [] })
  assert.match(change(), 'c73 (pid 73) of plugin p and 2 others ran)')
  for (const pid of [71, 72, 73, 74, 75]) rig.engine.submit({ ...child, pid, running: false })
  rig.link({ ...lab0, addresses: ['10.0.0.1/24'] })
  assert.match(change(), '(held by x/a; nothing was done about it)')
  rig.engine.submit({ ...child, running: true })
  rig.gone(lab0.index)
  const removal = rig.events.find(({ type }) => type === 'adapter-removed')!
  assert.match(removal.message, 'while dhcp-helper (pid 71) of plugin p ran')
})

test.run()
