import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { ClaimdError } from '@claimd/sdk'
import * as assert from 'uvu/assert'
import { claimdError } from '../../../host/core/errors.js'
import { makeTemporaryFolder } from '../../../host/lib/temporary-folder.js'
import { suite } from '../../harness.js'

const test = suite('lib/temporary-folder')
const { TMPDIR } = process.env

test.after.each(() => {
  if (TMPDIR === undefined) delete process.env.TMPDIR
  else process.env.TMPDIR = TMPDIR
})

const failure = (work: () => void): ClaimdError => {
  try {
    work()
  } catch (error) {
    assert.instance(error, ClaimdError)
    return error as ClaimdError
  }
  throw new Error('nothing was thrown')
}

test('a folder for temporary files that is not there, or is full, is passed over', () => {
  process.env.TMPDIR = '/there/is/no/such/folder'
  const folder = makeTemporaryFolder('claimd-test-')
  assert.match(basename(folder), /^claimd-test-/)
  rmSync(folder, { recursive: true })
  const tried: string[] = []
  process.env.TMPDIR = mkdtempSync(join('/dev/shm', 'claimd-test-tmp-'))
  const second = makeTemporaryFolder('claimd-test-', (one) => {
    tried.push(one)
    writeFileSync(join(one, 'half'), '')
    if (tried.length === 1) throw Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC' })
  })
  assert.ok(tried[0]!.startsWith(tmpdir()))
  assert.not.ok(existsSync(tried[0]!), 'nothing is left there')
  assert.is(second, tried[1])
  rmSync(second, { recursive: true })
  rmSync(process.env.TMPDIR, { recursive: true })
})

test('where it works nowhere, that is said with what to do; what is thrown on purpose is passed on', () => {
  const made: string[] = []
  const error = failure(() =>
    makeTemporaryFolder('claimd-test-', (one) => {
      made.push(one)
      throw new Error('ENOSPC: no space left')
    }),
  )
  assert.is(error.code, 'TEMPORARY_FOLDER_UNUSABLE')
  assert.match(error.document.remedy!, 'TMPDIR')
  assert.not.ok(made.some((one) => existsSync(one)))
  const own = claimdError('STATE_IN_USE', { message: 'it is in use' })
  const thrown = failure(() =>
    makeTemporaryFolder('claimd-test-', () => {
      throw own
    }),
  )
  assert.is(thrown, own)
})

test.run()
