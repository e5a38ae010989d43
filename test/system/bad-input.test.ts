import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { skip, suite } from '../harness.js'
import { Lab, type Outcome, root, runClaimd, until } from './lab.js'

// Whole processes take their time on a busy machine.
const test = suite('system/bad-input', { timeout: 60_000 })
let lab: Lab

test.before.each(() => {
  lab = new Lab()
})
test.after.each(() => lab.close())

/** A clear error: an exit code of its own, one document with `--json`, and words that say what to do. */
function assertClear(outcome: Outcome, exit: number, code: string): void {
  assert.is(outcome.code, exit, outcome.stdout + outcome.stderr)
  assert.is(outcome.json?.code, code, outcome.stdout)
  for (const field of ['message', 'remedy', 'found']) {
    assert.type(outcome.json[field], 'string', `${code} says nothing under ${field}`)
  }
  assert.not.match(outcome.stderr, /\n\s+at .*:\d+:\d+/, 'no stack trace is shown')
}

const runArguments = () => ['run', '--no-bundled', '--state', lab.state, '--socket', lab.socket]

test('an unknown command, flag or missing argument is a usage error', async () => {
  assertClear(await runClaimd(['adaptrs', '--json']), 2, 'USAGE')
  assertClear(await runClaimd(['adapters', '--colour', '--json']), 2, 'USAGE')
  assertClear(await runClaimd(['explain', '--json']), 2, 'USAGE')
  const said = await runClaimd(['adaptrs'])
  assert.match(said.stderr, 'adapters')
  assert.is(said.stdout, '')
})

test('without a daemon every command says so, with exit 8', async () => {
  for (const args of [['status'], ['adapters'], ['disconnect', 'x'], ['monitor']]) {
    assertClear(await lab.run(...args, '--json'), 8, 'DAEMON_UNREACHABLE')
  }
})

test('a malformed configuration: every fault at once, with its place', async () => {
  writeFileSync(lab.config, '{ "connections": { "-x": { "typ": "lab" } }, "ofers": {} }')
  const outcome = await runClaimd([...runArguments(), '--config', lab.config, '--json'])
  assertClear(outcome, 2, 'CONFIGURATION_INVALID')
  const words = JSON.stringify(outcome.json)
  for (const word of ['ofers', 'offers', 'typ', '-x']) assert.match(words, word)
  writeFileSync(lab.config, '{ "connections": \n  oops }')
  const syntax = await runClaimd([...runArguments(), '--config', lab.config, '--json'])
  assertClear(syntax, 2, 'CONFIGURATION_INVALID')
  assert.match(JSON.stringify(syntax.json), /line 2/)
  assertClear(
    await runClaimd([...runArguments(), '--config', `${lab.config}.gone`, '--json']),
    10,
    'CONFIGURATION_NOT_FOUND',
  )
})

test('a socket path that is too long, or taken by something else, is refused and left alone', async () => {
  const long = join(lab.folder, 'x'.repeat(120))
  const args = ['run', '--no-bundled', '--state', lab.state, '--json', '--socket']
  assertClear(await runClaimd([...args, long]), 2, 'SOCKET_PATH_TOO_LONG')
  writeFileSync(lab.socket, 'precious')
  assertClear(await runClaimd([...args, lab.socket]), 12, 'SOCKET_PATH_TAKEN')
  assert.is(readFileSync(lab.socket, 'utf8'), 'precious')
})

test('a simulation with faults says where', async () => {
  const script = join(lab.folder, 'script.json')
  writeFileSync(script, '{ "links": [{ "nam": "eth0" }] }')
  assertClear(await runClaimd([...runArguments(), '--simulate', script, '--json']), 2, 'SIMULATION_INVALID')
})

test('a state that is damaged, newer or foreign is refused and kept as it is', async () => {
  mkdirSync(lab.state)
  const file = join(lab.state, 'claimd.db')
  writeFileSync(file, 'this is not a database, but somebody may want it')
  const before = readFileSync(file)
  assertClear(await runClaimd([...runArguments(), '--json']), 1, 'STATE_DAMAGED')
  assert.equal(readFileSync(file), before)
})

test('a new state folder that is read-only or full says so at once, and the daemon runs all the same', async () => {
  lab.withNamespace()
  mkdirSync(lab.state)
  for (const [options, why] of [
    ['ro,mode=700', `The state folder ${lab.state} is on a read-only file system`],
    ['size=4k,mode=700', `The disk of the state folder ${lab.state} is full`],
  ] as const) {
    const script = `mount -t tmpfs -o ${options} none ${lab.state} && exec "$@"`
    const daemon = await lab.start({ prefix: ['unshare', '-m', 'sh', '-c', script, 'sh'] })
    await daemon.says(`nothing can be stored: ${why}`)
    const { health, because } = await lab.get('status')
    assert.equal([health, because], ['degraded', why])
    assert.is(await daemon.kill('SIGTERM'), 0, daemon.output)
  }
})

