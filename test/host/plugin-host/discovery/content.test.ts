import { mkdir, mkdtemp, rename, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { hashContent, readContent } from '../../../../host/plugin-host/discovery/content.js'
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

test('a renamed file is another content, and a link is what it says', async () => {
  const before = await look()
  await rename(join(folder, 'lib'), join(folder, 'src'))
  const renamed = await look()
  assert.is.not(renamed.hash, before.hash)
  await symlink('/', join(folder, 'root'))
  assert.is.not((await look()).hash, renamed.hash)
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
