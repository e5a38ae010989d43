import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmod,
  cp,
  link,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import * as assert from 'uvu/assert'
import { readContent } from '../../../../host/plugin-host/discovery/content.js'
import { Changed } from '../../../../host/plugin-host/discovery/source-file.js'
import { Stage } from '../../../../host/plugin-host/staging/stage.js'
import { skip, suite } from '../../../harness.js'
import { until } from '../support.js'

const test = suite('plugin-host/stage')
const isRoot = process.geteuid!() === 0
let root = ''
let source = ''
const at = (path: string) => join(root, path)

test.before.each(async () => {
  root = await mkdtemp(join(tmpdir(), 'claimd-stage-'))
  source = at('source')
  await mkdir(join(source, 'lib'), { recursive: true })
  await writeFile(join(source, 'index.js'), 'one')
  await writeFile(join(source, 'lib/part.js'), 'part')
  await chmod(root, 0o755)
})
test.after.each(() => rm(root, { recursive: true, force: true }))

const draft = async (stage: Stage) => stage.draft(source, await readContent(source), true)
const add = async (stage: Stage, plugin = '@acme/lab') => {
  const made = await draft(stage)
  return { build: made.build, folder: await stage.keep(plugin, made) }
}
const staged = async () => (await readdir(at('stage/plugins'), { recursive: true })).sort()

test('a copy lies under the name of its plugin and its hash, and nobody can write to it', async () => {
  await chmod(join(source, 'index.js'), 0o4755)
  const { folder, build } = await add(await Stage.open(at('stage')))
  assert.is(folder, at(`stage/plugins/@acme+lab/${build}`))
  assert.match(build, /^[0-9a-f]{64}$/)
  assert.is(await readFile(join(folder, 'lib/part.js'), 'utf8'), 'part')
  const mode = async (path: string) => ((await stat(join(folder, path))).mode & 0o7777).toString(8)
  assert.equal([await mode(''), await mode('lib')], Array(2).fill(isRoot ? '555' : '755'))
  assert.equal([await mode('index.js'), await mode('lib/part.js')], ['444', '444'])
})

test('a copy is no hard link: what is written to the original is not in it', async () => {
  const { folder } = await add(await Stage.open(at('stage')))
  await writeFile(join(source, 'index.js'), 'two')
  assert.is(await readFile(join(folder, 'index.js'), 'utf8'), 'one')
})

test('the same content is copied once, whoever brings it', async () => {
  const stage = await Stage.open(at('stage'))
  const [first, second] = await Promise.all([add(stage), add(stage)])
  assert.is(first.folder, second.folder)
  assert.is(await stage.find(first.build), first.folder)
  assert.equal(await readdir(at('stage/tmp')), [])
})

test('a copy that was left is used again, when it is whole', async () => {
  const { build, folder } = await add(await Stage.open(at('stage')))
  const { ino } = await stat(folder)
  const next = await Stage.open(at('stage'))
  assert.is(await next.find(build), folder)
  assert.is((await stat(folder)).ino, ino)
})

test('a copy that was damaged is not used', async () => {
  const damages: ((folder: string) => Promise<unknown>)[] = [
    (folder) => writeFile(join(folder, 'index.js'), 'bad'),
    (folder) => rm(join(folder, 'lib/part.js')),
    (folder) => writeFile(join(folder, 'more.js'), ''),
    (folder) => symlink('/etc/passwd', join(folder, 'out')),
    (folder) => writeFile(join(folder, '.hidden.js'), ''),
  ]
  for (const damage of damages) {
    const { build, folder } = await add(await Stage.open(at('stage')))
    for (const path of ['', 'index.js', 'lib']) await chmod(join(folder, path), 0o755)
    await damage(folder)
    const next = await Stage.open(at('stage'))
    assert.is(await next.find(build), null, String(damage))
    assert.is((await add(next)).build, build)
    assert.is(await readFile(join(folder, 'index.js'), 'utf8'), 'one')
  }
})

