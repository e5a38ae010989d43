import { execFile } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import * as assert from 'uvu/assert'
import { suite } from '../../../../harness.js'
import { claimd } from '../../fake-world.js'

// The conformance kit runs whole daemons.
const test = suite('cli/commands/plugin/new', { timeout: 110_000 })
const root = fileURLToPath(new URL('../../../../../../', import.meta.url))
const run = promisify(execFile)

let folder: string
test.before.each(() => {
  folder = mkdtempSync(join(tmpdir(), 'claimd-new-'))
})
test.after.each(() => rmSync(folder, { recursive: true, force: true }))

/** What `npm install` would do: the SDK as a link to the checkout, and tools. */
function install(plugin: string): void {
  mkdirSync(join(plugin, 'node_modules/@claimd'), { recursive: true })
  symlinkSync(join(root, 'sdk'), join(plugin, 'node_modules/@claimd/sdk'))
}

const read = (file: string) => readFileSync(file, 'utf8')
const tsc = (...args: string[]) =>
  run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), ...args])

for (const language of ['typescript', 'javascript'] as const) {
  test(`a plugin in ${language} type-checks, passes its own tests and conforms, as it was made`, async () => {
    const made = await claimd(`plugin new mine --${language} --name @acme/claimd-lab --json`, { folder })
    assert.is(made.code, 0, made.err)
    const plugin = join(folder, 'mine')
    const { files, plugin: name } = JSON.parse(made.out)
    assert.is(name, '@acme/claimd-lab')
    for (const file of files) assert.not.match(read(join(plugin, file)), /__[A-Z]+__/, file)
    install(plugin)
    const manifest = JSON.parse(read(join(plugin, 'package.json')))
    assert.is(manifest.devDependencies['@claimd/sdk'], `file:${root}sdk`)
    assert.ok(existsSync(join(plugin, manifest.$schema)), `${manifest.$schema} is where an editor finds it`)
    if (language === 'typescript') await tsc('--project', plugin)
    else
      await tsc(
        '--allowJs',
        '--checkJs',
        '--noEmit',
        '--strict',
        '--target',
        'es2023',
        '--module',
        'nodenext',
        '--types',
        '',
        join(plugin, 'index.js'),
      )
    const checked = await run(manifest.config.claimd, ['plugin', 'check', plugin, '--json'])
    assert.equal(JSON.parse(checked.stdout).faults, [])
    const env = { PATH: process.env.PATH, HOME: folder, npm_package_config_claimd: manifest.config.claimd }
    const { stdout } = await run(process.execPath, ['--test', '--test-reporter=tap'], { cwd: plugin, env })
    assert.match(stdout, /^# pass 3$/m)
  })
}

test("the folder's name is the plugin's, made fit; the provider is called after it", async () => {
  const made = await claimd(['plugin', 'new', "Claimd Bob's Lab"], { folder })
  assert.is(made.code, 0, made.err)
  const manifest = JSON.parse(read(join(folder, "Claimd Bob's Lab", 'package.json')))
  assert.is(manifest.name, 'claimd-bob-s-lab')
  assert.is(manifest.contributes.providers[0].id, 'bob-s-lab')
  assert.match(made.out, `cd 'Claimd Bob'\\''s Lab'`)
  const long = await claimd(
    ['plugin', 'new', 'b', '--name', '@a/claimd-a-name-that-is-longer-than-links-have'],
    { folder },
  )
  assert.is(long.code, 0)
  const [provider] = JSON.parse(read(join(folder, 'b/package.json'))).contributes.providers
  assert.is(provider.id, 'a-name-that-i')
  assert.equal(provider.match, [{ name: 'a-name-that-i*' }])
})

test('it goes into a folder that is empty but for git, and into no other', async () => {
  mkdirSync(join(folder, '.git'))
  assert.is((await claimd('plugin new --name here', { folder })).code, 0)
  const before = readdirSync(folder)
  const again = await claimd('plugin new --name other --json', { folder })
  assert.is(JSON.parse(again.out).code, 'FOLDER_NOT_EMPTY')
  assert.is(again.code, 12)
  writeFileSync(join(folder, 'file'), '')
  assert.is((await claimd('plugin new file', { folder })).code, 12)
  assert.equal(readdirSync(folder).sort(), [...before, 'file'].sort())
  assert.is(JSON.parse(read(join(folder, 'package.json'))).name, 'here')
})

test('a name that npm would not take makes nothing', async () => {
  for (const args of [['--name', 'Upper'], ['--name', '@scope'], ['--name', ''], ['--name', 'a/b'], ['Ä!']]) {
    const world = await claimd(['plugin', 'new', ...args], { folder })
    assert.is(world.code, 2, args.join(' '))
    assert.equal(readdirSync(folder), [])
  }
  assert.is((await claimd('plugin new x --typescript --javascript', { folder })).code, 2)
})

test.run()
