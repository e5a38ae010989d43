import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { suite } from '../harness.js'
import { Lab, root, runClaimd, until } from '../system/lab.js'

// Whole processes take their time on a busy machine.
const test = suite('samples', { timeout: 60_000 })
const folder = join(root, 'samples')
let lab: Lab

test.before.each(() => {
  lab = new Lab()
})
test.after.each(() => lab.close())

interface Manifest {
  name: string
  permissions?: object
  contributes: { providers: { id: string; match: { name: string }[] }[] }
}

/** What it needs to claim something. */
interface Conformance {
  adapters: { name: string; addresses: string[] }[]
  connections: object
}

function conformanceOf(name: string): Conformance {
  const file = join(folder, name, 'conformance.json')
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { adapters: [], connections: {} }
}

/** Every folder of samples/ that is a plugin. */
const plugins = readdirSync(folder).filter((name) => existsSync(join(folder, name, 'package.json')))

for (const name of plugins) {
  test(`${name} claims an adapter that fits it, verifies it after a restart, and lets go of it`, async () => {
    const manifest: Manifest = JSON.parse(readFileSync(join(folder, name, 'package.json'), 'utf8'))
    const [provider] = manifest.contributes.providers
    const id = `${manifest.name}/${provider!.id}`
    const fitting = provider!.match[0]!.name.replace('*', '0')
    const { adapters, connections } = conformanceOf(name)
    lab.configure({ connections })
    const addresses = adapters.find((one) => one.name === fitting)?.addresses ?? []
    const args = lab.simulation({
      links: [{ name: fitting, addresses }, { name: 'other0' }, { name: `${fitting}down`, up: false }],
    })
    args.push('--plugins', join(folder, name))
    const first = lab.simulate(args)
    await first.answers()
    if (manifest.permissions) await lab.trust(manifest.name)
    await lab.settles(fitting, 'claimed', id)
    await lab.settles(`${fitting}down`, 'unmanaged')
    assert.match((await lab.adapter(`${fitting}down`)).because, '1 declined')
    assert.is((await lab.adapter('other0')).provider, null)
    await first.kill('SIGKILL')
    const second = lab.simulate(args)
    await second.answers()
    await lab.settles(fitting, 'claimed', id)
    await until(
      async () => !(await lab.adapter(fitting)).provisional,
      () => 'the claim stays provisional',
    )
    assert.is((await lab.run('disconnect', fitting)).code, 6)
    assert.is((await lab.run('release', fitting, '--reason', 'enough')).code, 0)
    assert.is((await lab.adapter(fitting)).state, 'unmanaged')
  })
}

for (const path of [
  ...plugins.map((name) => `samples/${name}`),
  ...readdirSync(join(root, 'plugins')).map((name) => `plugins/${name}`),
]) {
  test(`${path} has no faults`, async () => {
    const { code, stdout, stderr } = await runClaimd(['plugin', 'check', join(root, path)])
    assert.is(code, 0, stdout + stderr)
  })
}

test('the sample in TypeScript is built outside of the repository, with the SDK and tsc alone', async () => {
  const copy = join(lab.folder, 'hello-provider')
  const sample = join(folder, 'hello-provider')
  cpSync(sample, copy, { recursive: true, filter: (path) => path !== join(sample, 'dist') })
  mkdirSync(join(copy, 'node_modules/@claimd'), { recursive: true })
  symlinkSync(join(root, 'sdk'), join(copy, 'node_modules/@claimd/sdk'))
  execFileSync(join(root, 'node_modules/.bin/tsc'), { cwd: copy })
  rmSync(join(copy, 'node_modules'), { recursive: true })
  const { code, stdout, stderr } = await runClaimd(['plugin', 'check', copy])
  assert.is(code, 0, stdout + stderr)
})

for (const file of readdirSync(join(folder, 'simulation')).filter((name) => name.endsWith('.json'))) {
  test(`the simulation ${file} runs, and as-found protects what it finds there`, async () => {
    const daemon = lab.simulate(['--simulate', join(folder, 'simulation', file)], true)
    await daemon.answers()
    const { adapters } = await lab.get('adapters')
    assert.ok(adapters.length > 1)
    await until(
      async () =>
        (await lab.get('adapters')).adapters.some((row: { state: string }) => row.state === 'claimed'),
      () => daemon.output,
    )
  })
}

test.run()
