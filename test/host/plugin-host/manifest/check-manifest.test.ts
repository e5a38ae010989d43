import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { checkManifest } from '../../../../host/plugin-host/manifest/check-manifest.js'
import { suite } from '../../../harness.js'
import { goodManifest } from '../support.js'

const test = suite('plugin-host/manifest')
let folder = ''

test.before(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'claimd-manifest-')))
  await writeFile(join(folder, 'index.js'), '')
  await writeFile(join(folder, 'index.mjs'), '')
  await mkdir(join(folder, 'folder.js'))
  await mkdir(`${folder}-evil`)
  await writeFile(`${folder}-evil/index.js`, '')
  await symlink(`${folder}-evil/index.js`, join(folder, 'out.js'))
  await symlink('index.js', join(folder, 'in.js'))
})
test.after(() => rm(folder, { recursive: true }))
test.after(() => rm(`${folder}-evil`, { recursive: true }))

const check = (manifest: unknown, hostVersion = '1.0.0') =>
  checkManifest(typeof manifest === 'string' ? manifest : JSON.stringify(manifest), {
    file: join(folder, 'package.json'),
    realFolder: folder,
    hostVersion,
  })
const faultsOf = async (more: Record<string, unknown>, hostVersion?: string) =>
  (await check({ ...goodManifest('acme'), ...more }, hostVersion)).faults
const fieldsOf = async (more: Record<string, unknown>) => (await faultsOf(more)).map(({ field }) => field)
const contributing = (...providers: unknown[]) => ({ contributes: { providers } })

test('a good manifest has no fault and tells its entry', async () => {
  const checked = await check(goodManifest('@acme/lab'))
  assert.equal(checked.faults, [])
  assert.is(checked.accepted?.entry, join(folder, 'index.js'))
  assert.equal(await faultsOf({ main: 'in.js' }), [])
  assert.equal(await faultsOf({ main: './index.mjs', type: undefined }), [])
})

test('all faults are reported at once, each with file, field, found, expected and remedy', async () => {
  const { faults, name, accepted } = await check({
    name: 'acme',
    version: 'one',
    main: '../elsewhere.js',
    engine: { claimd: '^1.0.0' },
    contributes: { provider: [], providers: [{ id: 'A B', band: 'sure', priority: 101 }] },
  })
  assert.equal(faults.map(({ field }) => field).sort(), [
    'contributes.provider',
    'contributes.providers[0].band',
    'contributes.providers[0].id',
    'contributes.providers[0].priority',
    'engine',
    'engines',
    'main',
    'version',
  ])
  for (const fault of faults) {
    assert.is(fault.file, join(folder, 'package.json'))
    for (const text of Object.values(fault)) assert.ok(text.length > 0)
  }
  const band = faults.find(({ field }) => field.endsWith('band'))!
  assert.is(band.found, '"sure"')
  assert.match(band.expected, 'one of "exact", "likely", "generic": how sure')
  assert.is(faults.find(({ field }) => field === 'engine')!.remedy, 'Did you mean "engines"?')
  assert.is(faults.find(({ field }) => field === 'contributes.provider')!.remedy, 'Did you mean "providers"?')
  assert.is(name, 'acme')
  assert.is(accepted, null)
})

test('keys of npm and of other tools are left alone', async () => {
  const others = {
    man: './x.1',
    types: './x.d.ts',
    contributors: [],
    engines: { claimd: '^1.0.0', node: '>=20' },
  }
  assert.equal(await faultsOf({ ...others, scripts: {}, eslintConfig: {}, private: true }), [])
  assert.equal(await fieldsOf({ engines: { claimd: '^1.0.0', Claim: '1' } }), ['engines.Claim'])
})

test('a syntax error is told with line and column', async () => {
  const [fault, ...more] = (await check('{\n  "name": "acme",\n  "version": x\n}')).faults
  assert.equal(more, [])
  assert.equal([fault!.field, fault!.found, fault!.expected], ['line 3, column 14', '"x"', 'a value'])
  assert.is((await check('')).faults[0]!.field, 'line 1, column 1')
  assert.is((await check('[]')).faults[0]!.field, '')
  assert.is((await check('null')).faults[0]!.field, '')
})

