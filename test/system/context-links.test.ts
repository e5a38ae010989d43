import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { LinkChange } from '@claimd/sdk'
import * as assert from 'uvu/assert'
import { suite } from '../harness.js'
import { Lab, type LaunchOptions, until } from './lab.js'
import { Changing } from './link-changes.js'

const test = suite('system/context-links', { timeout: 60_000 })

/**
 * The body of a provider that claims every link called lab…. From outside it is told what to do by an address
 * 10.99.0.N/32 on its link: it does the Nth of `orders` when it is asked to verify, and its evidence then is
 * `N: what came of it`.
 */
const obeys = (orders: Record<number, string>) => `
    claimConnection({ adapter, fence }) {
      globalThis.known ??= {}
      known[adapter.name] = { id: adapter.id, fence }
      return adapter.name.startsWith('lab')
        ? { result: 'SUCCESS', connection: adapter.name, volatile: true, evidence: 'knows it' }
        : { result: 'INVALID_CONNECTION', reason: 'not mine' }
    },
    async verify({ adapter, fence, connection }) {
      globalThis.last ??= {}
      const { links } = context
      const me = adapter.id
      const orders = { ${Object.entries(orders).map(([number, code]) => `${number}: async () => { ${code} }`)} }
      for (const [number, act] of Object.entries(orders)) {
        if (!adapter.addresses.includes('10.99.0.' + number + '/32') || last[number]) continue
        last[number] = 'under way'
        try { await act() ; last[number] = 'done' } catch (error) { last[number] = error.code }
      }
      const evidence = Object.entries(last).map(([number, what]) => number + ': ' + what).join(', ')
      return { result: 'SUCCESS', connection, evidence }
    },
    async released({ adapter, fence }) {
      await context.links.addAddress(adapter.id, fence, '10.66.0.1/24').catch(() => {})
    }`

const allChanges: LinkChange[] = ['address', 'any-route', 'up', 'mtu']

/** Drops the plugin, which asks for these changes to its links. */
function dropActs(
  code: string,
  { change = allChanges, contribution = {}, folder = lab.plugins }: Partial<ActsOptions> = {},
): void {
  lab.drop('acts', code, { ...contribution, permissions: { links: { change } } }, folder)
}

interface ActsOptions {
  change: LinkChange[]
  contribution: object
  folder: string
}

/** Starts a daemon that lets the plugin do what it asks for. */
async function startTrusting(options?: LaunchOptions) {
  const daemon = await lab.start(options)
  await lab.trust('acts')
  return daemon
}

let lab: Lab
test.before.each(() => {
  lab = new Lab().withNamespace()
  for (const name of ['lab0', 'other0']) lab.link(name)
})
test.after.each(() => lab.close())

/** The adapter's document, without a process for it. */
const row = async (name: string) => (await lab.http('GET', `/v1/adapters/${name}`)).json

/** Orders the plugin to do the Nth thing, and waits for what comes of it. */
async function order(number: number, outcome: string): Promise<void> {
  lab.ip(`addr add 10.99.0.${number}/32 dev lab0`)
  await until(
    async () => (await row('lab0')).because.includes(`${number}: ${outcome}`),
    async () => `${number} did not come to ${outcome}: ${JSON.stringify(await row('lab0'))}`,
  )
}

const other = {
  code: `
    claimConnection: () => ({ result: 'SUCCESS', connection: 'other', volatile: true, evidence: 'knows it' }),
    verify: ({ connection }) => ({ result: 'SUCCESS', connection })`,
  match: [{ name: 'other*' }],
}

