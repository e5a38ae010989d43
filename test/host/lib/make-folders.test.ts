import { mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { makeFolders } from '../../../host/lib/make-folders.js'
import { suite } from '../../harness.js'

const test = suite('lib/make folders')
let folder: string

test.before.each(() => {
  folder = mkdtempSync(join(tmpdir(), 'claimd-folders-'))
})
test.after.each(() => rmSync(folder, { recursive: true, force: true }))

const codeOf = (path: string) => {
  try {
    makeFolders(path, 0o700)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code
  }
  return null
}

test('what is missing is made, and what is there is left as it is', () => {
  const path = join(folder, 'a', 'b', 'c')
  assert.is(makeFolders(path, 0o700), true)
  assert.is(statSync(path).mode & 0o777, 0o700)
  assert.is(makeFolders(path, 0o755), false)
  assert.is(statSync(path).mode & 0o777, 0o700)
})

test('it ends with the reason where no folder can be made', () => {
  for (const path of ['/proc/claimd', '/proc/claimd/state/deep']) assert.is(codeOf(path), 'ENOENT')
  writeFileSync(join(folder, 'file'), '')
  assert.is(codeOf(join(folder, 'file', 'x')), 'ENOTDIR')
  symlinkSync(join(folder, 'nowhere'), join(folder, 'link'))
  assert.is(codeOf(join(folder, 'link', 'x', 'y')), 'ENOENT')
})

test.run()
