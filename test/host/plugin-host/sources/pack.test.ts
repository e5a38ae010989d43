import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmod, mkdir, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ClaimdError, ErrorDocument } from '@claimd/sdk'
import * as assert from 'uvu/assert'
import { checkPlugin, copyPlugin } from '../../../../host/plugin-host/check-plugin.js'
import { install } from '../../../../host/plugin-host/installing/install.js'
import { pack } from '../../../../host/plugin-host/sources/pack.js'
import { suite } from '../../../harness.js'
import { PluginFiles } from './files.js'

const test = suite('plugin-host/sources/pack')
let lab: PluginFiles
let out = ''

test.before.each(async () => {
  lab = await PluginFiles.make()
  out = join(lab.root, 'out')
  await mkdir(out)
})
test.after.each(() => lab.remove())

const fails = async (promise: Promise<unknown>) =>
  (await promise.then(
    () => assert.unreachable('it should have failed'),
    (error) => error,
  )) as ClaimdError
const fieldsOf = (error: ClaimdError) =>
  ((error.document as ErrorDocument).faults ?? []).map(
    ({ file, field }) => field || file.slice(lab.folder.length + 1),
  )

const whole = async () => {
  await lab.write(
    {
      'dist/index.js': `import ms from 'ms'\nimport '../lib/part.js'\nexport const activate = () => ms`,
      'dist/index.js.map': '{}',
      'lib/part.js': `import '@claimd/sdk'`,
      'lib/unused.js': '',
      'test/lab.test.js': '',
      'conformance.json': '{}',
      'README.md': '# lab',
      ...lab.package('ms', { 'main.js': `module.exports = require('dep')` }, { dependencies: { dep: '*' } }),
      ...lab.package('dep', { 'main.js': '' }),
      ...lab.package('tool', { 'main.js': '' }),
    },
    {
      name: '@acme/lab',
      main: './dist/index.js',
      files: ['dist'],
      dependencies: { ms: '*' },
      devDependencies: { tool: '*', '@claimd/sdk': 'file:../sdk' },
    },
  )
  await mkdir(join(lab.root, 'sdk'))
  await mkdir(join(lab.folder, 'node_modules/@claimd'))
  await symlink('../../../sdk', join(lab.folder, 'node_modules/@claimd/sdk'))
}

test('an archive holds what npm takes, what is imported, and the packages: it installs from anywhere', async () => {
  await whole()
  const packed = await pack(lab.folder, out, '1.0.0')
  assert.is(packed.file, join(out, 'acme-lab-1.0.0.tgz'))
  assert.equal(packed.files, [
    'README.md',
    'conformance.json',
    'dist/index.js',
    'dist/index.js.map',
    'lib/part.js',
    'node_modules/dep/main.js',
    'node_modules/dep/package.json',
    'node_modules/ms/main.js',
    'node_modules/ms/package.json',
    'package.json',
  ])
  assert.equal(packed.packages, ['node_modules/dep', 'node_modules/ms'])
  assert.equal(packed.added, ['lib/part.js'])
  // Nothing of the folder is needed any more.
  await rm(lab.folder, { recursive: true })
  const installed = await install(packed.file, join(lab.root, 'plugins'), { hostVersion: '1.0.0' })
  assert.is(installed.build, packed.build)
  const files = await readdir(installed.folder, { recursive: true, withFileTypes: true })
  assert.is(files.filter((entry) => entry.isFile()).length, packed.files.length)
  assert.is((await checkPlugin(packed.file, '1.0.0')).plugin, '@acme/lab')
})