test('SC-29: the holder acts with its fence; an old fence, the adapter of another and a claim that ended are refused', async () => {
  dropActs(
    obeys({
      1: `await links.addAddress(me, fence, '10.50.0.1/24')
          await links.addRoute(me, fence, { destination: '10.60.0.0/16', gateway: '10.50.0.9' })
          await links.setMtu(me, fence, 1400)`,
      2: `await links.addAddress(me, fence - 1, '10.51.0.1/24')`,
      3: `await links.down(known.other0.id, known.other0.fence)`,
      4: `await links.removeAddress(me, fence, '10.99.0.1/32')`,
    }),
    { contribution: { match: [{}], band: 'exact', priority: 90 } },
  )
  const daemon = await startTrusting()
  await lab.settles('lab0', 'claimed', 'acts/p')
  lab.drop('other', other.code, { match: other.match })
  await lab.settles('other0', 'claimed', 'other/p')
  await order(1, 'done')
  assert.match(lab.ip('-o addr show dev lab0'), '10.50.0.1/24 brd 10.50.0.255')
  assert.match(lab.ip('route show dev lab0'), '10.60.0.0/16 via 10.50.0.9 proto 193')
  assert.match(lab.ip('link show lab0'), 'mtu 1400')
  const { changes: stand } = await lab.adapter('lab0')
  assert.equal(
    stand.map(({ what, plugin, connection }) => [what, plugin, connection]),
    [
      ['address 10.50.0.1/24 on lab0', 'acts', 'lab0'],
      ['route to 10.60.0.0/16 via 10.50.0.9, metric 0 through lab0', 'acts', 'lab0'],
      ['MTU 1400 of lab0, before 1500', 'acts', 'lab0'],
    ],
  )
  assert.match((await lab.run('adapter', 'lab0')).stdout, 'address 10.50.0.1/24 on lab0, by acts')
  const before = lab.snapshot('other0')
  await order(2, 'NOT_ALLOWED')
  await order(3, 'NOT_ALLOWED')
  await order(4, 'NOT_ALLOWED')
  assert.is(lab.snapshot('other0'), before)
  assert.not.match(lab.ip('-o addr show dev lab0'), '10.51.0.1')
  const refusals = await lab.events(0, 'action-refused')
  assert.equal(
    refusals.map(({ name, plugin }) => [name, plugin]),
    [
      ['lab0', 'acts'],
      ['other0', 'acts'],
      ['lab0', 'acts'],
    ],
  )
  assert.match(
    String(refusals[1]!.message),
    'plugin acts may not set it down on other0: other/p holds other0',
  )

  await lab.run('release', 'lab0', '--reason', 'a test')
  await until(
    async () => (await lab.events(0, 'action-refused')).length === 4,
    () => 'acting after the release was not refused',
  )
  assert.match(lab.ip('-o addr show dev lab0'), '10.50.0.1/24', 'a release touches nothing on the link')
  assert.not.match(lab.ip('-o addr show dev lab0'), '10.66.0.1')
  const changes = (await lab.events(0, 'adapter-changed')).map(({ message }) => String(message))
  assert.ok(changes.includes('lab0: 10.50.0.1/24 added (by its holder)'), changes.join('\n'))
  assert.ok(changes.some((one) => /10\.99\.0\.1\/32 added \(held by acts\/p; nothing was done/.test(one)))
  await daemon.kill('SIGTERM')
})

test('a plugin without permissions claims its link, and changes nothing about it', async () => {
  lab.drop(
    'acts',
    obeys({
      1: `await links.addRoute(me, fence, { destination: 'default', gateway: '10.70.0.9' })`,
      2: `await links.down(me, fence)`,
      3: `await links.addAddress(me, fence, '10.50.0.1/24')`,
      4: `await links.setMtu(me, fence, 1400)`,
    }),
  )
  await lab.start()
  await lab.settles('lab0', 'claimed', 'acts/p')
  lab.ip('addr add 10.70.0.1/24 dev lab0')
  for (const number of [1, 2, 3, 4]) await order(number, 'NOT_ALLOWED')
  for (const number of [1, 2, 3, 4]) lab.ip(`addr del 10.99.0.${number}/32 dev lab0`)
  assert.match(lab.ip('link show lab0'), /mtu 1500.*state UP/)
  assert.not.match(lab.ip('-o addr show dev lab0'), '10.50.0.1')
  assert.is(lab.ip('route show default'), '')
  const refusals = await lab.events(0, 'permission-refused')
  assert.match(String(refusals[1]!.message), 'set adapters that it holds up and down')
})

test('rule 5: a stop and a start leave what was changed, and the ledger knows it until the link goes', async () => {
  dropActs(
    obeys({
      1: `await links.addAddress(me, fence, '10.50.0.1/24')
          const cleanUp = () => links.removeAddress(me, fence, '10.50.0.1/24')
          context.subscriptions.push({ dispose: cleanUp })`,
    }),
  )
  const first = await startTrusting()
  await lab.settles('lab0', 'claimed', 'acts/p')
  await order(1, 'done')
  await first.kill('SIGTERM')
  assert.match(lab.ip('-o addr show dev lab0'), '10.50.0.1/24', 'the plugin tidies up, and may not')
  const daemon = await lab.start()
  assert.equal(
    (await row('lab0')).changes.map(({ what }: { what: string }) => what),
    ['address 10.50.0.1/24 on lab0'],
  )
  lab.ip('link del lab0')
  await until(
    async () => (await lab.http('GET', '/v1/adapters/lab0')).status === 404,
    () => 'lab0 does not go',
  )
  await daemon.kill('SIGKILL')
  const changing = new Changing(lab.namespace, lab.state)
  assert.equal((await changing.call('undo', 'acts')).outcomes, [])
  await changing.end()
})

test('plugin remove --undo takes back what the plugin changed, before anybody else holds its adapters', async () => {
  const installed = join(lab.state, 'plugins')
  mkdirSync(installed, { recursive: true })
  dropActs(
    obeys({
      1: `await links.addAddress(me, fence, '10.50.0.1/24')
          await links.setMtu(me, fence, 1400)`,
    }),
    { folder: installed },
  )
  await startTrusting({ bundled: true })
  await lab.settles('lab0', 'claimed', 'acts/p')
  await order(1, 'done')
  const { code, stdout, stderr } = await lab.run('plugin', 'remove', 'acts', '--undo', '--state', lab.state)
  assert.is(code, 0, stderr)
  assert.match(stdout.replaceAll('\n', ' '), '2 changes to links taken back')
  assert.not.match(lab.ip('-o addr show dev lab0'), '10.50.0.1')
  assert.match(lab.ip('-o addr show dev lab0'), '10.99.0.1/32')
  assert.match(lab.ip('link show lab0'), 'mtu 1500')
  await until(
    async () => (await row('lab0')).provider !== 'acts/p',
    async () => JSON.stringify(await row('lab0')),
  )
  assert.equal((await row('lab0')).changes, [])
})

test('plugin disable names what stays; with --undo it is gone, also when the plugin makes it again and again', async () => {
  dropActs(
    obeys({
      1: `await links.addAddress(me, fence, '10.50.0.1/24')
          setInterval(() => void links.addAddress(me, fence, '10.50.0.1/24').catch(() => {}), 1)`,
    }),
  )
  await startTrusting({ bundled: true })
  await lab.settles('lab0', 'claimed', 'acts/p')
  await order(1, 'done')
  const stays = await lab.json('plugin', 'disable', 'acts')
  assert.match(stays.message, 'what it changed about links stays: address 10.50.0.1/24 on lab0')
  assert.match(stays.message, 'claimd plugin disable acts --undo')
  assert.match(lab.ip('-o addr show dev lab0'), '10.50.0.1/24')
  await lab.run('plugin', 'enable', 'acts')
  await lab.settles('lab0', 'claimed', 'acts/p')
  lab.ip('addr del 10.99.0.1/32 dev lab0')
  await order(1, 'done')
  const gone = (await lab.http('POST', '/v1/plugins/acts/disable', { undo: true })).json
  assert.match(gone.message, '1 change to links taken back')
  await lab.settles('lab0', 'claimed', '@claimd/as-found/as-found')
  assert.not.match(lab.ip('-o addr show dev lab0'), '10.50.0.1')
  assert.equal((await lab.get('plugins/acts')).changes, [])
})

test('kill -9 while a plugin changes its link: all of it, and nothing else, can be taken back after that', async () => {
  dropActs(
    obeys({
      1: `void (async () => {
            for (let round = 0; ; round++) {
              const n = (round * 7) % 200 + 1
              await links.addAddress(me, fence, '10.50.' + n + '.1/24')
              await links.addRoute(me, fence, { destination: '10.60.' + n + '.0/24' })
              if (round % 3 === 0) await links.removeAddress(me, fence, '10.50.' + n + '.1/24')
              if (round % 5 === 0) await links.setMtu(me, fence, 1400 + n)
            }
          })().catch(() => {})`,
    }),
  )
  const marked = (text: string) => (text.match(/10\.50\.\d+\.1/g) ?? []).length
  lab.ip('addr add 10.70.0.1/24 dev lab0')
  lab.ip('route add 10.61.0.0/16 dev lab0')
  for (const enough of [3, 40]) {
    const daemon = await startTrusting()
    await lab.settles('lab0', 'claimed', 'acts/p')
    lab.ip('addr replace 10.99.0.1/32 dev lab0')
    await until(
      async () => marked(lab.ip('-o addr show dev lab0')) >= enough,
      () => `nothing was changed: ${daemon.output}`,
    )
    await daemon.kill('SIGKILL')
    const left = lab.ip('-o addr show dev lab0')
    assert.ok(marked(left) > 0)
    const changing = new Changing(lab.namespace, lab.state)
    try {
      const undone = await changing.call('undo', 'acts')
      assert.equal(
        [undone.left, undone.notes.filter((one: string) => JSON.parse(one).type !== 'undone')],
        [0, []],
      )
      assert.equal(await changing.call('marked'), [])
    } finally {
      await changing.end()
    }
    assert.is(marked(lab.ip('-o addr show dev lab0')), 0)
    assert.match(lab.ip('-o addr show dev lab0'), '10.70.0.1/24')
    assert.match(lab.ip('route show dev lab0'), '10.61.0.0/16')
    assert.match(lab.ip('link show lab0'), 'mtu 1500')
    lab.ip('addr del 10.99.0.1/32 dev lab0')
  }
})

const simulated = suite('system/context-links, simulated', { timeout: 60_000 })

simulated('on simulated links a plugin acts all the same, without root', async () => {
  const local = new Lab()
  try {
    const code = obeys({ 1: `await links.addRoute(me, fence, { destination: '10.60.0.0/16' })` })
    local.drop('acts', code, { permissions: { links: { change: ['any-route'] } } })
    const told = (addresses: string[]) => ({ after: 200, change: { name: 'lab0', addresses } })
    const script = {
      links: [{ name: 'lab0' }],
      steps: [told(['10.99.0.1/32']), told([])],
      repeat: true,
    }
    const daemon = local.simulate(['--plugins', local.plugins, ...local.simulation(script)])
    await daemon.answers()
    await local.trust('acts')
    await until(
      async () => (await local.http('GET', '/v1/adapters/lab0')).json.because.includes('1: done'),
      async () => JSON.stringify(await local.json('explain', 'lab0')),
    )
    const [acts] = await local.events(0, 'acts')
    assert.match(
      String(acts!.message),
      'plugin acts acts on lab0, which it holds: add the route to 10.60.0.0/16',
    )
  } finally {
    await local.close()
  }
})

test.run()
simulated.run()
