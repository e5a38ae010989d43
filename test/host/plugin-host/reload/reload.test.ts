import { rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { suite } from '../../../harness.js'
import { adapter, codeThatSays, goodManifest, Lab, lives, until } from '../support.js'

const test = suite('plugin-host/reload')
let lab: Lab

const file = (name = 'index.js') => join(lab.root, 'plugins/written', name)
const save = (code: string) => writeFile(file(), code)
const build = () => lab.providers.find(({ plugin }) => plugin === 'written')!.build

async function evidence(): Promise<string> {
  const answer = await lab.ask('written', 't1')
  return 'evidence' in answer ? answer.evidence! : JSON.stringify(answer)
}

/** A running plugin that answers with `evidence`, holding so many adapters. */
async function running(
  holds: number,
  deadlines: { probationMs?: number; removalMs?: number; activateMs?: number } = {},
  code = codeThatSays('old'),
): Promise<void> {
  lab = await Lab.make([], { activateMs: 3000, verifyMs: 2000, acknowledgeMs: 2000, ...deadlines })
  lab.held = Array.from({ length: holds }, (_, index) => ({
    provider: 'written/main',
    adapter: adapter(`h${index}`, 100 + index),
    connection: `h${index}`,
    evidence: 'old',
    fence: 1000 + index,
  }))
  await lab.write('plugins/written', 'old')
  await save(code)
  await lab.host.start()
  assert.is(await evidence(), 'old')
  if (!deadlines.probationMs) await until(() => lab.records.all('plugin-good').length === 1)
}
test.after.each(() => lab.end())

const failure = () => lab.noted('plugin-reload-failed', 'written')
const withVerify = (verify: string) =>
  codeThatSays('new').replace("register('main', {", `register('main', { verify: ${verify},`)

test('a new version verifies what is held, takes over in one step, and the old one ends after the probation', async () => {
  await running(3)
  const [before, pid] = [build(), lab.row('written').pid!]
  await save(codeThatSays('new'))
  await until(() => build() !== before)
  assert.ok(await lives(pid))
  assert.is(await evidence(), 'new')
  const reloaded = lab.noted('plugin-reloaded', 'written')!
  assert.is(reloaded.adapters, 3)
  assert.is(reloaded.to, build())
  await until(() => lab.noted('plugin-probation-over', 'written'))
  await until(async () => !(await lives(pid)))
  assert.equal(new Set(lab.statuses('written')), new Set(['available']))
  assert.equal(lab.records.all('plugin-good'), [{ key: 'written', value: { build: build() } }])
})

const broken: [title: string, code: string, why: RegExp][] = [
  ['a syntax error', 'export function activate( {', /SyntaxError/],
  ['a throw in activate', "export function activate() { throw new Error('no luck') }", /no luck/],
  ['a hang in activate', 'export const activate = () => new Promise(() => {})', /not done within 3 s/],
  ['a loop without end in activate', 'export function activate() { for (;;); }', /not done within|stuck/],
  ['an exit in activate', 'export function activate() { process.exit(3) }', /code 3/],
  [
    'that it stopped recognising its adapters',
    withVerify("({ adapter }) => ({ result: 'INVALID_CONNECTION', reason: 'never seen ' + adapter.name })"),
    /no longer recognises h0.*never seen h0/,
  ],
  ['a throw in verify', withVerify("() => { throw new Error('oh') }"), /fails to verify h0.*oh/],
  ['silence in verify', withVerify('() => new Promise(() => {})'), /timed out/],
  [
    'another name in verify',
    withVerify("() => ({ result: 'SUCCESS', connection: 'x', volatile: true })"),
    /with the connection x/,
  ],
]

for (const [title, code, why] of broken) {
  test(`${title} keeps the version that runs, which never stops answering`, async () => {
    await running(1)
    const [before, pid] = [build(), lab.row('written').pid!]
    await save(code)
    await until(failure)
    assert.match(String(failure()!.reason), why)
    assert.is(build(), before)
    assert.is(lab.row('written').pid, pid)
    assert.match(lab.row('written').notTaken!.because, /is not taken/)
    assert.is(lab.row('written').notTaken!.awaitsTrust, false)
    assert.is(await evidence(), 'old')
    assert.equal(new Set(lab.statuses('written')), new Set(['available']))
    // The broken one is known by its hash: it is not tried again, but a fixed one is at once.
    await save(`${code} `)
    await save(codeThatSays('fixed'))
    await until(async () => (await evidence()) === 'fixed')
  })
}

test('a version that was tried in vain is not tried again when it comes back', async () => {
  await running(1)
  const wrong = "export function activate() { throw new Error('no luck') }"
  await save(wrong)
  await until(failure)
  await save(codeThatSays('old'))
  await until(() => lab.row('written').because.startsWith('activated'))
  const tried = () => lab.notes.filter(({ type }) => type === 'plugin-reload-started').length
  const before = tried()
  await save(wrong)
  await until(() => lab.row('written').because.includes('no luck'))
  assert.is(tried(), before)
})

test('where the link is to blame, the new version may say no: the one before does as well', async () => {
  lab = await Lab.make([])
  const honest = (evidence: string) =>
    codeThatSays(evidence).replace(
      "register('main', {",
      "register('main', { verify: ({ adapter, connection }) => adapter.name === 'gone' ? { result: 'INVALID_CONNECTION' } : { result: 'SUCCESS', connection },",
    )
  lab.held = [
    { provider: 'written/main', adapter: adapter('gone', 7), connection: 'x', evidence: null, fence: 9 },
  ]
  await lab.write('plugins/written', 'old')
  await save(honest('old'))
  await lab.host.start()
  await evidence()
  await save(honest('new'))
  await until(async () => (await evidence()) === 'new')
})

test('a crash in the probation brings the version before back; what was asked is answered by it', async () => {
  await running(2, { probationMs: 60_000 })
  const [before, pid] = [build(), lab.row('written').pid!]
  await save(
    codeThatSays('new').replace(
      'claimConnection: ({ connection }) => (',
      "claimConnection: ({ connection, adapter }) => adapter.name === 'bang' ? process.exit(9) : (",
    ),
  )
  await until(() => build() !== before)
  const answer = await lab.ask('written', 'bang')
  assert.is('evidence' in answer && answer.evidence, 'old')
  assert.is(build(), before)
  assert.is(lab.row('written').pid, pid)
  assert.match(String(lab.noted('plugin-rolled-back', 'written')!.reason), /code 9/)
  assert.equal(new Set(lab.statuses('written')), new Set(['available']))
})

test('a claim that is given up in the probation, and that the version before recognises, is not given up', async () => {
  await running(1, { probationMs: 60_000 })
  const before = build()
  await save(
    withVerify(
      "() => globalThis.asked ? { result: 'INVALID_CONNECTION', reason: 'changed my mind' } : (globalThis.asked = true, { result: 'SUCCESS', connection: 'h0' })",
    ),
  )
  await until(() => build() !== before)
  const { adapter, connection } = lab.held[0]!
  const answer = await lab.ask('written', 'h0', { kind: 'verify', adapter, connection, evidence: 'old' })
  assert.is(answer.result, 'SUCCESS')
  assert.is(build(), before)
  assert.match(String(lab.noted('plugin-rolled-back', 'written')!.reason), /changed my mind/)
})

test('a version that was gone back to is not to blame for a link that is gone: the one before it is called', async () => {
  const honest = (evidence: string, more = '') =>
    codeThatSays(evidence).replace(
      "register('main', {",
      `register('main', { verify: ({ adapter, connection }) => adapter.up ? { result: 'SUCCESS', connection } : { result: 'INVALID_CONNECTION', reason: 'it is down' },${more}`,
    )
  await running(1, { probationMs: 60_000 }, honest('old'))
  for (const name of ['one', 'two']) {
    await save(honest(name))
    await until(async () => (await evidence()) === name)
  }
  const before = build()
  await save(
    honest('three').replace('export function', 'setTimeout(() => process.exit(1), 400)\nexport function'),
  )
  await until(() => lab.noted('plugin-rolled-back', 'written'))
  assert.is(build(), before)
  const { adapter, connection } = lab.held[0]!
  const down = { ...adapter, up: false }
  const answer = await lab.ask('written', 'h0', { kind: 'verify', adapter: down, connection })
  assert.is(answer.result, 'INVALID_CONNECTION')
  assert.is(build(), before)
  assert.is(lab.notes.filter(({ type }) => type === 'plugin-rolled-back').length, 1)
})

test('a connection that is reported as lost in the probation, and is not, is not lost', async () => {
  await running(1, { probationMs: 60_000 })
  const before = build()
  await save(
    codeThatSays('new').replace(
      'export function activate(context) {',
      "export function activate(context) { setInterval(() => context.connections.report('h0', 1000, 'lost', 'out of spite'), 50)",
    ),
  )
  await until(() => lab.noted('plugin-rolled-back', 'written'))
  assert.is(build(), before)
  assert.equal(lab.reports, [])
})

test('a fault in the manifest keeps what runs, and says so', async () => {
  await running(0)
  const before = build()
  await writeFile(file('package.json'), '{ "name": "written", ')
  await until(() => lab.row('written').because.includes('is rejected'))
  assert.is(lab.row('written').state, 'running')
  assert.is(await evidence(), 'old')
  await writeFile(file('package.json'), JSON.stringify(goodManifest('written')))
  await until(() => !lab.row('written').because.includes('is rejected'))
  assert.is(build(), before)
})

test('a folder that is away for a moment changes nothing; one that stays away ends its plugin', async () => {
  await running(0, { removalMs: 1500 })
  const pid = lab.row('written').pid!
  await rename(join(lab.root, 'plugins/written'), join(lab.root, 'away'))
  await until(() => lab.host.pluginRows().length === 1)
  await new Promise((resolve) => setTimeout(resolve, 300))
  await rename(join(lab.root, 'away'), join(lab.root, 'plugins/written'))
  assert.is(await evidence(), 'old')
  assert.is(lab.row('written').pid, pid)
  await rm(join(lab.root, 'plugins/written'), { recursive: true })
  await until(() => lab.host.pluginRows().length === 0)
  await until(async () => !(await lives(pid)))
})

test('a plugin that is not running takes the new version without a trial', async () => {
  lab = await Lab.make([])
  await lab.write('plugins/written', 'old')
  await lab.host.start()
  const before = build()
  await save(codeThatSays('new'))
  await until(() => build() !== before)
  assert.is(await evidence(), 'new')
})

test('after several saves, the newest version that proved good is what a failure goes back to', async () => {
  await running(1, { probationMs: 60_000 })
  for (const name of ['one', 'two', 'three']) {
    await save(codeThatSays(name))
    await until(async () => (await evidence()) === name)
  }
  await save(
    codeThatSays('four').replace(
      'export function activate(context) {',
      'export function activate(context) { setTimeout(() => process.exit(1), 300);',
    ),
  )
  await until(() => lab.noted('plugin-rolled-back', 'written'))
  assert.is(await evidence(), 'three')
})

test('two saves while the loop of what runs is stuck: every question is answered', async () => {
  await running(0, { probationMs: 60_000 })
  const stuck = codeThatSays('stuck').replace(
    'claimConnection: ({ connection }) => (',
    "claimConnection: ({ connection, adapter }) => adapter.name === 'spin' ? (() => { for (;;); })() : (",
  )
  await save(stuck)
  await until(async () => (await evidence()) === 'stuck')
  const [first, second] = [lab.question('written/main', 'spin'), lab.question('written/main', 'other')]
  lab.host.ask([first])
  lab.host.ask([second])
  for (const name of ['one', 'two']) {
    const before = lab.notes.filter(({ type }) => type === 'plugin-reloaded').length
    await save(codeThatSays(name))
    await until(() => lab.notes.filter(({ type }) => type === 'plugin-reloaded').length > before)
  }
  await until(() => lab.answersOf(first.id).length > 0 && lab.answersOf(second.id).length > 0)
  assert.is(await evidence(), 'two')
})

test(
  'trust that is taken back during a trial, or from the version before, is gone at once',
  async () => {
    await running(0, { probationMs: 60_000, activateMs: 8_000 })
    const asking =
      (evidence: string, before = '') =>
      async () => {
        await writeFile(
          file('package.json'),
          JSON.stringify({
            ...goodManifest('written'),
            permissions: { read: ['/etc/hostname'] },
            version: '1.1.0',
          }),
        )
        await save(before + codeThatSays(evidence))
      }
    const found = () => lab.host.detail('written').inFolder.build
    const before = found()
    await asking('slow', 'await new Promise((resolve) => setTimeout(resolve, 400))\n')()
    await until(() => lab.row('written').because.includes('nobody has granted') && found() !== before)
    assert.is(lab.row('written').notTaken?.awaitsTrust, true)
    lab.host.trust('written', found(), 'a test')
    await until(() => lab.host.detail('written').candidate)
    lab.host.untrust('written', 'a test')
    await until(() => !lab.host.detail('written').candidate)
    await new Promise((resolve) => setTimeout(resolve, 600))
    assert.is(await evidence(), 'old')
    // Granted, and followed by one that asks for nothing: taken back, it is nothing to go back to.
    lab.host.trust('written', found(), 'a test')
    await until(async () => (await evidence()) === 'slow')
    await writeFile(file('package.json'), JSON.stringify({ ...goodManifest('written'), version: '1.2.0' }))
    await save(`setTimeout(() => process.exit(1), 2_500)\n${codeThatSays('modest')}`)
    await until(async () => (await evidence()) === 'modest')
    lab.host.untrust('written', 'a test')
    await until(() => lab.noted('plugin-rolled-back', 'written'))
    assert.is(await evidence(), 'old', 'the newest one that may run')
  },
  { timeout: 30_000 },
)

test('connections that are configured during a trial are those of the version that takes over', async () => {
  lab = await Lab.make([])
  const manifest = goodManifest('written')
  const provider = { ...manifest.contributes.providers[0], connectionTypes: ['lab'] }
  const code = (name: string) =>
    codeThatSays(name).replace(
      `evidence: "${name}"`,
      `evidence: '${name} ' + context.connections.configured().map(({ name }) => name)`,
    )
  await lab.write('plugins/written', 'old', { contributes: { providers: [provider] } })
  await save(code('old'))
  lab.host.setConnections([{ name: 'one', type: 'lab', config: {} }])
  await lab.host.start()
  assert.is(await evidence(), 'old one')
  await save(`await new Promise((resolve) => setTimeout(resolve, 300))\n${code('new')}`)
  await until(() => lab.host.detail('written').candidate)
  lab.host.setConnections(['one', 'two'].map((name) => ({ name, type: 'lab', config: {} })))
  await until(async () => (await evidence()).startsWith('new'))
  assert.is(await evidence(), 'new one,two')
})

test('one that is disabled and enabled at once has one process at a time', async () => {
  await running(0)
  const pid = lab.row('written').pid!
  lab.host.setEnabled('written', false, 'a test', null)
  await until(() => lab.row('written').state === 'stopping')
  lab.host.setEnabled('written', true, 'a test', null)
  assert.is(lab.row('written').state, 'stopping')
  await until(async () => !(await lives(pid)))
  await until(async () => (await evidence()) === 'old')
  assert.not.equal(lab.row('written').pid, pid)
  assert.ok(lab.noted('plugin-ended', 'written'))
})

test('a version that can only say that it cannot tell yet does not count as good', async () => {
  await running(1)
  const good = lab.records.all('plugin-good')
  await save(withVerify("() => ({ result: 'PENDING', retryAfterMs: 50 })"))
  await until(async () => (await evidence()) === 'new')
  assert.match(
    lab.noted('plugin-reloaded', 'written')!.message,
    'recognised 0 adapters, and cannot tell yet of 1',
  )
  await new Promise((resolve) => setTimeout(resolve, 500))
  assert.equal(lab.records.all('plugin-good'), good)
})

test('what ships with the host is trusted, and what takes its name is not', async () => {
  lab = await Lab.make([], {}, ['plugins', 'shipped'])
  const asks = { permissions: { read: ['/etc/hostname'] } }
  await lab.write('shipped/written', 'shipped', asks)
  await lab.host.start()
  assert.is(await evidence(), 'shipped')
  await lab.write('plugins/written', 'impostor', { ...asks, version: '2.0.0' })
  await until(() => lab.row('written').because.includes('nobody has granted'))
  assert.is(await evidence(), 'shipped')
  // One that asks for nothing may take its place; without it, what ships with the host is back.
  await lab.write('plugins/written', 'modest', { version: '3.0.0' })
  await until(async () => (await evidence()) === 'modest')
  await rm(join(lab.root, 'plugins/written'), { recursive: true })
  await until(async () => (await evidence()) === 'shipped')
})

test.run()
