import type { Answer } from '@claimd/sdk'
import * as assert from 'uvu/assert'
import { suite } from '../../../harness.js'
import { info, link, mine, notMine, Rig, who } from '../rig.js'

const test = suite('core/claims/holding')

test('SC-4: of two generic providers the stronger holds, and they do not take turns', () => {
  const lab0 = link('lab0')
  const rig = new Rig().start(
    [lab0],
    [{ id: 'x/net', band: 'generic', offer: () => mine('net'), verify: () => mine('net') }],
  )
  rig.provide([
    { id: 'x/net', band: 'generic', offer: () => mine('net') },
    {
      id: 'x/strong',
      band: 'generic',
      priority: 90,
      offer: () => mine('strong'),
      verify: () => mine('strong'),
    },
  ])
  assert.is(rig.row('lab0').provider, 'x/strong')
  for (let i = 1; i < 6; i++) {
    rig.clock.run(2_000)
    rig.link({ ...lab0, addresses: [`10.0.0.${i}/24`] })
    assert.is(rig.row('lab0').provider, 'x/strong')
  }
  assert.match(rig.services.adapters.explain('lab0').order.at(-1)!.skipped!, 'it comes after x/strong')
})

test('a sticky holder that comes back during a hand-over round keeps its adapter; the yes is void', () => {
  const holder = { id: 'x/a', band: 'exact' as const, offer: () => mine('lab'), verify: () => mine('lab') }
  const other = { id: 'x/b', offer: () => ({ after: 500, answer: mine('other') }) }
  const rig = new Rig().start([link('lab0')], [holder])
  rig.clock.run(5_000)
  rig.provide([{ ...holder, status: 'disabled', because: 'by the operator' }, other])
  rig.clock.run(100)
  rig.provide([holder, other])
  rig.clock.run(5_000)
  assert.is(rig.row('lab0').provider, 'x/a')
  assert.equal(
    rig.told.map(({ provider, reason }) => `${provider} ${reason}`),
    ['x/b void'],
  )
})

test('a yes of a provider that is not there any more claims nothing', () => {
  const rig = new Rig().start(
    [link('lab0')],
    [{ id: 'x/a', offer: () => ({ after: 500, answer: mine('lab') }) }],
  )
  rig.provide([])
  rig.clock.run(5_000)
  assert.is(rig.row('lab0').state, 'unmanaged')
})

test('a late yes for what the provider holds by now is no loss of it', () => {
  let offers = 0
  const late = () => (++offers === 1 ? { after: 2_500, answer: mine('lab') } : mine('lab'))
  const rig = new Rig().start([link('lab0')], [{ id: 'x/a', offer: late }])
  rig.clock.run(2_100)
  rig.engine.submit({
    type: 'link',
    link: link('lab0', { index: rig.row('lab0').index, addresses: ['10.0.0.1/24'] }),
  })
  rig.clock.run(10_000)
  assert.is(rig.row('lab0').state, 'claimed')
  assert.equal(rig.told, [])
  assert.ok(rig.types().includes('answer-void'))
})

test('a provider that said NOT_SUPPORTED is not asked again after a restart, nor when it said so to a verify', () => {
  const lab0 = link('lab0')
  const provider = { id: 'x/a', offer: () => ({ result: 'NOT_SUPPORTED' as const }) }
  const rig = new Rig().start([lab0], [provider])
  const again = new Rig({ store: rig.store }).start([lab0], [provider])
  assert.is(again.asked.length, 0)
  const lab1 = link('lab1')
  const regretful = {
    id: 'x/a',
    offer: () => mine('lab'),
    verify: () => ({ result: 'NOT_SUPPORTED' as const, reason: 'wrong card' }),
  }
  const third = new Rig().start([lab1], [regretful])
  third.link({ ...lab1, addresses: ['10.0.0.1/24'] })
  third.clock.run(5_000)
  assert.equal(third.askedWho, ['offer x/a lab1', 'verify x/a lab1'])
  assert.is(third.row('lab1').state, 'unmanaged')
})

test('a verify brings new evidence, which is kept over a restart', () => {
  const lab0 = link('lab0')
  const provider = {
    id: 'x/a',
    offer: () => mine('lab', 'first'),
    verify: () => mine('lab', 'second'),
  }
  const rig = new Rig().start([lab0], [provider])
  rig.link({ ...lab0, addresses: ['10.0.0.1/24'] })
  assert.is(rig.row('lab0').because, 'second')
  assert.is(rig.store.state().holdings[0]!.evidence, 'second')
})

