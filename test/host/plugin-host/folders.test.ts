import { execFileSync } from 'node:child_process'
import { mkdir, readdir, readFile, rename, rm, symlink, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { suite } from '../../harness.js'
import { codeThatSays, goodManifest, Lab, lives, until } from './support.js'

const test = suite('plugin-host/folders')
let lab: Lab

test.before.each(async () => {
  lab = await Lab.make([])
})
test.after.each(() => lab.end())

const evidence = async (name: string) => {
  const answer = await lab.ask(name, 't1')
  return 'evidence' in answer ? answer.evidence : answer
}
const at = (path: string) => join(lab.root, path)
const provided = () => lab.providers.map(({ id }) => id)
const build = () => lab.providers[0]?.build

test('start resolves when everything that is there was told', async () => {
  await lab.drop('good')
  await lab.drop('declines', 'plugins/@acme/declines')
  await lab.drop('throws', 'plugins/.hidden')
  await mkdir(at('plugins/empty'))
  await writeFile(at('plugins/file'), '')
  await lab.host.start()
  assert.equal(provided(), ['declines/main', 'good/main'])
  assert.equal(lab.whys, ['declines was added; good was added'])
  const { band, priority, match, status, connectionTypes } = lab.providers[1]!
  assert.equal(
    { band, priority, match, status, connectionTypes },
    { band: 'likely', priority: 50, match: [{}], status: 'available', connectionTypes: ['lab'] },
  )
})

test('a search folder that is a plugin itself counts as that one', async () => {
  await lab.drop('good', 'plugins/inner')
  await writeFile(at('plugins/package.json'), JSON.stringify(goodManifest('outer')))
  await writeFile(at('plugins/index.js'), codeThatSays('outer'))
  await lab.host.start()
  assert.equal(provided(), ['outer/main'])
})

test('a search folder may come later', async () => {
  await rm(at('plugins'), { recursive: true })
  await lab.host.start()
  assert.equal(provided(), [])
  await lab.drop('good')
  await until(() => provided().length === 1)
})

test('a plugin that is dropped in is there; one that is removed ends', async () => {
  await lab.host.start()
  await lab.drop('good')
  await until(() => provided().length === 1)
  await lab.ask('good', 't1')
  const pid = lab.row('good').pid!
  await rm(at('plugins/good'), { recursive: true })
  await until(() => provided().length === 0)
  await until(async () => !(await lives(pid)))
  assert.equal(lab.host.pluginRows(), [])
  assert.ok(lab.noted('plugin-removed', 'good'))
})

test('questions that were open when the plugin went are answered, after that was told', async () => {
  await lab.drop('never-answers')
  await lab.host.start()
  const hanging = lab.question('never-answers/main', 't1')
  lab.host.ask([hanging])
  await until(() => lab.row('never-answers').state === 'running')
  await rm(at('plugins/never-answers'), { recursive: true })
  await until(() => lab.answersOf(hanging.id).length > 0)
  assert.equal(lab.told, ['providers', 'providers', 'answer'])
})

test('changed content is loaded anew, as another build', async () => {
  await lab.write('plugins/written', 'old')
  await lab.host.start()
  assert.is(await evidence('written'), 'old')
  const [before, pid] = [build(), lab.row('written').pid!]
  await writeFile(at('plugins/written/index.js'), codeThatSays('new'))
  await until(() => build() !== before)
  assert.is(await evidence('written'), 'new')
  await until(async () => !(await lives(pid)))
})

test('of the versions that were, the copies go; what runs is not touched', async () => {
  await lab.write('plugins/written', '0')
  await lab.host.start()
  const copies = () => readdir(at('state/stage/plugins/written'))
  for (let version = 1; version <= 6; version++) {
    const before = build()
    await writeFile(at('plugins/written/index.js'), codeThatSays(`${version}`))
    await until(() => build() !== before)
  }
  assert.is(await evidence('written'), '6')
  await lab.drop('good')
  await until(() => provided().includes('good/main'))
  await lab.drop('declines')
  await until(() => provided().includes('declines/main'))
  await until(async () => (await copies()).length <= 3)
  assert.ok((await copies()).includes(lab.providers.find(({ plugin }) => plugin === 'written')!.build))
  assert.is(await evidence('written'), '6')
})

test('what does not count as content changes nothing', async () => {
  await lab.write('plugins/written', 'old')
  await lab.host.start()
  await writeFile(at('plugins/written/.swap'), 'x')
  await writeFile(at('plugins/written/index.js'), codeThatSays('old'))
  await lab.drop('good')
  await until(() => provided().includes('good/main'))
  assert.is(lab.whys.length, 2)
})

test(
  'a folder swapped for another with no gap is noticed, and so is what is written later',
  async () => {
    await lab.write('plugins/written', 'old')
    await lab.write('next', 'new')
    await lab.host.start()
    assert.is(await evidence('written'), 'old')
    const before = build()
    await rename(at('plugins/written'), at('old'))
    await rename(at('next'), at('plugins/written'))
    await until(() => build() !== undefined && build() !== before)
    assert.is(await evidence('written'), 'new')
    const between = build()
    await writeFile(at('plugins/written/index.js'), codeThatSays('newest'))
    await until(() => build() !== between)
    assert.is(await evidence('written'), 'newest')
  },
  { timeout: 30_000 },
)

test(
  'a link that is flipped to another folder is noticed',
  async () => {
    await lab.write('one', 'one')
    await lab.write('two', 'two')
    await symlink(at('one'), at('plugins/written'))
    await lab.host.start()
    assert.is(await evidence('written'), 'one')
    const before = build()
    await symlink(at('two'), at('link'))
    await rename(at('link'), at('plugins/written'))
    await until(() => build() !== before)
    assert.is(await evidence('written'), 'two')
  },
  { timeout: 30_000 },
)

test('a pipe, a device or a folder in the place of a manifest is a fault, and holds nothing up', async () => {
  for (const name of ['pipe', 'device', 'folder']) await mkdir(at(`plugins/${name}`))
  execFileSync('mkfifo', [at('plugins/pipe/package.json')])
  await symlink('/dev/zero', at('plugins/device/package.json'))
  await mkdir(at('plugins/folder/package.json'))
  await lab.drop('good')
  await lab.host.start()
  assert.equal(provided(), ['good/main'])
  for (const [name, found] of [
    ['pipe', 'no regular file'],
    ['device', 'a link to /dev/zero'],
    ['folder', 'no regular file'],
  ] as const) {
    assert.equal([lab.row(name).state, lab.row(name).faults[0]!.found], ['rejected', found])
  }
})

test('a link to a tree without end in a plugin folder is not followed', async () => {
  await lab.host.start()
  await symlink('/', at('plugins/root'))
  await mkdir(at('plugins/a'))
  await symlink('/', at('plugins/a/root'))
  await lab.drop('good')
  await until(() => provided().includes('good/main'))
})

test('a link that leads nowhere is no plugin', async () => {
  await symlink(at('nowhere'), at('plugins/lost'))
  await lab.host.start()
  assert.equal(lab.host.pluginRows(), [])
  await unlink(at('plugins/lost'))
})

test('of two plugins with one name the first of the search path is taken; the other names both', async () => {
  await lab.end()
  lab = await Lab.make([], {}, ['first', 'plugins'])
  await lab.write('first/a', 'first')
  await lab.write('plugins/b', 'second')
  await lab.host.start()
  assert.is(await evidence('written'), 'first')
  const rejected = lab.host.pluginRows().find(({ state }) => state === 'rejected')!
  assert.is(rejected.folder, at('plugins/b'))
  assert.match(`${rejected.faults[0]!.found} ${rejected.faults[0]!.expected}`, at('first/a'))
  assert.match(rejected.faults[0]!.found, at('plugins/b'))
  await rm(at('first/a'), { recursive: true })
  await until(() => lab.host.pluginRows().every(({ state }) => state !== 'rejected'))
  await until(async () => (await evidence('written')) === 'second')
})

test('one folder that is found twice is one plugin', async () => {
  await lab.drop('good')
  await symlink(at('plugins/good'), at('plugins/same'))
  await lab.host.start()
  assert.equal(
    lab.host.pluginRows().map(({ folder }) => folder),
    [at('plugins/good')],
  )
})

test('a faulty manifest is told with all faults, and is taken when it is mended', async () => {
  await lab.write('plugins/written', 'here', { main: '../x.js', version: '1' })
  await lab.host.start()
  const row = lab.row('written')
  assert.is(row.state, 'rejected')
  assert.equal(row.faults.map(({ field }) => field).sort(), ['main', 'version'])
  assert.equal(row.faults[0]!.file, at('plugins/written/package.json'))
  await lab.write('plugins/written', 'here')
  await until(() => lab.row('written').state === 'idle')
  assert.is(
    lab.noted('plugin-changed', 'written')?.message,
    `written 1.0.0 in ${at('plugins/written')} has no faults any more`,
  )
  assert.is(await evidence('written'), 'here')
})

test('a fault and its end are told under one name, also where the manifest cannot be read', async () => {
  await lab.write('plugins/here', 'here', { name: '@acme/lab' })
  await lab.host.start()
  const manifest = await readFile(at('plugins/here/package.json'), 'utf8')
  await writeFile(at('plugins/here/package.json'), '{ "name": ')
  await until(() => lab.noted('plugin-rejected', '@acme/lab'))
  await writeFile(at('plugins/here/package.json'), manifest)
  await until(() => lab.noted('plugin-changed', '@acme/lab')?.message.endsWith('has no faults any more'))
})

test('a broken plugin does not keep the others from being found', async () => {
  await mkdir(at('plugins/broken'))
  await writeFile(at('plugins/broken/package.json'), '{ "name": ')
  await lab.drop('good')
  await lab.host.start()
  assert.equal(provided(), ['good/main'])
  assert.match(lab.row('broken').faults[0]!.field, /line 1, column \d+/)
})

test('another build under the name of a plugin whose folder was deleted inherits nothing before it is trusted', async () => {
  const noted = () => lab.notes.filter(({ type }) => type === 'plugin-removed').length
  const gone = async () => {
    const before = noted()
    await rm(at('plugins/asks'), { recursive: true })
    await until(() => noted() > before && provided().length === 0)
  }
  await lab.drop('asks')
  await lab.host.start()
  await lab.ask('asks', `await context.secrets.set('key', 'private')`)
  await gone()
  await lab.drop('asks')
  await until(() => provided().length > 0)
  const back = (await lab.ask('asks', `return context.secrets.get('key')`)) as { evidence: string }
  assert.is(JSON.parse(back.evidence).value, 'private', 'the same build has it again')
  await gone()
  await lab.drop('asks', 'draft')
  await writeFile(at('draft/other.js'), '')
  await rename(at('draft'), at('plugins/asks'))
  await until(() => lab.host.pluginRows().some(({ name, state }) => name === 'asks' && state === 'untrusted'))
  assert.match(lab.row('asks').because, 'of this name stored')
  assert.is(lab.row('asks').awaitsTrust, true)
  lab.host.trust('asks', lab.row('asks').build!, 'the test')
  const granted = (await lab.ask('asks', `return context.secrets.get('key')`)) as { evidence: string }
  assert.is(JSON.parse(granted.evidence).value, 'private')
})

test('a folder that comes back while nothing can be stored ends no host; its data follows when that is possible', async () => {
  await lab.drop('asks')
  await lab.host.start()
  await lab.ask('asks', `await context.secrets.set('key', 'private')`)
  await rm(at('plugins/asks'), { recursive: true })
  await until(() => lab.records.all('plugin-kept').length > 0)
  const { put, drop } = lab.records
  const fails = () => {
    throw new Error('the disk is full')
  }
  Object.assign(lab.records, { put: fails, drop: fails })
  await lab.drop('asks')
  const told = () => lab.notes.filter(({ message }) => message.includes('the disk is full'))
  await until(() => told().length > 0)
  // Others are not held up.
  await lab.drop('good')
  await until(() => provided().includes('good/main'))
  Object.assign(lab.records, { put, drop })
  await until(() => lab.records.all('plugin-kept').length === 0)
  const back = (await lab.ask('asks', `return context.secrets.get('key')`)) as { evidence: string }
  assert.is(JSON.parse(back.evidence).value, 'private')
})

test.run()
