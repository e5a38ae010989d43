import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import * as assert from 'uvu/assert'
import { skip, suite } from '../harness.js'
import { claimsAll, provider, root, SimulatedDaemon } from './simulated-daemon.js'

const test = suite('system/provider-life')
const limit = { timeout: 40_000 }
let daemon: SimulatedDaemon
test.after.each(() => daemon.end())

const vulture = () =>
  daemon.write(
    'vulture',
    provider('vulture', claimsAll('it was free').replace('adapter.name', "'v-' + adapter.name")),
    { band: 'generic' },
  )

test(
  'SC-17: while an adapter is offered nothing is sent: a provider has no network but what the operator grants',
  async () => {
    const heard: string[] = []
    const ear = createSocket('udp4', (message) => heard.push(String(message))).bind(0, '127.0.0.1')
    await once(ear, 'listening')
    try {
      const probing = (word: string) =>
        provider(
          'probes',
          `async claimConnection({ adapter }) {
            const { createSocket } = await import('node:dgram')
            const socket = createSocket('udp4')
            const error = await new Promise((done) => socket.send('${word}', ${ear.address().port}, '127.0.0.1', done))
            socket.close()
            return { result: 'INVALID_CONNECTION', reason: error ? error.code : 'sent' }
          }`,
        )
      daemon = await SimulatedDaemon.make(['lab0'])
      await daemon.write('probes', probing('uninvited'))
      await daemon.start()
      const walls = daemon.services.plugins.get('probes').walls
      if (!walls.some(({ wall, stands }) => wall === 'empty-network' && stands))
        skip('the wall empty-network does not stand here')
      const reason = async () => {
        const { rounds } = daemon.services.adapters.explain('lab0')
        return rounds.at(-1)!.answers.find(({ provider }) => provider === 'probes/probes')!.reason
      }
      assert.is(await reason(), 'ENETUNREACH')
      await daemon.write(
        'probes',
        probing('invited'),
        {},
        { permissions: { network: true }, version: '2.0.0' },
      )
      await daemon.until(() => daemon.plugin('probes').because.includes('nobody has granted'))
      await daemon.services.plugins.trust(
        'probes',
        daemon.services.plugins.get('probes').inFolder.build,
        root,
      )
      await daemon.until(() => heard.length > 0)
      assert.equal([...new Set(heard)], ['invited'])
    } finally {
      ear.close()
    }
  },
  limit,
)

test(
  'SC-26: three crashes and the build is quarantined, across a restart; the others go on; a fixed build runs at once',
  async () => {
    daemon = await SimulatedDaemon.make(['lab0', 'other0'])
    const dies = provider('dies', 'claimConnection: () => process.exit(3)')
    await daemon.write('dies', dies, { match: [{ name: 'lab*' }] })
    await vulture()
    await daemon.start()
    // Each time that it may be asked again, the adapter is offered again.
    await daemon.until(() => daemon.plugin('dies').state === 'quarantined')
    assert.is(daemon.plugin('dies').restarts, 3)
    assert.is(daemon.row('other0').provider, 'vulture/vulture')
    assert.match(daemon.plugin('dies').because, /code 3/)
    // The event is stored a turn later.
    await daemon.until(() => daemon.told('plugin-quarantined').length === 1)
    await daemon.stop()
    await daemon.start()
    assert.is(daemon.plugin('dies').state, 'quarantined')
    await daemon.services.adapters.offer('lab0', root)
    assert.is(daemon.plugin('dies').pid, null)
    await writeFile(daemon.file('dies'), provider('dies', claimsAll('mended')))
    await daemon.until(() => daemon.row('lab0').provider === 'dies/dies')
    assert.match(daemon.row('lab0').because, 'mended')
  },
  limit,
)

test(
  'SC-26: the operator may have a quarantined build tried again',
  async () => {
    daemon = await SimulatedDaemon.make(['lab0'])
    await daemon.write('dies', provider('dies', 'claimConnection: () => process.exit(3)'))
    await daemon.start()
    await daemon.until(() => daemon.plugin('dies').state === 'quarantined')
    await daemon.services.plugins.enable('dies', root)
    await daemon.until(() => daemon.plugin('dies').state !== 'quarantined')
    await daemon.until(() => daemon.told('plugin-quarantine-lifted').length === 1)

    await daemon.until(() => daemon.plugin('dies').state === 'quarantined')
    const { message } = await daemon.services.plugins.reload('dies', root)
    assert.match(
      message,
      /dies 1\.0\.0 \(build \w+\) failed before and is tried again (now|as soon as it is asked);/,
    )
    await daemon.until(() => daemon.plugin('dies').restarts > 6)
  },
  limit,
)

test(
  'SC-27 CM-14: an upgrade for another host is refused, what holds goes on holding, also after a restart',
  async () => {
    daemon = await SimulatedDaemon.make(['lab0'])
    const good = provider('lab', claimsAll('version 1'))
    await daemon.write('lab', good)
    await vulture()
    await daemon.start()
    assert.is(daemon.row('lab0').provider, 'lab/lab')
    const pid = daemon.plugin('lab').pid
    await daemon.write(
      'lab',
      provider('lab', claimsAll('version 2')),
      {},
      { version: '2.0.0', engines: { claimd: '^2.0.0' } },
    )
    await daemon.until(() => daemon.plugin('lab').because.includes('is rejected'))
    assert.is(daemon.plugin('lab').pid, pid)
    assert.match(daemon.plugin('lab').because, /engines\.claimd: found "\^2\.0\.0"/)
    assert.equal([daemon.row('lab0').state, daemon.row('lab0').provider], ['claimed', 'lab/lab'])
    assert.equal(daemon.told('orphaned'), [])
  },
  limit,
)