test('PENDING to a verify: asked again within a minute, at most once a second, and at once when the link changes', () => {
  const lab0 = link('lab0')
  let verifies = 0
  const delays = [0, 3_600_000]
  const rig = new Rig().start(
    [lab0],
    [
      {
        id: 'x/a',
        offer: () => mine('lab'),
        verify: (): Answer => ({ result: 'PENDING', retryAfterMs: delays[Math.min(verifies++, 1)]! }),
      },
    ],
  )
  rig.link({ ...lab0, addresses: ['10.0.0.1/24'] })
  assert.is(verifies, 1)
  rig.clock.run(999)
  assert.is(verifies, 1)
  rig.clock.run(1)
  assert.is(verifies, 2)
  rig.clock.run(30_000)
  rig.link({ ...lab0, addresses: ['10.0.0.2/24'] })
  assert.is(verifies, 3)
  rig.clock.run(60_000)
  assert.is(verifies, 4)
  assert.is(rig.row('lab0').state, 'claimed')
})

test('that a holder cannot tell yet is told once for each reason, however often it is asked', () => {
  const lab0 = link('lab0')
  let reason = 'modem boots'
  let isSure = false
  const verify = (): Answer => (isSure ? mine('lab') : { result: 'PENDING', retryAfterMs: 1_500, reason })
  const rig = new Rig().start([lab0], [{ id: 'x/a', offer: () => mine('lab'), verify }])
  const told = () => rig.types().filter((type) => type === 'verify-pending').length
  rig.link({ ...lab0, addresses: ['10.0.0.1/24'] })
  rig.clock.run(30_000)
  assert.is(told(), 1)
  reason = 'modem is searching'
  rig.clock.run(30_000)
  assert.is(told(), 2)
  isSure = true
  rig.clock.run(2_000)
  assert.is(rig.types().at(-1), 'verified')
  isSure = false
  rig.link({ ...lab0, addresses: ['10.0.0.2/24'] })
  rig.clock.run(30_000)
  assert.is(told(), 3, 'it was sure in between')
})

test('a carrier that comes back makes the holder verify, also when it is being asked already', () => {
  const lab0 = link('lab0')
  const rig = new Rig().start(
    [lab0],
    [{ id: 'x/a', offer: () => mine('lab'), verify: () => ({ after: 500, answer: mine('lab') }) }],
  )
  const flap = () => {
    rig.link({ ...lab0, carrier: false })
    rig.link(lab0)
  }
  flap()
  assert.is(rig.services.connections.list().connections[0]!.state, 'connected')
  rig.clock.run(100)
  flap()
  rig.clock.run(5_000)
  assert.is(rig.askedWho.filter((line) => line.startsWith('verify')).length, 2)
  rig.link({ ...lab0, carrier: false })
  assert.is(rig.services.connections.list().connections[0]!.state, 'suspended')
})

test('a reloaded holder verifies, and what its manifest says now counts', () => {
  const holder = { id: 'x/a', band: 'exact' as const, offer: () => mine('lab'), verify: () => mine('lab') }
  const rig = new Rig().start([link('lab0')], [holder])
  rig.clock.run(5_000)
  rig.provide([{ ...holder, build: 'build-2', band: 'generic', version: '2.0.0' }])
  assert.equal(rig.askedWho, ['offer x/a lab0', 'verify x/a lab0'])
  assert.is(rig.store.state().holdings[0]!.band, 'generic')
  rig.clock.run(5_000)
  rig.provide([
    { ...holder, build: 'build-2', band: 'generic' },
    { id: 'x/b', offer: () => mine('other') },
  ])
  assert.is(rig.row('lab0').provider, 'x/b')
})

test('disabling the holder offers its adapter to those who are there already', () => {
  const holder = { id: 'x/a', band: 'exact' as const, offer: () => mine('lab') }
  const other = { id: 'x/b', offer: () => mine('other') }
  const rig = new Rig().start([link('lab0')], [holder, other])
  assert.is(rig.row('lab0').provider, 'x/a')
  rig.provide([{ ...holder, status: 'disabled', because: 'by the operator' }, other])
  assert.is(rig.row('lab0').provider, 'x/b')
  assert.not.ok(rig.types().includes('claim-ended'))
})

