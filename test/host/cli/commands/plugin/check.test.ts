import { spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as assert from 'uvu/assert'
import { checkPlugin } from '../../../../../host/plugin-host/check-plugin.js'
import { suite } from '../../../../harness.js'
import { claimd } from '../../fake-world.js'

const test = suite('cli/plugin-check')
let folder: string

test.before.each(async () => {
  folder = await mkdtemp(join(tmpdir(), 'claimd-check-'))
})
test.after.each(() => rm(folder, { recursive: true }))

const manifest = {
  name: '@acme/claimd-lab',
  version: '1.2.0',
  type: 'module',
  main: './dist/index.js',
  engines: { claimd: '^1.0.0' },
  contributes: {
    providers: [
      { id: 'lab', band: 'exact', match: [{ kind: 'veth', name: 'lab*' }, {}], configuredOnly: true },
    ],
  },
  permissions: {
    exec: [{ program: '/sbin/udhcpc', args: ['-i', '{adapter}'], capabilities: ['NET_RAW'] }],
    read: ['/proc/net/route'],
  },
}

const program = fileURLToPath(new URL('../../../../../host/cli/claimd.js', import.meta.url))
const write = (manifest: unknown) => writeFile(join(folder, 'package.json'), JSON.stringify(manifest))
const check = (...more: string[]) =>
  claimd(['plugin', 'check', folder, ...more], {
    checkPlugin: (folder) => checkPlugin(folder, '1.0.0'),
    terminal: { columns: 80 },
    env: { NO_COLOR: '1' },
  })

test('a plugin without faults is shown with what it brings and what it asks for', async () => {
  await write(manifest)
  await mkdir(join(folder, 'dist'))
  await writeFile(join(folder, 'dist/index.js'), 'throw new Error("nothing of it is run")')
  const { code, out, err } = await check()
  assert.is(code, 0)
  assert.is(err, '')
  assert.is(
    out,
    `@acme/claimd-lab 1.2.0 has no faults

provider: @acme/claimd-lab/lab
  label:  lab
  asked:  with band exact and priority 50
  about:  those with kind veth and name lab*; or every adapter
  while:  a connection of its types is configured
  types:  -

It asks to
  - start /sbin/udhcpc with -i {adapter}, and with the capabilities NET_RAW
    (read and forge packets)
  - read /proc/net/route
`,
  )
  const document = JSON.parse((await check('--json')).out)
  assert.is(document.compiled, true)
  assert.equal(document.permissions, manifest.permissions)
  assert.is(document.asks.length, 2)
})

test('one that is still TypeScript is told apart', async () => {
  await write({ ...manifest, permissions: {} })
  await writeFile(join(folder, 'index.ts'), '')
  const { code, out } = await check()
  assert.is(code, 0)
  assert.match(out, 'not compiled yet')
  assert.match(out, 'asks for nothing')
})

test('all faults are told at once, in lines of 80 columns, and the exit code is 13', async () => {
  await write({
    ...manifest,
    engines: { claimd: '*' },
    contribute: {},
    permissions: { exec: [{ program: '/bin/sh', args: ['-c', '{word}'] }], read: ['/etc/*'], netwerk: true },
  })
  const { code, out, err } = await check()
  assert.is(code, 13)
  assert.is(out, '')
  const lines = err.split('\n')
  assert.ok(lines.every((line) => line.length <= 80))
  const places = lines.filter((line) => /^ {2}\S/.test(line)).map((line) => line.trim())
  assert.equal(places.sort(), [
    'contribute',
    'engines.claimd',
    'main',
    'permissions.exec[0].args',
    'permissions.netwerk',
    'permissions.read[0]',
  ])
  assert.match(err, 'Did you mean "contributes"?')
  assert.match(err, 'Did you mean "network"?')

  const document = JSON.parse((await check('--json')).out)
  assert.is(document.code, 'PLUGIN_REJECTED')
  assert.is(document.faults.length, 6)
  for (const key of ['file', 'field', 'found', 'expected', 'remedy'])
    assert.type(document.faults[0][key], 'string')
})

test('a folder that holds no plugin is not found, and one that cannot be read as one is told so', async () => {
  assert.is((await check()).code, 10)
  await writeFile(join(folder, 'package.json'), '{ "name": }')
  const { code, err } = await check()
  assert.is(code, 13)
  assert.match(err, 'line 1, column 11')
  await rm(join(folder, 'package.json'))
  await mkdir(join(folder, 'package.json'))
  assert.is((await check()).code, 13)
})

test('as it is shipped, the command follows what a module names beside itself', async () => {
  await write({ ...manifest, main: './index.js' })
  const reads = "readFileSync(new URL('./gone.json', import.meta.url))"
  await writeFile(
    join(folder, 'index.js'),
    `import { readFileSync } from 'node:fs'\nexport const x = ${reads}\nexport const activate = () => {}`,
  )
  const { status, stdout } = spawnSync(process.execPath, [program, 'plugin', 'check', folder, '--json'], {
    encoding: 'utf8',
  })
  assert.is(status, 13)
  assert.match(JSON.parse(stdout).faults[0].file, /index\.js:2:39$/)
})

test.run()
