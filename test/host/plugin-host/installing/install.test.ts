import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmod,
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import type { ClaimdError, ErrorDocument } from '@claimd/sdk'
import * as assert from 'uvu/assert'
import { listCandidates } from '../../../../host/plugin-host/discovery/candidates.js'
import { hashContent, readContent } from '../../../../host/plugin-host/discovery/content.js'
import { folderLimits } from '../../../../host/plugin-host/discovery/folder-limits.js'
import { install } from '../../../../host/plugin-host/installing/install.js'
import { remove } from '../../../../host/plugin-host/installing/remove.js'
import { suite } from '../../../harness.js'
import { codeThatSays, goodManifest } from '../support.js'
import { type TarEntry, tarOf } from './tar.js'

const test = suite('plugin-host/installing')
let root = ''
const at = (path: string) => join(root, path)
const installed = () => at('plugins')

test.before.each(async () => {
  root = await mkdtemp(join(tmpdir(), 'claimd-install-'))
})
test.after.each(() => rm(root, { recursive: true, force: true }))

const write = async (folder: string, manifest: Record<string, unknown> = {}) => {
  await mkdir(at(folder), { recursive: true })
  await writeFile(at(`${folder}/index.js`), codeThatSays(folder))
  await writeFile(at(`${folder}/package.json`), JSON.stringify({ ...goodManifest('lab'), ...manifest }))
  return at(folder)
}
const put = (source: string, force = false) => install(source, installed(), { hostVersion: '1.0.0', force })
const failure = async (promise: Promise<unknown>) =>
  (await promise.then(
    () => assert.unreachable('it should have failed'),
    (error) => error,
  )) as ClaimdError
const found = async () =>
  (await listCandidates({ path: installed(), bundled: false })).candidates.map(({ folder }) => folder)
const archive = async (entries: readonly TarEntry[], name = 'plugin.tgz') => {
  await writeFile(at(name), gzipSync(tarOf(entries)))
  return at(name)
}
const packed = (...more: TarEntry[]): TarEntry[] => [
  { path: 'package/package.json', content: JSON.stringify(goodManifest('lab')) },
  { path: 'package/index.js', content: codeThatSays('packed') },
  ...more,
]
/** Everything below a folder but what installing made. */
const outside = async () =>
  (await readdir(root, { recursive: true })).filter((path) => !path.startsWith('plugins')).sort()

test('the name of a plugin that ships with claimd takes a word of its own', async () => {
  await write('shipped/lab')
  const source = await write('mine')
  const options = { hostVersion: '1.0.0', bundled: at('shipped') }
  const error = await failure(install(source, installed(), options))
  assert.is(error.code, 'PLUGIN_BUNDLED')
  assert.match(error.remedy!, '--replace-bundled')
  assert.equal(await found(), [])
  assert.is((await failure(install(source, installed(), { ...options, force: true }))).code, 'PLUGIN_BUNDLED')
  assert.is((await install(source, installed(), { ...options, replaceBundled: true })).name, 'lab')
  await write('other', { name: 'other' })
  assert.is((await install(at('other'), installed(), options)).name, 'other')
})

test('a folder is installed: what counts of it, readable, under its name and with its hash', async () => {
  const source = await write('source', { permissions: { network: true } })
  await mkdir(join(source, '.git'))
  await writeFile(join(source, '.env'), 'secret')
  await mkdir(join(source, 'node_modules/.cache'), { recursive: true })
  await mkdir(join(source, 'lib'))
  await writeFile(join(source, 'lib/part.js'), 'part')
  await chmod(join(source, 'lib/part.js'), 0o4700)
  const result = await put(source)
  const content = await readContent(source)
  assert.equal(result, {
    name: 'lab',
    version: '1.0.0',
    build: await hashContent(source, content),
    folder: at('plugins/lab'),
    permissions: { network: true },
    replaced: null,
    warnings: [],
  })
  assert.equal(await found(), [at('plugins/lab')])
  assert.equal((await readdir(at('plugins/lab'), { recursive: true })).sort(), [
    'index.js',
    'lib',
    'lib/part.js',
    'package.json',
  ])
  const { mode, uid } = await stat(at('plugins/lab/lib/part.js'))
  assert.equal([mode & 0o7777, uid], [0o644, process.geteuid!()])
  assert.is((await stat(at('plugins/lab'))).mode & 0o7777, 0o755)
})

test('what npm pack makes is installed, of a scoped plugin too', async () => {
  const source = await write('source', { name: '@acme/lab' })
  execFileSync('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', root], { cwd: source })
  const result = await put(at('acme-lab-1.0.0.tgz'))
  assert.equal([result.name, result.folder], ['@acme/lab', at('plugins/@acme/lab')])
  assert.is(await readFile(at('plugins/@acme/lab/index.js'), 'utf8'), codeThatSays('source'))
  assert.equal((await readdir(at('plugins/.versions'))).length, 1)
})