test('after a verify that went well, the next failure is tried again as soon as the first was', () => {
  const lab0 = link('lab0')
  const answers = [null, null, mine('lab'), null, mine('lab')]
  let verifies = 0
  const rig = new Rig().start(
    [lab0],
    [{ id: 'x/a', offer: () => mine('lab'), verify: () => answers[verifies++] ?? null }],
  )
  rig.link({ ...lab0, addresses: ['10.0.0.1/24'] })
  rig.clock.run(2_000 + 1_000 + 2_000 + 2_000)
  assert.is(verifies, 3)
  rig.link({ ...lab0, addresses: ['10.0.0.2/24'] })
  rig.clock.run(2_000 + 1_000)
  assert.is(verifies, 5)
  assert.is(rig.row('lab0').state, 'claimed')
})

test('a holder that says no while nothing can be stored keeps its claim, and is asked again afterwards', () => {
  const lab0 = link('lab0')
  const rig = new Rig().start(
    [lab0],
    [{ id: 'x/a', offer: () => mine('lab'), verify: () => notMine('moved') }],
  )
  rig.store.failure = 'SQLITE_FULL'
  rig.link({ ...lab0, addresses: ['10.0.0.1/24'] })
  rig.clock.run(5_000)
  assert.is(rig.row('lab0').connection, 'lab')
  assert.equal(rig.told, [])
  rig.store.failure = null
  rig.clock.run(5_000)
  assert.ok(rig.types().includes('claim-ended'))
})

test('a connection that is taken over leaves no trace of its old name', async () => {
  const net = { id: 'x/net', band: 'generic' as const, offer: () => mine('net') }
  const rig = new Rig().start([link('lab0')], [net])
  rig.provide([net, { id: 'x/better', offer: () => mine('better') }])
  assert.equal(
    rig.services.connections.list().connections.map(({ name }) => name),
    ['better'],
  )
  assert.is((await rig.reply(rig.services.connections.disconnectAll(who))).refused.length, 1)
})

test('disabling a provider that is pending lets the weaker ones be asked', () => {
  const slow = {
    id: 'x/slow',
    band: 'exact' as const,
    offer: (): Answer => ({ result: 'PENDING', retryAfterMs: 1_000 }),
  }
  const weaker = { id: 'x/weaker', offer: () => mine('weaker') }
  const rig = new Rig().start([link('lab0')], [slow, weaker])
  rig.provide([{ ...slow, status: 'disabled', because: 'by the operator' }, weaker])
  rig.clock.run(1_000)
  assert.is(rig.row('lab0').provider, 'x/weaker')
  assert.is(rig.askedWho.filter((line) => line.includes('slow')).length, 1)
})

test("PENDING does not hold back an equal that the operator's order puts behind a weaker one", () => {
  const rig = new Rig({ settings: { order: ['x/net'] } }).start(
    [link('lab0')],
    [
      { id: 'x/net', band: 'generic', offer: () => notMine() },
      {
        id: 'x/slow',
        band: 'exact',
        priority: 90,
        offer: () => ({ result: 'PENDING', retryAfterMs: 1_000 }),
      },
      { id: 'x/equal', band: 'exact', offer: () => mine('equal') },
    ],
  )
  assert.is(rig.row('lab0').provider, 'x/equal')
})

test('a second answer to the offer by which a provider holds is no loss of it', () => {
  const rig = new Rig().start([link('lab0')], [{ id: 'x/a', offer: () => mine('lab') }])
  rig.answer(rig.asked[0]!, mine('other'))
  rig.clock.run()
  assert.equal([rig.row('lab0').connection, rig.told], ['lab', []])
})

test('a provider that is reloaded with other rules during a round is asked by its new rules', () => {
  const silent = { id: 'x/silent', band: 'exact' as const, offer: () => null }
  const rig = new Rig().start([link('lab0')], [silent, { id: 'x/b', offer: () => mine('b') }])
  rig.provide([silent, { id: 'x/b', build: 'build-2', match: [{ name: 'eth*' }], offer: () => mine('b') }])
  rig.clock.run(5_000)
  assert.is(rig.asked.filter(({ provider }) => provider === 'x/b').length, 0)
})

test('a provider that is reloaded while it is asked holds by its new manifest, and its new build confirms', () => {
  const before = { id: 'x/a', band: 'exact' as const, offer: () => ({ after: 500, answer: mine('lab') }) }
  const rig = new Rig().start([link('lab0')], [before])
  rig.provide([{ ...before, band: 'generic', build: 'build-2', offer: () => mine('lab') }])
  rig.clock.run(500)
  assert.is(rig.row('lab0').provider, 'x/a')
  assert.is(rig.askedWho.at(-1), 'verify x/a lab0')
  rig.provide([
    { ...before, band: 'generic', build: 'build-2' },
    { id: 'x/b', offer: () => mine('b') },
  ])
  assert.is(rig.row('lab0').provider, 'x/b', 'as a generic holder it yields')
})

