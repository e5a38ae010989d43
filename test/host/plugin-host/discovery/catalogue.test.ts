import { chmod, chown, lchown, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import * as assert from 'uvu/assert'
import { skip, suite } from '../../../harness.js'
import { DiscoveryLab } from './discovery-lab.js'

const test = suite('plugin-host/catalogue')
const isRoot = process.geteuid!() === 0
let lab: DiscoveryLab

test.before.each(async () => {
  lab = await DiscoveryLab.make()
})
test.after.each(() => lab.end())

const faults = (name: string) => lab.plugin(name)!.faults.map(({ file, found }) => [file, found])
/** Bytes that this process has read, from files and elsewhere. */
const bytesRead = async () => Number(/^rchar: (\d+)/.exec(await readFile('/proc/self/io', 'utf8'))![1])

test('what is accepted is the copy: its folder, its entry, and what it asks for', async () => {
  await lab.write('plugins/lab', 'one', { permissions: { network: true }, main: './index.js' })
  await lab.scan()
  const { accepted, folder } = lab.plugin('lab')!
  assert.is(folder, lab.at('plugins/lab'))
  assert.is(accepted!.staged, lab.at(`stage/plugins/lab/${accepted!.build}`))
  assert.is(accepted!.entry, `${accepted!.staged}/index.js`)
  assert.equal(accepted!.permissions, { network: true })
  await writeFile(lab.at('plugins/lab/index.js'), 'two')
  assert.is(await readFile(accepted!.entry, 'utf8'), 'one')
})

test('how a provider is called to connect is as its manifest says, with the defaults filled in', async () => {
  const providers = [
    { id: 'one', match: [{}] },
    { id: 'two', match: [{}], serial: false, deadlines: { connect: 300 } },
  ]
  await lab.write('plugins/lab', 'one', { contributes: { providers } })
  await lab.scan()
  assert.equal(
    lab.plugin('lab')!.accepted!.providers.map(({ serial, deadlines }) => ({ serial, ...deadlines })),
    [
      { serial: true, connectMs: 60_000, disconnectMs: 10_000 },
      { serial: false, connectMs: 300_000, disconnectMs: 10_000 },
    ],
  )
})

test('a folder that is rejected leaves no copy', async () => {
  await lab.write('plugins/lab', 'one', { version: 'x' })
  await lab.scan()
  assert.is(lab.plugin('lab')!.accepted, null)
  assert.equal(await readdir(lab.at('stage/plugins')), [])
  assert.equal(await readdir(lab.at('stage/tmp')), [])
})

test('a look at one folder sees that one, and what came and went if it is none', async () => {
  await lab.write('plugins/a', 'one')
  await lab.write('plugins/b', 'one')
  await lab.scan()
  const [a, b] = [lab.build('a'), lab.build('b')]
  await writeFile(lab.at('plugins/a/index.js'), 'two')
  await writeFile(lab.at('plugins/b/index.js'), 'two')
  lab.last = await lab.catalogue.look(lab.at('plugins/a'))
  assert.is.not(lab.build('a'), a)
  assert.is(lab.build('b'), b)
  await rm(lab.at('plugins/a'), { recursive: true })
  await lab.write('plugins/c', 'one')
  lab.last = await lab.catalogue.look(lab.at('plugins/a'))
  assert.equal(
    lab.last.plugins.map(({ name }) => name),
    ['b', 'c'],
  )
})

test(
  'of 200 plugins, a scan reads none that has not changed',
  async () => {
    const content = `// ${'x'.repeat(20_000)}`
    for (let index = 0; index < 200; index++) await lab.write(`plugins/p${index}`, content)
    await lab.scan()
    assert.is(lab.last.plugins.filter(({ accepted }) => accepted).length, 200)
    const before = await bytesRead()
    await lab.scan()
    const between = await bytesRead()
    assert.ok(between - before < 200_000, `${between - before} bytes`)
    await writeFile(lab.at('plugins/p7/index.js'), `${content}!`)
    const old = lab.build('p7')
    await lab.scan()
    assert.is.not(lab.build('p7'), old)
    assert.ok((await bytesRead()) - between < 400_000)
  },
  { timeout: 60_000 },
)

test('after a start the copies are there: nothing is copied again', async () => {
  for (let index = 0; index < 5; index++) await lab.write(`plugins/p${index}`, 'one')
  await lab.scan()
  const { entry } = lab.plugin('p3')!.accepted!
  const again = await lab.restart()
  await again.scan()
  await again.watcher.close()
  assert.is(again.plugin('p3')!.accepted!.entry, entry)
  assert.equal(await readdir(lab.at('stage/tmp')), [])
})

test('after a start the last good version is still there, though its folder holds another', async () => {
  await lab.write('plugins/lab', 'good')
  await lab.scan()
  const good = lab.plugin('lab')!.accepted!
  await writeFile(lab.at('plugins/lab/package.json'), '{')
  const again = await lab.restart()
  await again.scan()
  await again.watcher.close()
  assert.is(again.build('lab'), undefined)
  assert.equal(await again.catalogue.copyOf(good.build), good)
  assert.is(await again.catalogue.copyOf('0'.repeat(64)), null)
})

test('of plugins with one name the first is taken: by the search path, then by code points', async () => {
  await lab.end()
  lab = await DiscoveryLab.make({ folders: ['later', 'first'] })
  const one = { name: 'lab' }
  await lab.write('first/a', 'a', one)
  await lab.write('later/\uff5a', 'full width', one)
  await lab.write('later/\u{1f600}', 'a smile', one)
  await lab.write('later/b', 'b', one)
  await lab.write('later/B', 'B', one)
  await lab.scan()
  assert.equal(
    lab.last.plugins.map(({ folder }) => folder),
    ['later/B', 'later/b', 'later/\uff5a', 'later/\u{1f600}', 'first/a'].map((path) => lab.at(path)),
  )
  const [winner, ...others] = lab.last.plugins
  assert.ok(winner!.accepted)
  for (const { accepted, folder, faults } of others) {
    assert.is(accepted, null)
    const { found, expected } = faults.at(-1)!
    assert.ok(found.includes(folder) && expected.includes(winner!.folder))
  }
})

test('a faulty plugin does not yield its name: which one runs does not change with what is wrong', async () => {
  await lab.end()
  lab = await DiscoveryLab.make({ folders: ['first', 'later'] })
  await lab.write('first/a', 'a', { name: 'lab', version: 'x' })
  await lab.write('later/a', 'a', { name: 'lab' })
  await lab.scan()
  assert.equal(
    lab.last.plugins.map(({ accepted }) => accepted),
    [null, null],
  )
})

test('a plugin with other content than the pinned one is refused, and both hashes are told', async () => {
  await lab.write('plugins/lab', 'one')
  await lab.scan()
  const build = lab.build('lab')!
  lab.catalogue.setPins(new Map([['lab', `sha256:${build}`]]))
  assert.is((await lab.scan()) && lab.build('lab'), build)
  await writeFile(lab.at('plugins/lab/index.js'), 'two')
  await lab.scan()
  const { accepted, faults, build: other } = lab.plugin('lab')!
  assert.is(accepted, null)
  const [{ file, found, expected, remedy }] = faults as [(typeof faults)[0]]
  assert.is(file, lab.at('plugins/lab'))
  assert.ok(found.includes(other) && expected.includes(build) && remedy.includes(other))
  lab.catalogue.setPins(new Map([['lab', other]]))
  await lab.scan()
  assert.is(lab.build('lab'), other)
})

test('what others may write to is refused, with the command that mends it', async () => {
  await lab.write('plugins/lab', 'one')
  await mkdir(lab.at('plugins/lab/lib'))
  const expectFault = async (path: string, mode: number) => {
    await chmod(lab.at(path), mode)
    await lab.scan()
    const { accepted, faults: all } = lab.plugin('lab')!
    assert.is(accepted, null)
    assert.equal(faults('lab'), [
      [lab.at(path), `owner ${process.geteuid!()}, mode ${mode.toString(8).padStart(4, '0')}`],
    ])
    assert.is(all[0]!.remedy, `chmod go-w ${lab.at(path)}`)
  }
  for (const [path, bad, good] of [
    ['plugins', 0o775, 0o755],
    ['plugins/lab', 0o757, 0o755],
    ['plugins/lab/lib', 0o777, 0o755],
    ['plugins/lab/index.js', 0o664, 0o644],
    ['plugins/lab/package.json', 0o646, 0o644],
  ] as const) {
    await expectFault(path, bad)
    await chmod(lab.at(path), good)
    await lab.scan()
    assert.ok(lab.build('lab'), path)
  }
})

test('a folder that others may write to from the middle of a look on is refused', async () => {
  for (let round = 0; round < 6; round++) {
    await lab.write('plugins/lab', `${round}`)
    const look = lab.scan()
    await delay(round * 8)
    await chmod(lab.at('plugins/lab/index.js'), 0o666)
    await look
    await lab.scan()
    assert.is(lab.build('lab'), undefined)
    await chmod(lab.at('plugins/lab/index.js'), 0o644)
  }
})

test('a sticky folder that everybody writes to is safe', async () => {
  await lab.write('plugins/lab', 'one')
  await chmod(lab.at('plugins'), 0o1777)
  await lab.scan()
  assert.ok(lab.build('lab'))
})

test('who owns a folder, a file or a link on the way matters, on both sides of the link', async () => {
  if (!isRoot) skip('needs root')
  await lab.write('real/lab', 'one')
  await mkdir(lab.at('plugins'))
  await symlink('../real/lab', lab.at('plugins/lab'))
  await lab.scan()
  assert.ok(lab.build('lab'))
  for (const path of ['real', 'real/lab', 'real/lab/index.js', 'plugins', '.']) {
    await chown(lab.at(path), 54321, 0)
    await lab.scan()
    assert.is(lab.build('lab'), undefined, path)
    assert.match(lab.plugin('lab')!.faults[0]!.found, /^owner 54321, mode 0/)
    assert.match(lab.plugin('lab')!.faults[0]!.remedy, /^chown -h root /)
    await chown(lab.at(path), 0, 0)
  }
  await lchown(lab.at('plugins/lab'), 54321, 0)
  await lab.scan()
  assert.equal(faults('lab'), [[lab.at('plugins/lab'), 'owner 54321, mode 0777']])
})

test('under --dev, and of what ships with the host, it does not matter who may write', async () => {
  for (const options of [{ dev: true }, { bundled: true }]) {
    await lab.end()
    lab = await DiscoveryLab.make(options)
    await lab.write('plugins/lab', 'one')
    await chmod(lab.at('plugins/lab'), 0o777)
    await lab.scan()
    assert.ok(lab.build('lab'))
  }
})

test('a folder that cannot be copied says why, and names the plugin', async () => {
  await lab.write('plugins/folder', 'one', { name: 'lab' })
  await symlink('/etc/passwd', lab.at('plugins/folder/users'))
  await lab.scan()
  assert.equal(faults('lab'), [[lab.at('plugins/folder/users'), 'a link to /etc/passwd']])
})

test('a search folder that cannot be read keeps what was known', async () => {
  if (isRoot) skip('root can read everything')
  await lab.write('plugins/lab', 'one')
  await lab.scan()
  await chmod(lab.at('plugins'), 0)
  await lab.scan()
  await chmod(lab.at('plugins'), 0o755)
  assert.ok(lab.build('lab'))
  assert.is(lab.last.unreadable.length, 1)
})

test.run()
