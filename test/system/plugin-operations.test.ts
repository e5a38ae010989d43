import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { PluginDocument } from '@claimd/sdk'
import * as assert from 'uvu/assert'
import { suite } from '../harness.js'
import { Lab, until } from './lab.js'

// Whole processes take their time on a busy machine.
const test = suite('system/plugin operations', { timeout: 60_000 })
const name = '@acme/claimd-lab'
let lab: Lab

test.before.each(() => {
  lab = new Lab()
})
test.after.each(() => lab.close())

/** A plugin that asks for a file, and tries another one too. */
function writePlugin(version: string, read: string[]): string {
  const folder = join(lab.folder, 'source')
  mkdirSync(folder, { recursive: true })
  const manifest = {
    ...{ name, version, type: 'module', main: './index.js', engines: { claimd: '^1.0.0' } },
    contributes: { providers: [{ id: 'lab', band: 'exact', match: [{ name: 'lab*' }] }] },
    permissions: { read },
  }
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest))
  writeFileSync(
    join(folder, 'index.js'),
    `export function activate(context) {
  context.providers.register('lab', {
    async claimConnection({ adapter, connection }) {
      context.log('asked about ' + adapter.name)
      const error = await context.read.file('/etc/hostname').catch((error) => error)
      return { result: 'SUCCESS', connection, volatile: true, evidence: String(error.code ?? 'read') }
    },
  })
}
`,
  )
  return folder
}

const show = () => lab.get(`plugins/${encodeURIComponent(name)}`) as Promise<PluginDocument>

async function becomes(state: string): Promise<PluginDocument> {
  return until(
    async () => {
      const plugin = await show()
      return plugin.state === state ? plugin : null
    },
    async () => `it does not become ${state}: ${JSON.stringify(await show())}`,
  )
}

test('a plugin is installed, looked at, trusted, disabled, enabled and removed, and each is durable and told', async () => {
  const args = lab.simulation({ links: [{ name: 'lab0' }] })
  const first = lab.simulate(args)
  await first.answers()
  const installed = await lab.run(
    'plugin',
    'install',
    writePlugin('1.0.0', ['/proc/net/route']),
    '--state',
    lab.state,
  )
  assert.is(installed.code, 0, installed.stderr)
  const asked = await becomes('untrusted')
  assert.equal(asked.permissions.missing, ['read /proc/net/route'])
  assert.is(asked.pid, null)

  // Nobody is there to be asked, so nothing is granted.
  assert.is((await lab.run('plugin', 'trust', name)).code, 7)
  const other = { build: 'f'.repeat(64) }
  const changed = await lab.http('POST', `/v1/plugins/${encodeURIComponent(name)}/trust`, other)
  assert.is(changed.status, 409)
  assert.is(changed.json.code, 'PLUGIN_CHANGED')
  assert.is((await lab.run('plugin', 'trust', name, '--yes')).code, 0)
  await lab.settles('lab0', 'claimed', `${name}/lab`)
  const running = await becomes('running')
  assert.is(running.active?.pid, running.pid)
  assert.ok(running.memory! > 1_000_000)
  assert.match(running.permissions.trust!.who, `uid ${process.geteuid!()}`)
  assert.is(running.permissions.trust!.build, running.build)
  assert.ok(running.walls.length > 5)
  assert.is(running.refusals.length, 1, 'it tried what it may not')
  assert.match(running.refusals[0]!.message, '/etc/hostname')
  const log = await lab.run('plugin', 'log', name)
  assert.match(log.stdout, 'asked about lab0')

  assert.is((await lab.run('plugin', 'disable', name, '--reason', 'to see')).code, 0)
  const disabled = await becomes('disabled')
  assert.match(disabled.because, 'to see')
  await lab.settles('lab0', 'orphaned')

  // What was decided is there again after a kill.
  await first.kill('SIGKILL')
  await lab.simulate(args).answers()
  assert.match((await becomes('disabled')).because, 'to see')
  assert.is((await lab.run('plugin', 'enable', name)).code, 0)
  await lab.settles('lab0', 'claimed', `${name}/lab`)
  assert.is((await show()).permissions.trust?.build, running.build)

  const removed = await lab.run('plugin', 'remove', name, '--state', lab.state)
  assert.is(removed.code, 0, removed.stderr)
  assert.match(removed.stdout.replaceAll('\n', ' '), `what ${name} stored is removed`)
  await until(
    async () => (await lab.http('GET', `/v1/plugins/${encodeURIComponent(name)}`)).status === 404,
    () => 'it is still there',
  )
  const decisions = []
  for (const type of ['plugin-trusted', 'plugin-disabled', 'plugin-enabled', 'plugin-data-removed']) {
    const [event] = await lab.events(0, type)
    decisions.push(event?.plugin)
    assert.match(String(event?.who), `uid ${process.geteuid!()}`)
  }
  assert.equal(decisions, [name, name, name, name])
})