test('a holder of a port that is reloaded as a safety net lets go', () => {
  const holder = { id: 'x/a', offer: () => mine('lab'), verify: () => mine('lab') }
  const port = link('lab0', { master: 900, portOf: 'bridge' })
  const rig = new Rig().start([{ ...port, master: null, portOf: null }], [holder])
  rig.link(port)
  assert.is(rig.row('lab0').provider, 'x/a')
  rig.provide([{ ...holder, band: 'generic', build: 'build-2' }])
  assert.equal([rig.row('lab0').state, rig.row('lab0').provider], ['ignored', null])
})

test('a safety net that comes back while a weaker one is asked keeps its adapter; the yes is void', () => {
  const net = {
    id: 'x/net',
    band: 'generic' as const,
    priority: 90,
    offer: () => mine('lab'),
    verify: () => mine('lab'),
  }
  const weaker = {
    id: 'x/weaker',
    band: 'generic' as const,
    offer: () => ({ after: 500, answer: mine('weak') }),
  }
  const rig = new Rig().start([link('lab0')], [net])
  rig.provide([{ ...net, status: 'disabled', because: 'by the operator' }, weaker])
  rig.clock.run(100)
  rig.provide([net, weaker])
  rig.clock.run(1_000)
  assert.is(rig.row('lab0').provider, 'x/net')
  assert.equal(
    rig.told.map(({ provider, reason }) => `${provider} ${reason}`),
    ['x/weaker void'],
  )
})

test('a release that cannot be stored: the claim follows its provider first, and then its link', async () => {
  const lab0 = link('lab0')
  const net = { id: 'x/net', band: 'generic' as const, offer: () => mine('net'), verify: () => mine('net') }
  const rig = new Rig().start([lab0, link('br0', { index: 900, kind: 'bridge', up: false })], [net])
  rig.store.failure = 'full'
  const released = rig.services.adapters.release('lab0', 'enough', who)
  released.catch(() => {})
  // All in one turn: it is no safety net any more, and only such a one lets go of a port.
  rig.engine.submit({ type: 'providers', providers: [info({ ...net, band: 'likely' as const })] })
  rig.engine.submit({ type: 'link', link: { ...lab0, master: 900, portOf: 'bridge' } })
  rig.clock.run()
  assert.equal([rig.row('lab0').provider, rig.row('lab0').connection], ['x/net', 'net'])
})

test('why an adapter is orphaned follows its holder: gone, asked again, not sure yet, sure', () => {
  let verdict: () => Answer | null = () => mine('lab')
  const provider = { id: 'x/a', offer: () => mine('lab'), verify: () => verdict() }
  const rig = new Rig().start([link('lab0')], [provider])
  const because = () => rig.row('lab0').because
  rig.provide([{ ...provider, status: 'unavailable', because: 'process ended by SIGKILL' }])
  assert.match(because(), 'cannot answer for it: process ended by SIGKILL')

  verdict = () => null
  rig.provide([provider])
  assert.match(because(), 'x/a is asked whether it still holds it')
  rig.provide([{ ...provider, status: 'unavailable', because: 'process ended by SIGKILL' }])

  verdict = () => ({ result: 'PENDING', retryAfterMs: 5_000, reason: 'modem boots' })
  rig.provide([provider])
  rig.clock.run(10)
  assert.is(rig.row('lab0').state, 'orphaned', 'protected until it has verified')
  assert.is(because(), 'x/a cannot tell yet whether it still holds it: modem boots')

  verdict = () => mine('lab')
  rig.clock.run(6_000)
  assert.is(rig.row('lab0').state, 'claimed')
  assert.not.match(because(), 'modem boots')
})

test('while another round waits, the outcome of the last one is not why nobody holds the adapter', () => {
  const lab0 = link('lab0')
  const rig = new Rig().start([lab0], [{ id: 'x/a', offer: () => notMine('not a lab') }])
  assert.match(rig.row('lab0').because, 'nobody claimed it: 1 declined')
  for (let change = 0; change < 6; change++) {
    rig.link({ ...lab0, addresses: [`10.0.0.${change}/24`] })
  }
  assert.match(rig.row('lab0').because, 'it is about to be offered: ')
  rig.clock.run(3_000)
  assert.match(rig.row('lab0').because, 'nobody claimed it: 1 declined')
})

test.run()
