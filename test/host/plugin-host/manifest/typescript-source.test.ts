import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { checkManifest } from '../../../../host/plugin-host/manifest/check-manifest.js'
import { typescriptSource } from '../../../../host/plugin-host/manifest/typescript-source.js'
import { suite } from '../../../harness.js'
import { goodManifest } from '../support.js'

const test = suite('plugin-host/manifest/typescript-source')
let folder = ''

test.before(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'claimd-manifest-')))
  await mkdir(join(folder, 'src/deep'), { recursive: true })
  for (const file of ['beside.ts', 'top.ts', 'src/inner.ts', 'src/deep/x.mts', 'src/top.ts']) {
    await writeFile(join(folder, file), '')
  }
  await mkdir(join(folder, 'folder.ts'))
  await writeFile(`${folder}.ts`, '')
  await symlink(`${folder}.ts`, join(folder, 'out.ts'))
})
test.after(() => rm(folder, { recursive: true }))
test.after(() => rm(`${folder}.ts`))

const sourceOf = (main: string) => typescriptSource(folder, main)?.slice(folder.length + 1) ?? null

test('the source lies beside the compiled file, or where dist is left out or is src', () => {
  assert.is(sourceOf('./beside.js'), 'beside.ts')
  assert.is(sourceOf('dist/top.js'), 'top.ts')
  assert.is(sourceOf('./dist/inner.js'), 'src/inner.ts')
  assert.is(sourceOf('dist/deep/x.mjs'), 'src/deep/x.mts')
  for (const main of [
    'dist/deep/x.js',
    'inner.js',
    'build/top.js',
    'folder.js',
    'out.js',
    `../${folder.split('/').at(-1)}.js`,
    'x',
  ]) {
    assert.is(sourceOf(main), null, main)
  }
})

test('in development a manifest is accepted before its main is compiled', async () => {
  const options = { file: 'package.json', realFolder: folder, hostVersion: '1.0.0' }
  const text = JSON.stringify({ ...goodManifest('acme'), main: './dist/inner.js' })
  const { faults, accepted } = await checkManifest(text, { ...options, dev: true })
  assert.equal(faults, [])
  assert.is(accepted!.entry, join(folder, 'dist/inner.js'))
  const [fault] = (await checkManifest(text, options)).faults
  assert.is(fault!.field, 'main')
  assert.match(fault!.remedy, 'run --dev')
  const missing = JSON.stringify({ ...goodManifest('acme'), main: './dist/none.js' })
  assert.is((await checkManifest(missing, { ...options, dev: true })).faults[0]!.field, 'main')
})

test.run()