test('what conformance.json names is packed, and a copy of it can be run as the original can', async () => {
  await lab.write(
    {
      'index.js': 'export const activate = () => {}',
      'conformance.json': '{ "connections": { "a": { "type": "lab", "config": ["{plugin}/trials/run"] } } }',
      'trials/run': '#!/bin/sh',
      'trials/other': '',
    },
    { files: ['index.js'] },
  )
  await chmod(join(lab.folder, 'trials/run'), 0o700)
  const { file, files } = await pack(lab.folder, out, '1.0.0')
  assert.equal(files, ['conformance.json', 'index.js', 'package.json', 'trials/run'])
  for (const [source, copy] of [
    [lab.folder, join(lab.root, 'one')],
    [file, join(lab.root, 'two')],
  ] as const) {
    assert.equal(await copyPlugin(source, copy, '1.0.0'), [])
    const modes = ['', 'index.js', 'trials', 'trials/run'].map(async (path) => {
      return (await stat(join(copy, path))).mode & 0o777
    })
    assert.equal(await Promise.all(modes), [0o755, 0o644, 0o755, 0o755])
  }
})

test('the same content gives the same archive, whenever it was written', async () => {
  await whole()
  const hash = async () => {
    const { file } = await pack(lab.folder, out, '1.0.0')
    return createHash('sha256')
      .update(await readFile(file))
      .digest('hex')
  }
  const before = await hash()
  await utimes(join(lab.folder, 'lib/part.js'), 1, 1)
  assert.is(await hash(), before)
})

test('an archive of npm pack, which leaves packages out, is refused with the way to make a whole one', async () => {
  await whole()
  execFileSync('npm', ['pack', '--ignore-scripts', '--pack-destination', out], {
    cwd: lab.folder,
    stdio: 'pipe',
  })
  const plugins = join(lab.root, 'plugins')
  const error = await fails(install(join(out, 'acme-lab-1.0.0.tgz'), plugins, { hostVersion: '1.0.0' }))
  const { faults = [] } = error.document as ErrorDocument
  assert.equal(fieldsOf(error), ['dependencies.ms'])
  assert.match(faults[0]!.remedy, 'claimd plugin pack')
})

test('the name of a plugin that ships with claimd is told by the check', async () => {
  await lab.write({ 'index.js': 'export const activate = () => {}' })
  const bundled = join(lab.root, 'bundled')
  const warnings = async (folder: string) =>
    (await checkPlugin(folder, '1.0.0', bundled)).warnings.map(({ found }) => found)
  assert.equal(await warnings(lab.folder), [])
  await install(lab.folder, bundled, { hostVersion: '1.0.0' })
  assert.equal(await warnings(lab.folder), ['a plugin named lab ships with claimd'])
  const { file } = await pack(lab.folder, out, '1.0.0')
  assert.equal(await warnings(file), ['a plugin named lab ships with claimd'])
})

test('without "files" an archive does not hold the one that was packed before', async () => {
  await lab.write({ 'index.js': 'export const activate = () => {}' })
  await pack(lab.folder, lab.folder, '1.0.0')
  const { files } = await pack(lab.folder, lab.folder, '1.0.0')
  assert.equal(files, ['index.js', 'package.json'])
})

test('where something is missing there is no archive, and everything that is missing is told', async () => {
  await whole()
  await rm(join(lab.folder, 'lib/part.js'))
  assert.equal(fieldsOf(await fails(pack(lab.folder, out, '1.0.0'))), ['dist/index.js:2:8'])
  await rm(join(lab.folder, 'node_modules/ms'), { recursive: true })
  assert.equal(fieldsOf(await fails(pack(lab.folder, out, '1.0.0'))), ['dependencies.ms'])
  await rm(join(lab.folder, 'dist'), { recursive: true })
  assert.equal(fieldsOf(await fails(pack(lab.folder, out, '1.0.0'))), ['dependencies.ms', 'main'])
  assert.equal(await readdir(out), [])
  assert.is((await fails(pack(join(lab.root, 'gone'), out, '1.0.0'))).code, 'PLUGIN_SOURCE_NOT_FOUND')
  await writeFile(join(lab.root, 'file'), '')
  assert.is((await fails(pack(join(lab.root, 'file'), out, '1.0.0'))).code, 'PLUGIN_ARCHIVE_INVALID')
})