test('an archive may be uncompressed, and packed by hand without a folder', async () => {
  const entries = packed().map((entry) => ({ ...entry, path: entry.path.replace('package', '.') }))
  await writeFile(at('plugin.tar'), tarOf(entries))
  assert.is((await put(at('plugin.tar'))).name, 'lab')
})

test('a newer version takes the place of the old one, of which nothing is left', async () => {
  await put(await write('one'))
  const result = await put(await write('two', { version: '1.1.0' }))
  assert.is(result.replaced, '1.0.0')
  assert.is(await readFile(at('plugins/lab/index.js'), 'utf8'), codeThatSays('two'))
  assert.equal((await readdir(at('plugins/.versions'))).length, 1)
})

test('an older version, or other content under the same one, needs force', async () => {
  await put(await write('one', { version: '1.1.0' }))
  for (const version of ['1.0.0', '1.1.0']) {
    const other = await write(`other-${version}`, { version })
    assert.is((await failure(put(other))).code, 'PLUGIN_INSTALLED')
    assert.is(await readFile(at('plugins/lab/index.js'), 'utf8'), codeThatSays('one'))
  }
  assert.is((await put(at('one'))).replaced, '1.1.0')
  assert.is((await put(at('other-1.0.0'), true)).version, '1.0.0')
})

test('while versions take each other\u2019s place there is no moment without the plugin', async () => {
  await put(await write('one'))
  await write('two')
  let missing = 0
  let looks = 0
  let done = false
  const look = async () => {
    for (; !done; looks++) {
      const text = await readFile(at('plugins/lab/index.js'), 'utf8').catch(() => null)
      if (text === null) missing++
    }
  }
  const looking = look()
  for (let round = 0; round < 10; round++) await put(at(round % 2 ? 'one' : 'two'), true)
  done = true
  await looking
  assert.ok(looks > 20)
  // A read that follows the link just before, and opens the file after the old version was removed.
  assert.ok(missing <= 10, `${missing} of ${looks}`)
  assert.equal(await found(), [at('plugins/lab')])
})

test('a folder that was put there by hand is replaced, whatever it is called', async () => {
  await mkdir(installed())
  await cp(await write('source'), at('plugins/lab'), { recursive: true })
  assert.is((await put(await write('next', { version: '2.0.0' }))).replaced, '1.0.0')
  await remove('lab', installed())
  await cp(at('source'), at('plugins/another-name'), { recursive: true })
  await put(at('next'))
  assert.equal(await found(), [at('plugins/lab')])
})

test('a faulty plugin changes nothing, and all its faults are told', async () => {
  await put(await write('good'))
  const error = await failure(put(await write('bad', { version: 'x', main: '../index.js' })))
  assert.is(error.code, 'PLUGIN_INVALID')
  const { faults = [] } = error.document as ErrorDocument
  assert.equal(faults.map(({ field }) => field).sort(), ['main', 'version'])
  assert.ok(faults.every(({ file }) => file === at('bad/package.json')))
  assert.is(await readFile(at('plugins/lab/index.js'), 'utf8'), codeThatSays('good'))
  await mkdir(at('empty'))
  assert.is((await failure(put(at('empty')))).code, 'PLUGIN_SOURCE_NOT_FOUND')
  const nothing = await failure(put(at('nothing')))
  assert.equal([nothing.code, nothing.found], ['PLUGIN_SOURCE_NOT_FOUND', 'no such folder or file'])
  assert.is((await failure(put('/dev/null'))).code, 'PLUGIN_SOURCE_NOT_FOUND')
  assert.equal((await readdir(at('plugins/.versions'))).length, 1)
})

test('a link out of the folder is a fault', async () => {
  const source = await write('source')
  await symlink('/etc/shadow', join(source, 'shadow'))
  const error = await failure(put(source))
  assert.equal([error.code, error.found], ['PLUGIN_INVALID', 'a link to /etc/shadow'])
  assert.equal(await found(), [])
})

const hostile: Record<string, TarEntry[]> = {
  'an absolute path': packed({ path: '/tmp/claimd-escaped', content: 'x' }),
  'a path that goes up': packed({ path: 'package/../../escaped', content: 'x' }),
  'a path that goes up, in the folder': packed({ path: 'package/lib/../../../escaped', content: 'x' }),
  'a symbolic link': packed({ path: 'package/out', type: '2', linkpath: '/etc/passwd' }),
  'a file written through a link': packed(
    { path: 'package/out', type: '2', linkpath: '../..' },
    { path: 'package/out/escaped', content: 'x' },
  ),
  'a hard link': packed({ path: 'package/out', type: '1', linkpath: '/etc/passwd' }),
  'a device': packed({ path: 'package/null', type: '3' }),
  'a pipe': packed({ path: 'package/pipe', type: '6' }),
  'a file twice': packed({ path: 'package/index.js', content: 'x' }),
  'a file as a folder': packed({ path: 'package/index.js/x', content: 'x' }),
  'a backslash': packed({ path: 'package\\..\\..\\escaped', content: 'x' }),
  'too many entries': packed(
    ...Array.from({ length: folderLimits.files }, (_, index) => ({ path: `package/${index}`, type: '5' })),
  ),
}