test('under --dev no copy of an earlier host is used: it may hold what was compiled', async () => {
  const { build } = await add(await Stage.open(at('stage')))
  const next = await Stage.open(at('stage'), { dev: true })
  assert.is(await next.find(build), null)
  assert.is((await add(next)).build, build)
})

test('a folder that changes while it is copied is no copy', async () => {
  const stage = await Stage.open(at('stage'))
  const content = await readContent(source)
  const changes: (() => Promise<unknown>)[] = [
    () => writeFile(join(source, 'index.js'), 'longer than it was'),
    () => rm(join(source, 'lib'), { recursive: true }),
    () => symlink('/etc', join(source, 'lib')),
  ]
  for (const change of changes) {
    await change()
    const failed = await stage.draft(source, content, false).catch((error) => error)
    assert.instance(failed, Changed)
    assert.equal(await readdir(at('stage/tmp')), [])
  }
})

test('a file that is put in the place of a listed one is not read through a link, a pipe or a folder of links', async () => {
  const stage = await Stage.open(at('stage'))
  await mkdir(at('outside'))
  await writeFile(at('outside/part.js'), 'evil')
  const content = await readContent(source)
  await rm(join(source, 'lib'), { recursive: true })
  // The same size, the same name, inside a folder that has become a link.
  await symlink(at('outside'), join(source, 'lib'))
  assert.instance(await stage.draft(source, content, false).catch((error) => error), Changed)
  await rm(join(source, 'lib'))
  await mkdir(join(source, 'lib'))
  await link(at('outside/part.js'), join(source, 'lib/part.js'))
  // A hard link is a file like any other; who owns it is asked when it is open.
  assert.type((await stage.draft(source, content, true)).build, 'string')
  await chmod(at('outside/part.js'), 0o666)
  assert.instance(await stage.draft(source, content, true).catch((error) => error), Changed)
})

test('the user of a plugin reads its copies; the user of another does not', async () => {
  if (!isRoot) skip('needs root')
  const groups = new Map([
    ['@acme/lab', 54321],
    ['other', 54322],
  ])
  const { folder } = await add(await Stage.open(at('stage'), { groupOf: (plugin) => groups.get(plugin)! }))
  const reads = async (id: number) => {
    const user = { uid: id, gid: id }
    const cat = spawn('/bin/cat', [join(folder, 'index.js')], { ...user, cwd: '/', env: {}, stdio: 'ignore' })
    const [code] = await once(cat, 'exit')
    return code === 0
  }
  assert.equal([await reads(54321), await reads(54322)], [true, false])
})

test('a sweep keeps what is needed when it begins', async () => {
  const stage = await Stage.open(at('stage'))
  const first = await add(stage)
  await writeFile(join(source, 'index.js'), 'two')
  const second = await add(stage)
  const other = await add(stage, 'other')
  assert.is(other.build, second.build)
  await stage.sweep(() => null)
  assert.is((await staged()).filter((path) => path.endsWith('index.js')).length, 2)
  const needed = new Set<string>([first.build])
  const sweep = stage.sweep(() => needed)
  needed.add(second.build)
  await sweep
  assert.is((await staged()).filter((path) => path.endsWith('index.js')).length, 2)
  await stage.sweep(() => new Set([second.build]))
  assert.is(await stage.find(first.build), null)
  assert.equal(await staged(), [
    '@acme+lab',
    `@acme+lab/${second.build}`,
    `@acme+lab/${second.build}/index.js`,
    `@acme+lab/${second.build}/lib`,
    `@acme+lab/${second.build}/lib/part.js`,
  ])
  await stage.sweep(() => new Set())
  assert.equal(await staged(), [])
})

test('what is asked for while a sweep goes on is kept, or made anew', async () => {
  const stage = await Stage.open(at('stage'))
  for (let round = 0; round < 20; round++) {
    const { build } = await add(stage)
    const sweep = stage.sweep(() => new Set())
    for (let turn = 0; turn < round; turn++) await setImmediate()
    const again = await add(stage)
    await sweep
    assert.is(again.build, build)
    assert.is(await stage.find(build), again.folder)
    assert.ok(
      (await staged()).some((path) => path.endsWith(`${build}/index.js`)),
      `round ${round}`,
    )
  }
})

