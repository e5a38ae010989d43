import { spawnSync } from 'node:child_process'
import {
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
import * as assert from 'uvu/assert'
import { suite } from '../../../../harness.js'
import { root } from '../../../../system/lab.js'
import { claimd } from '../../fake-world.js'

const test = suite('cli/commands/plugin/new')

let folder: string
test.before.each(() => {
  folder = mkdtempSync(join(tmpdir(), 'claimd-new-'))
})
test.after.each(() => rmSync(folder, { recursive: true, force: true }))

const read = (file: string) => readFileSync(file, 'utf8')

test("the folder's name is the plugin's, made fit; the provider is called after it", async () => {
  const made = await claimd(['plugin', 'new', "Claimd Bob's Lab"], { folder })
  assert.is(made.code, 0, made.err)
  const manifest = JSON.parse(read(join(folder, "Claimd Bob's Lab", 'package.json')))
  assert.is(manifest.name, 'claimd-bob-s-lab')
  assert.is(manifest.contributes.providers[0].id, 'bob-s-lab')
  assert.is(read(join(folder, "Claimd Bob's Lab", 'README.md')).split('\n')[0], '# claimd-bob-s-lab')
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

test('--connects makes a provider that connects, in both languages, and its own tests pass', async () => {
  for (const language of ['typescript', 'javascript']) {
    const made = await claimd(['plugin', 'new', language, `--${language}`, '--connects', '--name', 'lab'], {
      folder,
    })
    assert.is(made.code, 0, made.err)
    const plugin = join(folder, language)
    const source = read(join(plugin, language === 'typescript' ? 'index.ts' : 'index.js'))
    assert.match(source, 'async connect(')
    assert.not.match(source, '__ID__')
    const { contributes, permissions } = JSON.parse(read(join(plugin, 'package.json')))
    assert.equal(contributes.providers[0].connectionTypes, ['lab'])
    assert.equal(permissions, { links: { change: ['up', 'address'] } })
    mkdirSync(join(plugin, 'node_modules/@claimd'), { recursive: true })
    symlinkSync(join(root, 'sdk'), join(plugin, 'node_modules/@claimd/sdk'))
    symlinkSync(join(root, 'node_modules/@types'), join(plugin, 'node_modules/@types'))
    const run = (...args: string[]) => spawnSync(process.execPath, args, { cwd: plugin, encoding: 'utf8' })
    if (language === 'typescript') {
      const { status, stdout } = run(join(root, 'node_modules/typescript/bin/tsc'))
      assert.is(status, 0, stdout)
    }
    // The conformance kit takes long, and is tried on the sample that this is a copy of.
    const { status, stdout } = run(
      '--test',
      '--test-name-pattern',
      'it connects|not wanted|has ended|is claimed',
    )
    assert.is(status, 0, stdout)
    assert.match(stdout, /pass 4/)
  }
})

test('without claimd on the PATH, what to type says how the scripts find it', async () => {
  const off = await claimd('plugin new off', { folder, command: 'npx claimd' })
  assert.match(off.out, /^ {2}export CLAIMD=\/.+\/host\/cli\/claimd\.js /m)
  const on = await claimd('plugin new on', { folder, command: 'claimd' })
  assert.not.match(on.out, /CLAIMD/)
})

test('where claimd is missing, a script of the plugin says so, and what to do', async () => {
  assert.is((await claimd('plugin new mine', { folder })).code, 0)
  const options = { cwd: join(folder, 'mine'), env: { PATH: '/usr/bin:/bin' }, encoding: 'utf8' } as const
  for (const env of [{}, { CLAIMD: '/nowhere/claimd' }]) {
    const { status, stderr } = spawnSync('/bin/sh', ['scripts/claimd.sh', 'status'], {
      ...options,
      env: { ...options.env, ...env },
    })
    assert.is(status, 127)
    assert.match(stderr, /claimd is missing: .*\n {2}do: .*CLAIMD/)
  }
})

test('one version of claimd gives every author the same SDK', async () => {
  for (const name of ['one', 'two']) assert.is((await claimd(`plugin new ${name}`, { folder })).code, 0)
  const [sdk] = readdirSync(join(folder, 'one/vendor'))
  const [one, two] = ['one', 'two'].map((name) => readFileSync(join(folder, name, 'vendor', sdk!)))
  assert.ok(one!.equals(two!))
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

test('where a file is in the way, that file is named', async () => {
  writeFileSync(join(folder, 'file'), '')
  for (const dir of ['file', 'file/sub', 'file/sub/deeper']) {
    const { out } = await claimd(['plugin', 'new', dir, '--json'], { folder })
    const { code, message } = JSON.parse(out)
    assert.is(code, 'FOLDER_NOT_EMPTY')
    assert.match(message, `${join(folder, 'file')} is a file`)
    assert.is(message.includes(`so ${join(folder, dir)} cannot be made`), dir !== 'file')
  }
})

test('the name of a plugin that ships with claimd is refused', async () => {
  const { code, err } = await claimd('plugin new mine --name @claimd/ethernet', { folder })
  assert.is(code, 12)
  assert.match(err, 'a plugin named @claimd/ethernet ships with claimd')
  assert.equal(readdirSync(folder), [])
})

test('a folder that cannot be made is told', async () => {
  const world = await claimd('plugin new /proc/claimd/mine --json', { folder })
  assert.is(world.code, 7, world.err)
  assert.is(JSON.parse(world.out).code, 'FOLDER_UNUSABLE')
})

test('a name that npm would not take makes nothing', async () => {
  for (const args of [
    ['--name', 'Upper'],
    ['--name', '@scope'],
    ['--name', ''],
    ['--name', 'a/b'],
    ['Ä!'],
    ['node_modules'],
    ['--name', 'favicon.ico'],
  ]) {
    const world = await claimd(['plugin', 'new', ...args], { folder })
    assert.is(world.code, 2, args.join(' '))
    assert.equal(readdirSync(folder), [])
  }
  assert.is((await claimd('plugin new x --typescript --javascript', { folder })).code, 2)
})

test.run()