test(
  'SC-27: after a restart the last good version runs from its copy where the folder holds none',
  async () => {
    daemon = await SimulatedDaemon.make(['lab0'])
    await daemon.write('lab', provider('lab', claimsAll('version 1')))
    await vulture()
    await daemon.start()
    await daemon.until(() => daemon.services.plugins.get('lab').lastGood)
    await daemon.stop()
    const manifest = JSON.parse(await readFile(daemon.file('lab', 'package.json'), 'utf8'))
    await writeFile(daemon.file('lab', 'package.json'), JSON.stringify({ ...manifest, main: './missing.js' }))
    await daemon.start()
    await daemon.until(() => daemon.row('lab0').state === 'claimed' && !daemon.row('lab0').provisional)
    assert.is(daemon.row('lab0').provider, 'lab/lab')
    assert.is(daemon.plugin('lab').state, 'running')
    assert.match(daemon.plugin('lab').because, /is rejected: main/)
    // A version that loads but fails is tried beside it, and does not get the adapter either.
    await writeFile(daemon.file('lab', 'package.json'), JSON.stringify({ ...manifest, version: '1.1.0' }))
    await writeFile(daemon.file('lab'), "export function activate() { throw new Error('worse') }")
    await daemon.until(() => daemon.told('plugin-reload-failed').length > 0)
    assert.equal([daemon.row('lab0').state, daemon.row('lab0').provider], ['claimed', 'lab/lab'])
  },
  limit,
)

test(
  'SC-28: a disabled plugin lets go in one step: a new holder takes over, and at no time is the adapter free',
  async () => {
    daemon = await SimulatedDaemon.make(['lab0'])
    await daemon.write('lab', provider('lab', claimsAll('mine')))
    await daemon.start()
    await vulture()
    await daemon.until(() => daemon.plugin('vulture'))
    assert.is(daemon.row('lab0').provider, 'lab/lab')
    await daemon.services.plugins.disable('lab', { reason: 'for the test', undo: false }, root)
    await daemon.until(() => daemon.row('lab0').provider === 'vulture/vulture')
    assert.equal(daemon.told('claim-ended'), [])
    assert.is(daemon.told('handed-over')[0]!.from, 'lab/lab')
    await daemon.until(() => daemon.plugin('lab').state === 'disabled')
    assert.match(daemon.plugin('lab').because, 'for the test')
    assert.is(daemon.plugin('lab').pid, null)
    await daemon.services.plugins.enable('lab', root)
    await daemon.until(() => daemon.row('lab0').provider === 'lab/lab')
  },
  limit,
)

test(
  'SC-30: who hangs in a verify is timed out; its late answer counts for nothing, and its adapter is nobody else’s',
  async () => {
    daemon = await SimulatedDaemon.make(['lab0'])
    const hangs =
      "verify: () => new Promise((resolve) => setTimeout(resolve, 4000, { result: 'INVALID_CONNECTION' }))"
    await daemon.write('lab', provider('lab', `${claimsAll('mine')}, ${hangs}`))
    await vulture()
    await daemon.start()
    assert.is(daemon.row('lab0').provider, 'lab/lab')
    await daemon.stop()
    await daemon.start()
    const { because } = (await daemon.until(() => daemon.told('orphaned')[0])) as { because?: string }
    assert.match(because!, /timed out/)
    await new Promise((resolve) => setTimeout(resolve, 3000))
    assert.equal([daemon.row('lab0').state, daemon.row('lab0').provider], ['orphaned', 'lab/lab'])
    assert.equal(daemon.told('claim-ended'), [])
    assert.equal(daemon.told('round'), [])
  },
  limit,
)

test(
  'a version that asks for more than was granted does not start; the last good one stays until the operator grants it',
  async () => {
    daemon = await SimulatedDaemon.make(['lab0'])
    await daemon.write('lab', provider('lab', claimsAll('asks for nothing')))
    await daemon.start()
    const pid = daemon.plugin('lab').pid
    const greedy = { permissions: { read: ['/etc/hostname'] }, version: '1.1.0' }
    await daemon.write('lab', provider('lab', claimsAll('asks for more')), {}, greedy)
    await daemon.until(() => daemon.plugin('lab').because.includes('nobody has granted'))
    assert.is(daemon.plugin('lab').pid, pid)
    const { inFolder } = daemon.services.plugins.get('lab')
    await daemon.services.plugins.trust('lab', inFolder.build!, root)
    await daemon.until(
      () => daemon.row('lab0').because.includes('asks for more') || daemon.told('plugin-reloaded').length > 0,
    )
    await daemon.until(() => daemon.plugin('lab').version === '1.1.0')
    // Taken back: what it may not, it does not run with.
    await daemon.services.plugins.untrust('lab', root)
    await daemon.until(() => daemon.plugin('lab').state === 'untrusted')
    assert.is(daemon.plugin('lab').pid, null)
    assert.equal([daemon.row('lab0').state, daemon.row('lab0').provider], ['orphaned', 'lab/lab'])
  },
  limit,
)

test.run()