for (const [what, entries] of Object.entries(hostile)) {
  test(`an archive with ${what} is refused, and nothing is written outside`, async () => {
    const file = await archive(entries)
    const before = await outside()
    const error = await failure(put(file))
    assert.is(error.code, 'PLUGIN_ARCHIVE_INVALID')
    assert.ok(error.found && error.remedy)
    assert.equal(await outside(), before)
    assert.equal(await readdir(at('plugins/.versions')), [])
    assert.is(await stat('/tmp/claimd-escaped').catch(() => null), null)
  })
}

test('an archive that grows without end, one that is cut off, and one that is none', async () => {
  await writeFile(at('bomb.tar'), tarOf(packed({ path: 'package/0', size: folderLimits.bytes })))
  const whole = gzipSync(tarOf(packed({ path: 'package/large', content: 'x'.repeat(100_000) })))
  await writeFile(at('short.tgz'), whole.subarray(0, whole.length / 2))
  await writeFile(
    at('cut.tar'),
    tarOf(packed({ path: 'package/large', content: 'x'.repeat(100_000) })).subarray(0, 9000),
  )
  await writeFile(at('text.tgz'), 'no archive')
  await writeFile(at('empty.tgz'), '')
  for (const name of ['bomb.tar', 'short.tgz', 'cut.tar', 'text.tgz', 'empty.tgz']) {
    const { code } = await failure(put(at(name)))
    assert.ok(code === 'PLUGIN_ARCHIVE_INVALID' || code === 'PLUGIN_INVALID', `${name}: ${code}`)
    assert.equal(await readdir(at('plugins/.versions')), [], name)
  }
})

test('a plugin is removed by its name, and its scope with the last of it', async () => {
  await put(await write('one', { name: '@acme/one' }))
  await put(await write('two', { name: '@acme/two' }))
  assert.equal(await remove('@acme/one', installed()), {
    name: '@acme/one',
    version: '1.0.0',
    folder: at('plugins/@acme/one'),
  })
  assert.equal(await found(), [at('plugins/@acme/two')])
  const error = await failure(remove('@acme/tow', installed()))
  assert.equal([error.code, error.remedy], ['PLUGIN_NOT_INSTALLED', 'Did you mean @acme/two?'])
  await remove('@acme/two', installed())
  assert.equal(await readdir(installed()), ['.versions'])
  assert.equal(await readdir(at('plugins/.versions')), [])
})

test('a plugin that ships with claimd is not removed: it can be disabled', async () => {
  await put(await write('own', { name: '@acme/own' }))
  const error = await failure(remove('@acme/own', at('none'), { bundled: installed() }))
  assert.equal(
    [error.code, error.message, error.remedy],
    [
      'PLUGIN_NOT_INSTALLED',
      '@acme/own ships with claimd and cannot be removed',
      'To end it and keep it from running: claimd plugin disable @acme/own',
    ],
  )
  assert.equal(await found(), [at('plugins/@acme/own')])
  await remove('@acme/own', installed(), { bundled: at('none') })
})

test('of a plugin that is linked to from elsewhere, the link is removed', async () => {
  await mkdir(installed())
  await symlink(await write('source'), at('plugins/lab'))
  await remove('lab', installed())
  assert.is((await stat(at('source/index.js'))).isFile(), true)
  assert.equal(await found(), [])
})

test(
  'an install that is killed leaves the old version or the new one',
  async () => {
    await write('one')
    await write('two', { version: '1.1.0' })
    for (let index = 0; index < 30; index++) await writeFile(at(`two/part-${index}.js`), 'x'.repeat(5000))
    const child = fileURLToPath(new URL('./install-child.js', import.meta.url))
    const seen = new Set<string>()
    for (let round = 0; round < 6; round++) {
      await rm(installed(), { recursive: true, force: true })
      await put(at('one'))
      const run = spawn(process.execPath, [child, at('two'), installed()], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      await once(run.stdout!, 'data')
      await delay(round * 8)
      run.kill('SIGKILL')
      await once(run, 'exit')
      const { version } = JSON.parse(await readFile(at('plugins/lab/package.json'), 'utf8'))
      seen.add(version)
      assert.is((await readdir(at('plugins/lab'))).length, version === '1.0.0' ? 2 : 32)
      assert.equal(await found(), [at('plugins/lab')])
      // What was left may be an install that is going on, until it is old.
      const versions = at('plugins/.versions')
      for (const name of await readdir(versions)) await utimes(join(versions, name), 1, 1).catch(() => {})
      assert.is((await put(at('two'))).version, '1.1.0')
      const target = (await readlink(at('plugins/lab'))).split('/').at(-1)!
      assert.equal(await readdir(versions), [target])
    }
    assert.ok(seen.has('1.0.0'))
  },
  { timeout: 60_000 },
)

test.run()