test('what lacks an import or a package is not installed, from a folder or an archive', async () => {
  await whole()
  const plugins = join(lab.root, 'plugins')
  const { file } = await pack(lab.folder, out, '1.0.0')
  await install(file, plugins, { hostVersion: '1.0.0' })
  await rm(join(lab.folder, 'node_modules/dep'), { recursive: true })
  await lab.write(
    { 'dist/index.js': `import './gone.js'` },
    { name: '@acme/lab', version: '2.0.0', main: './dist/index.js' },
  )
  const error = await fails(install(lab.folder, plugins, { hostVersion: '1.0.0' }))
  assert.is(error.code, 'PLUGIN_INVALID')
  assert.equal(fieldsOf(error), ['dist/index.js:1:8'])
  assert.is(JSON.parse(await readFile(join(plugins, '@acme/lab/package.json'), 'utf8')).version, '1.0.0')
})

test('a build that is older than its TypeScript is told of by check, pack and install, and by none once it is built', async () => {
  await whole()
  await lab.write(
    { 'src/index.ts': '', 'lib/part.ts': '' },
    { name: '@acme/lab', main: './dist/index.js', dependencies: { ms: '*' } },
  )
  const builtAt = async (seconds: number) => {
    for (const file of ['dist/index.js', 'lib/part.js'])
      await utimes(join(lab.folder, file), seconds, seconds)
  }
  const warnings = async () => {
    const options = { hostVersion: '1.0.0', force: true }
    const [checked, packed, installed] = [
      await checkPlugin(lab.folder, '1.0.0'),
      await pack(lab.folder, out, '1.0.0'),
      await install(lab.folder, join(lab.root, 'plugins'), options),
    ]
    return [checked, packed, installed].map((one) =>
      one.warnings.map(({ file, found }) => `${file.slice(lab.folder.length + 1)}: ${found}`).sort(),
    )
  }
  await utimes(join(lab.folder, 'src/index.ts'), 2_000, 2_000)
  await utimes(join(lab.folder, 'lib/part.ts'), 2_000, 2_000)
  await builtAt(1_999)
  const told = [
    'dist/index.js: it is older than its source src/index.ts, so it may not hold what that says',
    'lib/part.js: it is older than its source lib/part.ts, so it may not hold what that says',
  ]
  assert.equal(await warnings(), [told, told, told])
  await builtAt(2_000)
  assert.equal(await warnings(), [[], [], []])
})

test('what modules read beside them and load with createRequire is packed, and not installed without it', async () => {
  await lab.write(
    {
      'dist/index.js': `import { createRequire } from 'node:module'
import { readFileSync } from 'node:fs'
const load = createRequire(import.meta.url)
load('../old/part.cjs')
const table = readFileSync(new URL('../data/table.json', import.meta.url))
export const pages = new URL('../pages/', import.meta.url)
export const own = new URL('..', import.meta.url)
export const activate = () => {}`,
      'old/part.cjs': `exports.where = require.resolve('./text.txt')`,
      'old/text.txt': '',
      'data/table.json': '{}',
      'data/other.json': '{}',
      'pages/one/a.txt': '',
    },
    { main: './dist/index.js', files: ['dist'] },
  )
  const packed = await pack(lab.folder, out, '1.0.0')
  const added = ['data/table.json', 'old/part.cjs', 'old/text.txt', 'pages/one/a.txt']
  assert.equal(packed.added, added)
  const plugins = join(lab.root, 'plugins')
  await install(packed.file, plugins, { hostVersion: '1.0.0' })
  execFileSync('npm', ['pack', '--ignore-scripts', '--pack-destination', out], {
    cwd: lab.folder,
    stdio: 'pipe',
  })
  const error = await fails(install(join(out, 'lab-1.0.0.tgz'), plugins, { hostVersion: '1.0.0' }))
  assert.equal(
    ((error.document as ErrorDocument).faults ?? []).map(({ file }) => /[^/]*$/.exec(file)![0]),
    ['index.js:4:6', 'index.js:5:36'],
  )
})

test.run()