test('a new version that asks for more waits for the operator, and the trusted one goes on', async () => {
  await lab.simulate(lab.simulation({ links: [{ name: 'lab0' }] })).answers()
  await lab.run('plugin', 'install', writePlugin('1.0.0', ['/proc/net/route']), '--state', lab.state)
  await becomes('untrusted')
  await lab.run('plugin', 'trust', name, '--yes')
  await lab.settles('lab0', 'claimed', `${name}/lab`)
  await lab.run(
    'plugin',
    'install',
    writePlugin('1.1.0', ['/proc/net/route', '/etc/hostname']),
    '--state',
    lab.state,
  )
  const waiting = await until(
    async () => {
      const plugin = await show()
      return plugin.permissions.missing.length > 0 ? plugin : null
    },
    async () => JSON.stringify(await show()),
  )
  assert.equal(waiting.permissions.missing, ['read /etc/hostname'])
  assert.is(waiting.active?.version, '1.0.0')
  assert.is((await lab.adapter('lab0')).provider, `${name}/lab`)
  assert.is((await lab.run('plugin', 'trust', name, '--yes')).code, 0)
  await until(
    async () => (await show()).active?.version === '1.1.0' || null,
    async () => JSON.stringify(await show()),
  )
})

test('from its first answer on the daemon knows which plugins there are', async () => {
  lab.withNamespace()
  lab.drop('a', `claimConnection: () => ({ result: 'INVALID_CONNECTION' })`)
  for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
    const daemon = lab.launch()
    const first = await until(
      async () => await lab.http('GET', '/v1/plugins').catch(() => null),
      () => `the daemon does not answer:\n${daemon.output}`,
    )
    assert.is(first.status, 200, JSON.stringify(first.json))
    assert.equal(
      first.json.plugins.map((one: { name: string }) => one.name),
      ['a'],
    )
    await daemon.kill(signal)
  }
})

test("the configuration file's word is above the operator's command, and is named", async () => {
  lab.configure({ plugins: { disabled: [name] } })
  const daemon = lab.simulate(lab.simulation({ links: [] }))
  await daemon.answers()
  await lab.run('plugin', 'install', writePlugin('1.0.0', []), '--state', lab.state)
  const { because } = await becomes('disabled')
  assert.match(because, 'plugins.disabled')
  const { code, json } = await lab.run('plugin', 'enable', name, '--json')
  assert.is(code, 13)
  assert.is(json.code, 'PLUGIN_DISABLED_BY_FILE')
  assert.match(json.found, lab.config)
})

test('run --dev tells a reload, a compile error with its line, and what a plugin logs', async () => {
  const folder = writePlugin('1.0.0', ['/etc/hostname'])
  const source = readFileSync(join(folder, 'index.js'), 'utf8')
  const typescript = source.replace('(context)', '(context: any)')
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ ...manifest, main: './dist/index.js' }))
  writeFileSync(join(folder, 'index.ts'), typescript)
  const args = [...lab.simulation({ links: [{ name: 'lab0' }] }), '--dev', '--plugins', folder]
  const daemon = lab.simulate(args)
  await daemon.answers()
  const says = (what: RegExp) =>
    until(
      async () => what.test(daemon.output) || null,
      () => `it does not say ${what}:\n${daemon.output}`,
    )
  await lab.settles('lab0', 'claimed', `${name}/lab`)
  assert.is((await show()).permissions.trust, null, 'what it asks for counts as granted')
  await says(/why\? in a second terminal/)
  writeFileSync(join(folder, 'index.ts'), typescript.replace('asked about', 'was asked about'))
  await says(/@acme\/claimd-lab: build \w{8} answers now instead of build \w{8}.*verified/)
  writeFileSync(join(folder, 'index.ts'), typescript.replace('(context: any) {', '(context: any) }'))
  await says(/index\.ts:1:\d+ error: .*\n +1 \| export function activate\(context: any\) \}\n +\| +\^\n/)
  assert.is((await lab.adapter('lab0')).provider, `${name}/lab`)
  writeFileSync(join(folder, 'index.ts'), typescript.replace('asked about', 'now asked about'))
  await says(/@acme\/claimd-lab: its folder has no faults any more/)
  await says(/\| now asked about lab0|answers now[\s\S]*answers now/)
})

test('a fault from before the start is named with what to do, and when it is mended that is said under the same name', async () => {
  const folder = writePlugin('1.0.0', [])
  const manifest = readFileSync(join(folder, 'package.json'), 'utf8')
  writeFileSync(join(folder, 'package.json'), manifest.replace('^1.0.0', '*'))
  for (const mode of [['--dev'], []]) {
    writeFileSync(join(folder, 'package.json'), manifest.replace('^1.0.0', '*'))
    const daemon = lab.simulate([...lab.simulation({ links: [] }), ...mode, '--plugins', folder])
    await daemon.answers()
    const says = (what: RegExp) =>
      until(
        async () => what.test(daemon.output) || null,
        () => `it does not say ${what}:\n${daemon.output}`,
      )
    await says(/@acme\/claimd-lab is rejected \([\s\S]*engines\.claimd error: "\*"[\s\S]* do: /)
    writeFileSync(join(folder, 'package.json'), manifest)
    await says(/@acme\/claimd-lab.* has no faults any more/)
    await daemon.kill('SIGTERM')
  }
})

test.run()
