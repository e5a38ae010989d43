import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import type { ClaimdError } from '@claimd/sdk'
import * as assert from 'uvu/assert'
import { Database } from '../../../host/store/database.js'
import { examineState } from '../../../host/store/examine-state.js'
import { lockHolder } from '../../../host/store/lock-holder.js'
import { openStore } from '../../../host/store/open-store.js'
import { skip, suite } from '../../harness.js'
import { Folders } from './folders.js'

const test = suite('store/examine-state')
const folders = new Folders()
test.after(() => folders.removeAll())

function sound(): string {
  const folder = folders.make()
  openStore(folder).close()
  return folder
}

const contents = (folder: string) =>
  readdirSync(folder, { withFileTypes: true }).map((entry) => [
    entry.name,
    entry.isFile() ? readFileSync(join(folder, entry.name), 'hex') : '',
  ])

function startTrouble(folder: string): string | null {
  try {
    openStore(folder).close()
    return null
  } catch (error) {
    return (error as ClaimdError).code
  }
}

function withPragma(folder: string, pragma: string): string {
  const database = new Database(join(folder, 'claimd.db'))
  database.run(`PRAGMA ${pragma}`)
  database.close()
  return folder
}

test('what would stop the next start is found, with the words of that start, and nothing is changed', () => {
  const cases: [string, (folder: string, file: string) => void][] = [
    ['STATE_DAMAGED', (_, file) => writeFileSync(file, 'x'.repeat(4096))],
    ['STATE_DAMAGED', (_, file) => truncateSync(file, 0)],
    ['STATE_DAMAGED', (_, file) => writeFileSync(file, readFileSync(file).fill(0x55, 5000))],
    [
      'STATE_DAMAGED',
      (folder, file) => {
        rmSync(file)
        writeFileSync(join(folder, 'claimd.db-wal'), 'a log')
      },
    ],
    ['STATE_NEWER', (folder) => withPragma(folder, 'user_version = 999')],
    ['STATE_FOREIGN', (folder) => withPragma(folder, 'application_id = 1234')],
    [
      'STATE_FOLDER_INVALID',
      (_, file) => {
        rmSync(file)
        mkdirSync(file)
      },
    ],
  ]
  for (const [code, spoil] of cases) {
    const folder = sound()
    spoil(folder, join(folder, 'claimd.db'))
    const before = contents(folder)
    const trouble = examineState(folder)
    assert.is(trouble?.code, code)
    assert.match(JSON.stringify(trouble), folder)
    assert.not.match(JSON.stringify(trouble), 'claimd-state-')
    assert.equal(contents(folder), before)
  }
})

test('a folder that cannot be looked into is a trouble, and no internal error', () => {
  const loop = join(folders.make(), 'loop')
  symlinkSync('loop', loop)
  assert.match(examineState(loop)!.found!, 'ELOOP')
})

test('as root: a folder or database that another user could change is a trouble, as at the start', () => {
  if (process.geteuid!() !== 0) skip('only root has a state that others must not change')
  for (const name of ['.', 'claimd.db']) {
    const folder = sound()
    chmodSync(join(folder, name), 0o777)
    assert.equal([examineState(folder)?.code, startTrouble(folder)], ['STATE_UNSAFE', 'STATE_UNSAFE'])
  }
})

test('a folder for temporary files that is missing says nothing of the state', () => {
  const { TMPDIR } = process.env
  const folder = sound()
  process.env.TMPDIR = '/there/is/no/such/folder'
  try {
    assert.is(examineState(folder), null)
  } finally {
    if (TMPDIR === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = TMPDIR
  }
})

test('a sound database, and none at all, are fine', () => {
  assert.is(examineState(sound()), null)
  assert.is(examineState(folders.make()), null)
  assert.is(examineState('/there/is/no/such/folder'), null)
})

test('a database of this process keeps its lock', () => {
  const folder = folders.make()
  const store = openStore(folder)
  try {
    assert.is(examineState(folder), null)
    assert.is(lockHolder(join(folder, 'claimd.db')), process.pid)
  } finally {
    store.close()
  }
})

test.run()