test('a second daemon on the same state folder or socket is refused, and the first goes on', async () => {
  lab.withNamespace()
  await lab.start()
  const args = ['run', '--no-bundled', '--json']
  assertClear(
    await runClaimd([...args, '--state', lab.state, '--socket', `${lab.socket}2`]),
    12,
    'STATE_IN_USE',
  )
  assertClear(
    await runClaimd([...args, '--state', `${lab.state}2`, '--socket', lab.socket]),
    12,
    'SOCKET_IN_USE',
  )
  assert.is((await lab.run('status')).code, 0)
})

test('an adapter or a connection that is not there is not found, with exit 10', async () => {
  lab.withNamespace()
  await lab.start()
  for (const args of [
    ['adapter', 'none0'],
    ['explain', 'none0'],
    ['offer', 'none0'],
    ['release', 'none0', '--reason', 'x'],
  ]) {
    assertClear(await lab.run(...args, '--json'), 10, 'ADAPTER_NOT_FOUND')
  }
  assertClear(await lab.run('disconnect', 'none', '--json'), 10, 'CONNECTION_NOT_FOUND')
  assertClear(await lab.run('offer', 'lo', '--json'), 13, 'ADAPTER_NOT_OFFERED')
  for (const name of ['', '..', 'a b']) {
    assertClear(await lab.run('--json', 'explain', '--', name), 2, 'ADAPTER_NAME_MALFORMED')
    assertClear(await lab.run('--json', 'adapter', '--', name), 2, 'ADAPTER_NAME_MALFORMED')
  }
})

test('a faulty manifest is reported with all its faults, and everything else goes on', async () => {
  lab.withNamespace()
  lab.drop('good', `claimConnection: () => ({ result: 'SUCCESS', connection: 'good', volatile: true })`)
  const bad = lab.drop('bad', '')
  writeFileSync(
    join(bad, 'package.json'),
    JSON.stringify({
      name: 'bad',
      version: 'one',
      main: '../out.js',
      engines: { claimd: '*' },
      contributes: { provders: [] },
    }),
  )
  lab.link('lab0')
  await lab.start()
  await lab.settles('lab0', 'claimed', 'good/p')
  const { plugins } = await lab.get('plugins')
  const row = plugins.find((one: { name: string }) => one.name === 'bad')
  assert.is(row.state, 'rejected')
  const fields = row.faults.map((fault: { field: string }) => fault.field).join(' ')
  for (const field of ['version', 'main', 'engines', 'provders'])
    assert.match(fields + JSON.stringify(row.faults), field)
})

test('a faulty edit of the configuration keeps the last good one, and a good one is taken at once', async () => {
  lab.withNamespace()
  lab.drop(
    'a',
    `claimConnection: ({ adapter }) => ({ result: 'SUCCESS', connection: adapter.name, volatile: true })`,
  )
  lab.configure({ offers: { ignore: [{ name: 'lab0' }] } })
  lab.link('lab0')
  await lab.start()
  await lab.settles('lab0', 'ignored')
  writeFileSync(lab.config, '{ oops')
  const daemon = lab.daemons[0]!
  await until(
    async () => daemon.output.includes('the last good configuration is in force'),
    () => daemon.output,
  )
  assert.is((await lab.adapter('lab0')).state, 'ignored')
  lab.configure({ plugins: { disabled: ['a'] } })
  await lab.settles('lab0', 'unmanaged')
  lab.configure({})
  await lab.settles('lab0', 'claimed', 'a/p')
})

test('an ordinary user sees this machine, in folders of their own', async () => {
  if (process.getuid?.() !== 0) skip('needs root, to become somebody else')
  lab.withNamespace()
  lab.link('lab0', '10.9.0.1/24')
  const home = join(lab.folder, 'home')
  mkdirSync(home)
  chmodSync(lab.folder, 0o755)
  chmodSync(home, 0o777)
  const as = ['setpriv', '--reuid=64321', '--regid=64321', '--clear-groups', '--']
  const readable = execFileSync(as[0]!, [...as.slice(1), 'test', '-r', join(root, 'package.json')], {
    stdio: 'pipe',
  })
  assert.ok(readable)
  const env = { PATH: process.env.PATH, HOME: home, XDG_RUNTIME_DIR: home }
  const daemon = lab.launchAs(as, env)
  const socket = join(home, 'claimd', 'claimd.sock')
  await until(
    async () => existsSync(socket),
    () => daemon.output,
  )
  const row = await until(
    async () => {
      const { json } = await runClaimd(['adapters', '--json'], { env, prefix: as })
      const rows: { name: string; state: string; provider: string }[] = json?.adapters ?? []
      return rows.find((one) => one.name === 'lab0' && one.state === 'claimed') ?? null
    },
    () => daemon.output,
  )
  assert.is(row.provider, '@claimd/as-found/as-found')
  const refused = await runClaimd(['disconnect', 'lab0', '--json'], { env, prefix: as })
  assert.is(refused.code, 6)
  assert.ok(existsSync(join(home, '.local/state/claimd/claimd.db')))
})

test.run()
