import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { EventDocument } from '@claimd/sdk'
import * as assert from 'uvu/assert'
import type { Daemon } from '../../host/app/daemon.js'
import { startDaemon } from '../../host/main.js'
import { suite } from '../harness.js'

const test = suite('system/reload-under-fire')
const adapters = 50
const saves = 200

let root = ''
let daemon: Daemon
const events: EventDocument[] = []

const fields = (event: EventDocument) => event as EventDocument & Record<string, unknown>
const told = (type: string) => events.filter((event) => event.type === type).map(fields)

/** Code that claims and verifies links called `fire*`; `body` can spoil that. */
function code(version: number, spoilt = '', verify = 'mine(offer)'): string {
  return `// ${version}
let verified = 0
const mine = ({ adapter, connection }) => adapter.name.startsWith('fire')
  ? { result: 'SUCCESS', connection: adapter.name, volatile: true, evidence: 'version ${version}' }
  : { result: 'INVALID_CONNECTION', reason: 'not on fire' }
export ${spoilt === 'hang' ? 'async ' : ''}function activate(context) {
  ${spoilt === 'hang' ? 'await new Promise(() => {})' : spoilt}
  context.providers.register('fire', { claimConnection: mine, verify: (offer) => ${verify} })
}
`
}

/** The one of them that nothing but the next save, or the deadline, ends. */
const hang = 2

/** How a save can be broken. */
const broken: ((version: number) => string)[] = [
  (version) => `${code(version)} }}`,
  (version) => code(version, "throw new Error('out of luck')"),
  (version) => code(version, 'hang'),
  (version) => code(version, '', "({ result: 'INVALID_CONNECTION', reason: 'never seen it' })"),
  // It passes the trial, and fails in the probation: it dies, or gives up what it recognised.
  (version) => code(version, 'setTimeout(() => process.exit(7), 150)'),
  (version) =>
    code(
      version,
      '',
      `++verified > ${adapters} ? { result: 'INVALID_CONNECTION', reason: 'changed my mind' } : mine(offer)`,
    ),
]

test.before(async () => {
  root = await mkdtemp(join(tmpdir(), 'claimd-fire-'))
  for (const [name, id, band, source] of [
    ['fire', 'fire', 'likely', code(0)],
    // Takes whatever it is offered: that it was is how an offer would show.
    [
      'vulture',
      'vulture',
      'generic',
      `export function activate(context) {
        context.providers.register('vulture', { claimConnection: ({ adapter }) => ({ result: 'SUCCESS', connection: 'v-' + adapter.name, volatile: true }) })
      }`,
    ],
  ] as const) {
    const folder = join(root, 'plugins', name)
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, 'index.js'), source)
    const manifest = {
      name,
      version: '1.0.0',
      type: 'module',
      main: './index.js',
      engines: { claimd: '^1.0.0' },
      contributes: { providers: [{ id, band, match: [{}] }] },
    }
    await writeFile(join(folder, 'package.json'), JSON.stringify(manifest))
  }
  const links = Array.from({ length: adapters }, (_, index) => ({
    name: `fire${index}`,
    kind: 'veth',
    addresses: [`10.0.0.${index + 1}/24`],
  }))
  await writeFile(join(root, 'links.json'), JSON.stringify({ links }))
  daemon = await startDaemon({
    config: join(root, 'config.json'),
    configRequired: false,
    plugins: [join(root, 'plugins')],
    bundled: false,
    state: join(root, 'state'),
    socket: join(root, 'socket'),
    simulate: join(root, 'links.json'),
  })
  await daemon.settled
  daemon.services.events.onEvents((batch) => events.push(...batch))
})

test.after(async () => {
  await daemon.stop()
  await rm(root, { recursive: true, force: true })
})

const rows = () => daemon.services.adapters.list({}).adapters.filter(({ name }) => name.startsWith('fire'))

/** Resolves when the plugin has come to an end with a save. */
async function over(seen: number): Promise<void> {
  const ends = ['plugin-reloaded', 'plugin-reload-failed', 'plugin-rolled-back']
  while (!events.slice(seen).some(({ type }) => ends.includes(type))) await delay(5)
}

test(
  `SC-25: ${adapters} claimed adapters stay claimed by their provider through ${saves} saves, good and broken ones`,
  async () => {
    assert.is(rows().length, adapters)
    let unprotected = 0
    const watch = setInterval(() => {
      for (const { provider, state } of rows())
        if (provider !== 'fire/fire' || state !== 'claimed') unprotected++
    }, 3)
    const file = join(root, 'plugins', 'fire', 'index.js')
    let good = 0
    let bad = 0
    for (let version = 1; version <= saves; version++) {
      const isGood = version % 3 === 0 || version === saves
      const seen = events.length
      const kind = isGood ? null : bad++ % broken.length
      await writeFile(file, kind === null ? code(version) : broken[kind]!(version))
      if (isGood) good = version
      // Every other save comes before the one before has come to an end.
      if (version % 2 === 0 && kind !== hang) await over(seen)
      else await delay(20 + (version % 7) * 10)
      if (version % 20 === 0) {
        await daemon.services.connections
          .disconnect(`fire${version % adapters}`, { uid: 0, gid: 0, pid: 1 })
          .then(
            () => assert.unreachable('it was disconnected'),
            (error: { code: string }) => assert.is(error.code, 'CLAIMED_OUT_OF_BAND'),
          )
      }
    }
    const last = () =>
      told('verified')
        .filter(({ name }) => name === 'fire0')
        .at(-1)?.evidence
    while (last() !== `version ${good}`) await delay(5)
    clearInterval(watch)
    assert.is(unprotected, 0)
    for (const type of ['claim-ended', 'handed-over', 'claimed', 'orphaned', 'round']) {
      assert.equal(
        told(type).map(({ message }) => message),
        [],
        type,
      )
    }
    // The journal tells the story: every version that took over, and why the others did not.
    assert.ok(told('plugin-reloaded').length >= 30, `${told('plugin-reloaded').length} reloads`)
    const reasons = [...told('plugin-reload-failed'), ...told('plugin-rolled-back')].map(({ reason }) =>
      String(reason),
    )
    for (const why of [/SyntaxError/, /out of luck/, /never seen it/, /code 7/, /changed my mind/]) {
      assert.ok(
        reasons.some((reason) => why.test(reason)),
        String(why),
      )
    }
  },
  { timeout: 100_000 },
)

test.run()
