import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rename, rm, stat, symlink, truncate, utimes, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import * as assert from 'uvu/assert'
import { hashContent, readContent } from '../../../../host/plugin-host/discovery/content.js'
import { folderLimits } from '../../../../host/plugin-host/discovery/folder-limits.js'
import { suite } from '../../../harness.js'

const test = suite('plugin-host/content')
let folder = ''

test.before.each(async () => {
  folder = await mkdtemp(join(tmpdir(), 'claimd-content-'))
  await mkdir(join(folder, 'lib'))
  await writeFile(join(folder, 'index.js'), 'one')
  await writeFile(join(folder, 'lib/part.js'), 'part')
})
test.after.each(() => rm(folder, { recursive: true }))

const look = async () => {
  const content = await readContent(folder)
  return { fingerprint: content.fingerprint, hash: await hashContent(folder, content) }
}

test('a file put in the place of another of the same size and time is seen', async () => {
  const before = await look()
  const { atime, mtime } = await stat(join(folder, 'index.js'))
  await utimes(join(folder, 'index.js'), atime, mtime)
  const { fingerprint } = await readContent(folder)
  await writeFile(join(folder, 'other.js'), 'two')
  await utimes(join(folder, 'other.js'), atime, mtime)
  await rename(join(folder, 'other.js'), join(folder, 'index.js'))
  const after = await look()
  assert.is.not(after.fingerprint, fingerprint)
  assert.is.not(after.hash, before.hash)
})

test('writing the same again changes the fingerprint, not the hash', async () => {
  const before = await look()
  await utimes(join(folder, 'index.js'), 1, 1)
  const after = await look()
  assert.is.not(after.fingerprint, before.fingerprint)
  assert.is(after.hash, before.hash)
})

test('a renamed file is another content', async () => {
  const before = await look()
  await rename(join(folder, 'lib'), join(folder, 'src'))
  assert.is.not((await look()).hash, before.hash)
})

test('a link that stays inside counts as what it leads to, a file or a folder', async () => {
  await symlink('index.js', join(folder, 'again.js'))
  await symlink('lib', join(folder, 'parts'))
  const linked = await look()
  await rm(join(folder, 'again.js'))
  await rm(join(folder, 'parts'))
  await writeFile(join(folder, 'again.js'), 'one')
  await mkdir(join(folder, 'parts'))
  await writeFile(join(folder, 'parts/part.js'), 'part')
  assert.is((await look()).hash, linked.hash)
})

test('what is no plain file is a fault that says what to do', async () => {
  await symlink('/etc/passwd', join(folder, 'out'))
  await symlink('../..', join(folder, 'lib/above'))
  await symlink('..', join(folder, 'lib/circle'))
  await symlink('nowhere', join(folder, 'lost'))
  execFileSync('mkfifo', [join(folder, 'pipe')])
  const server = createServer().listen(join(folder, 'socket'))
  await once(server, 'listening')
  const { faults } = await readContent(folder)
  server.close()
  assert.equal(
    faults.map(({ file, found }) => [relative(folder, file), found]),
    [
      ['lib/above', `a link to ${dirname(folder)}`],
      ['lib/circle', `a link to ${folder}, which holds it`],
      ['lost', 'a link that leads nowhere'],
      ['out', 'a link to /etc/passwd'],
      ['pipe', 'no regular file'],
      ['socket', 'no regular file'],
    ],
  )
  assert.ok(faults.every(({ expected, remedy }) => expected !== '' && remedy !== ''))
})

test('more files or bytes than a plugin may have are a fault, and are not read', async () => {
  await truncate(join(folder, 'index.js'), folderLimits.bytes + 1)
  const { faults } = await readContent(folder)
  assert.equal(
    faults.map(({ file, expected }) => [file, expected]),
    [[folder, `at most ${folderLimits.bytes} bytes`]],
  )
})

test('a file whose name is not UTF-8 is a fault', async () => {
  await writeFile(Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0xff])]), '')
  const { faults } = await readContent(folder)
  assert.equal(
    faults.map(({ found }) => found),
    ['a name that is not UTF-8'],
  )
})

test('what editors leave beside a file does not count', async () => {
  const before = await look()
  for (const name of [
    'index.js~',
    '#index.js#',
    '4913',
    'a.swp',
    'a.tmp',
    '.#index.js',
    'index.js___jb_tmp___',
  ]) {
    await writeFile(join(folder, name), 'x')
  }
  assert.equal(await look(), before)
})

test("packages count where the plugin runs with some, and an author's tools never keep it from running", async () => {
  const manifest = (fields: object) => writeFile(join(folder, 'package.json'), JSON.stringify(fields))
  const paths = async () => (await readContent(folder)).files.map(({ path }) => path)
  await manifest({ devDependencies: { typescript: '*' } })
  await mkdir(join(folder, 'node_modules/ms'), { recursive: true })
  await writeFile(join(folder, 'node_modules/ms/index.js'), 'x')
  await mkdir(join(folder, 'lib/node_modules'), { recursive: true })
  await writeFile(join(folder, 'lib/node_modules/own.js'), 'x')
  const own = (await paths()).filter((path) => path.includes('node_modules'))
  assert.equal(own, ['lib/node_modules/own.js'])
  const before = await hashContent(folder, await readContent(folder))
  await symlink('/', join(folder, 'node_modules/sdk'))
  const { faults } = await readContent(folder)
  assert.equal(faults, [])
  assert.is(await hashContent(folder, await readContent(folder)), before)
  await manifest({ dependencies: { ms: '*' } })
  assert.ok((await paths()).includes('node_modules/ms/index.js'))
  assert.equal((await readContent(folder)).faults, [], 'what it does not name may lead anywhere')
})

test('names that start with a dot do not count', async () => {
  const before = await look()
  await mkdir(join(folder, '.git'))
  await writeFile(join(folder, '.git/HEAD'), 'x')
  await mkdir(join(folder, 'node_modules/.cache'), { recursive: true })
  await writeFile(join(folder, 'node_modules/.cache/x'), 'x')
  assert.equal(await look(), before)
})

test.run()