test('the range of host versions must be there, valid, bounded, and hold this host', async () => {
  const range = async (claimd: string, host?: string) => (await faultsOf({ engines: { claimd } }, host))[0]
  for (const good of ['^1.0.0', '~1.0', '1.x', '>=1.0.0 <3', '1.0.0', '^1.0.0 || ^2.0.0', '0.9 - 1.2']) {
    assert.is(await range(good), undefined, good)
  }
  for (const open of [
    '*',
    ' ',
    '>=1.0.0',
    '>0.1',
    'x',
    '^1.0.0 || >=2',
    '',
    '>=1 || *',
    'latest',
    '^1.0.0.0',
  ]) {
    assert.is((await range(open))?.field, 'engines.claimd', open)
  }
  assert.match((await range('>=1.0.0'))!.expected, 'upper end')
  assert.match((await range('^2.0.0'))!.remedy, 'newer host')
  assert.match((await range('^0.9.0'))!.remedy, 'version of the plugin')
  assert.is(await range('^1.2.0', '1.2.0-rc.1'), undefined)
  assert.is((await range('^1.2.1', '1.2.0-rc.1'))?.field, 'engines.claimd')
})

test('a plugin is written for no newer SDK than the oldest host that it runs on', async () => {
  const faults = (range: unknown, claimd = '^1.0.0') =>
    faultsOf({ engines: { claimd }, devDependencies: { '@claimd/sdk': range, typescript: '^9.0.0' } })
  for (const fine of ['^1.0.0', '1.0.0', '~1.0', '*', 'file:../sdk', 'workspace:*', 5, null]) {
    assert.equal(await faults(fine), [], String(fine))
  }
  const [fault, ...others] = await faults('^1.2.0')
  assert.equal(others, [])
  assert.is(fault!.field, 'devDependencies["@claimd/sdk"]')
  assert.match(fault!.remedy, '"^1.2.0"')
  assert.is((await faults('^1.2.0', '^1.2.0 || ^1.0.0')).length, 1)
})

test('main is a file inside the folder, also after links are followed', async () => {
  const outside = [`../${folder.split('/').at(-1)}-evil/index.js`, './out.js', '/etc/hosts.js', '../index.js']
  const malformed = [
    '..\\index.js',
    'file:///index.js',
    '%2e%2e/index.js',
    'a\0.js',
    'dist/',
    './',
    '.',
    '.cache/x.js',
  ]
  for (const main of [...outside, ...malformed, './missing.js', './folder.js', './index', './index.ts']) {
    assert.equal(await fieldsOf({ main }), ['main'], JSON.stringify(main))
  }
  assert.equal(await fieldsOf({ main: './index.js', type: undefined }), ['type'])
})

test('a name that npm keeps for itself is no name of a plugin', async () => {
  for (const name of ['node_modules', 'favicon.ico']) assert.equal(await fieldsOf({ name }), ['name'], name)
  for (const name of ['node_modules2', '@acme/node_modules']) assert.equal(await fieldsOf({ name }), [], name)
})

test('provider ids are unique, and match rules are globs', async () => {
  assert.equal(await fieldsOf(contributing({ id: 'a' }, { id: 'b' }, { id: 'a' })), [
    'contributes.providers[2].id',
  ])
  assert.equal(
    await fieldsOf(contributing({ id: 'a', match: [{ name: 'e[a-z]?*' }, { name: 'e[!0-9]' }] })),
    [],
  )
  for (const name of ['e[', 'e[]', 'e[z-a]']) {
    assert.equal(await fieldsOf(contributing({ id: 'a', match: [{ name }] })), [
      'contributes.providers[0].match[0].name',
    ])
  }
  assert.equal(await fieldsOf(contributing({ id: 'a', match: [{ nmae: 'e*' }, 5] })), [
    'contributes.providers[0].match[0].nmae',
    'contributes.providers[0].match[1]',
  ])
})

test('keys and values that nobody can read, or that go too deep, are told like others', async () => {
  const deep = `${'['.repeat(30_000)}${']'.repeat(30_000)}`
  const { faults } = await check(
    `{"name": "acme", "version": "1.0.0", "type": "module", "main": "index.js",
      "engines": {"claimd": "^1.0.0"}, "activationEvents": ["onStartUp"],
      "contributes": {"providers": ${JSON.stringify(deep)}, "a\\u001bb": 1, "${'x'.repeat(300)}": ${deep}},
      "permissions": ${deep}}`,
  )
  assert.is(faults.find(({ field }) => field === 'activationEvents[0]')?.remedy, 'Did you mean "onStartup"?')
  assert.ok(faults.some(({ field }) => field === 'contributes["a\\u001bb"]'))
  assert.is(faults.length, 5)
  for (const { field, found } of faults) assert.ok(field.length < 100 && found.length < 100)
})

test('fields of any type are told, not stumbled over', async () => {
  const odd = [null, 5, 'text', [], {}, [null], [[]], true]
  for (const field of Object.keys(goodManifest('a'))) {
    for (const value of odd) {
      if (field === 'contributes' && typeof value === 'object' && !Array.isArray(value) && value) continue
      if (['name', 'main'].includes(field) && value === 'text') continue
      assert.ok((await faultsOf({ [field]: value })).length > 0, `${field}: ${JSON.stringify(value)}`)
    }
  }
})

test.run()