test('the runner is staged once, for everybody to read, and put back when it is damaged', async () => {
  const path = await (await Stage.open(at('stage'))).runner()
  const text = await readFile(path, 'utf8')
  const { mtimeMs, mode } = await stat(path)
  assert.is(mode & 0o777, 0o444)
  assert.is(await (await Stage.open(at('stage'))).runner(), path)
  assert.is((await stat(path)).mtimeMs, mtimeMs)
  await chmod(path, 0o644)
  await writeFile(path, '')
  await mkdir(at('stage/runner/older'))
  assert.is(await (await Stage.open(at('stage'))).runner(), path)
  assert.is(await readFile(path, 'utf8'), text)
  assert.is((await readdir(at('stage/runner'))).length, 1)
})

test('the SDK is staged in the version that the host carries, and put back when it is damaged', async () => {
  const modules = await (await Stage.open(at('stage'))).sdk()
  assert.is(modules, at('stage/node_modules'))
  const sdk = join(modules, '@claimd/sdk')
  const { ino } = await stat(sdk)
  await (await Stage.open(at('stage'))).sdk()
  assert.is((await stat(sdk)).ino, ino, 'what is whole stays')
  const text = await readFile(join(sdk, 'index.js'), 'utf8')
  await chmod(sdk, 0o755)
  await chmod(join(sdk, 'index.js'), 0o644)
  await writeFile(join(sdk, 'index.js'), 'older')
  await writeFile(join(sdk, 'more.js'), '')
  await (await Stage.open(at('stage'))).sdk()
  assert.is(await readFile(join(sdk, 'index.js'), 'utf8'), text)
  assert.equal((await readdir(sdk)).sort(), ['index.js', 'package.json'])
  await rm(sdk, { recursive: true })
  await symlink('/etc', sdk)
  await (await Stage.open(at('stage'))).sdk()
  assert.is(await readFile(join(sdk, 'index.js'), 'utf8'), text)
})

test(
  'a host that is killed while it copies leaves nothing that is used',
  async () => {
    for (let index = 0; index < 150; index++)
      await writeFile(join(source, `part-${index}.js`), `part ${index}`)
    const child = fileURLToPath(new URL('./stage-child.js', import.meta.url))
    for (let round = 0; round < 8; round++) {
      await rm(at('stage'), { recursive: true, force: true })
      const host = spawn(process.execPath, [child, at('stage'), source], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      await once(host.stdout!, 'data')
      const before = Date.now()
      await until(() => Date.now() - before >= round * 5)
      host.kill('SIGKILL')
      await once(host, 'exit')
      const stage = await Stage.open(at('stage'))
      assert.equal(await readdir(at('stage/tmp')), [])
      const { build } = await draft(stage)
      const found = await stage.find(build)
      const folder = found ?? (await add(stage)).folder
      assert.is((await readdir(folder)).length, 152)
      assert.is((await stat(folder)).mode & 0o777, isRoot ? 0o555 : 0o755)
    }
  },
  { timeout: 60_000 },
)

test('what an ordinary user has staged can be swept by that user', async () => {
  if (!isRoot) skip('needs root')
  await cp(source, at('mine'), { recursive: true })
  const child = fileURLToPath(new URL('./stage-child.js', import.meta.url))
  await chmod(root, 0o777)
  const user = { uid: 54321, gid: 54321, stdio: ['ignore', 'ignore', 'inherit'] as const }
  const host = spawn(process.execPath, [child, at('stage'), source, 'sweep'], {
    ...user,
    stdio: [...user.stdio],
  })
  const [code] = await once(host, 'exit')
  assert.is(code, 0)
  assert.equal(await staged(), [])
})

test('what was written at the same time with the same size is not taken for unchanged', async () => {
  await utimes(join(source, 'index.js'), 1, 1)
  assert.is((await readContent(source)).recent, true)
})

test.run()
