import {
  chmodSync,
  chownSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import type { ClaimdError } from '@claimd/sdk'
import * as assert from 'uvu/assert'
import { exitCodeOf } from '../../../host/cli/exit-codes.js'
import { Database } from '../../../host/store/database.js'
import { openStore, pageSize } from '../../../host/store/open-store.js'
import { skip, suite } from '../../harness.js'
import { adapter, batch, event } from './batches.js'
import { Folders, failure } from './folders.js'

const test = suite('store/refused-state')
const folders = new Folders()
test.after(() => folders.removeAll())

/** Fails to open, with a code, an exit code and texts to act on. */
function refused(folder: string, code: string, exit: number): ClaimdError {
  const error = failure(() => openStore(folder))
  assert.is(error.code, code)
  assert.is(exitCodeOf(error.code), exit)
  assert.ok(error.found && error.expected && error.remedy, 'says what was found, expected, and what to do')
  return error
}

/** The same, and neither the database nor anything else in the folder is touched. */
function leftAlone(folder: string, code: string, exit: number): ClaimdError {
  const contents = () => readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'hex')])
  const before = contents()
  const error = refused(folder, code, exit)
  assert.equal(contents(), before)
  assert.is(refused(folder, code, exit).message, error.message, 'a second try says the same')
  return error
}

function filledState(): string {
  const folder = folders.make()
  const store = openStore(folder)
  store.commit(batch({ putAdapters: [adapter('1.1')] }))
  for (let i = 0; i < 20; i++) {
    const events = Array.from({ length: 20 }, (_, n) => event(i * 20 + n + 1))
    store.commit(batch({ events }))
  }
  store.close()
  return folder
}

function damage(folder: string, change: (file: Buffer) => void): string {
  const file = join(folder, 'claimd.db')
  const bytes = readFileSync(file)
  change(bytes)
  writeFileSync(file, bytes)
  return folder
}

test('a state that another store of this process uses', () => {
  const folder = folders.make()
  const store = openStore(folder)
  const error = refused(folder, 'STATE_IN_USE', 12)
  assert.match(error.found!, `process ${process.pid}`)
  store.commit(batch({ events: [event(1)] }))
  store.close()
  openStore(folder).close()
})

test('a file that is no database', () => {
  for (const content of ['hello\n', Buffer.alloc(8192), Buffer.alloc(200, 'SQLite format 2\0')]) {
    const folder = folders.make()
    writeFileSync(join(folder, 'claimd.db'), content, { mode: 0o600 })
    leftAlone(folder, 'STATE_DAMAGED', 1)
  }
})

test('an empty file, with or without a log: SQLite would begin anew and remove the log', () => {
  const folder = filledState()
  writeFileSync(join(folder, 'claimd.db'), '')
  leftAlone(folder, 'STATE_DAMAGED', 1)
  writeFileSync(join(folder, 'claimd.db-wal'), 'log')
  leftAlone(folder, 'STATE_DAMAGED', 1)
})

test('a log whose database is gone', () => {
  const folder = filledState()
  rmSync(join(folder, 'claimd.db'))
  writeFileSync(join(folder, 'claimd.db-wal'), 'log')
  leftAlone(folder, 'STATE_DAMAGED', 1)
})

test('a process that was killed at its first start leaves an empty file, which is no damage', () => {
  const folder = folders.make()
  for (const name of ['claimd.db', 'claimd.db-new']) writeFileSync(join(folder, name), '', { mode: 0o600 })
  openStore(folder).close()
  assert.equal(readdirSync(folder), ['claimd.db'])
})

test('a database of another application', () => {
  const folder = folders.make()
  const other = new Database(join(folder, 'claimd.db'))
  other.script('CREATE TABLE recipes (name TEXT)')
  other.close()
  chmodSync(join(folder, 'claimd.db'), 0o600)
  leftAlone(folder, 'STATE_FOREIGN', 12)
})

test('a database of a newer format', () => {
  const folder = filledState()
  const newer = new Database(join(folder, 'claimd.db'))
  newer.script('PRAGMA user_version = 99')
  newer.close()
  const error = leftAlone(folder, 'STATE_NEWER', 9)
  assert.match(error.found!, '99')
  assert.match(error.remedy!, `mkdir ${folder}/aside && mv ${folder}/claimd.db* ${folder}/aside/`)
})

test('a newer format that only the write-ahead log of a killed process tells of', () => {
  const folder = folders.make()
  const killed = folders.make()
  openStore(killed).close()
  const newer = new Database(join(killed, 'claimd.db'))
  newer.run('PRAGMA locking_mode = EXCLUSIVE')
  newer.run('PRAGMA journal_mode = WAL')
  newer.script('PRAGMA user_version = 99')
  const names = ['claimd.db', 'claimd.db-wal']
  for (const name of names) copyFileSync(join(killed, name), join(folder, name))
  newer.close()
  const contents = () => names.map((name) => readFileSync(join(folder, name), 'hex'))
  const before = contents()
  refused(folder, 'STATE_NEWER', 9)
  assert.equal(contents(), before)
})

test('a damaged page, a damaged definition, a damaged row, a file that was cut', () => {
  const marked = (file: Buffer, text: string) => {
    // What comes before may be the remains of a page that was split.
    const at = file.lastIndexOf(text)
    assert.ok(at > 0, `${text} is in the file`)
    return at
  }
  const damages: ((file: Buffer) => void)[] = [
    (file) => file.fill(0xa5, 5 * pageSize, 6 * pageSize),
    (file) => file.write('journal_bxtes', marked(file, 'journal_bytes'), 'latin1'),
    (file) => file.fill(0xff, marked(file, '"namespace"'), marked(file, '"namespace"') + 4),
  ]
  for (const change of damages) leftAlone(damage(filledState(), change), 'STATE_DAMAGED', 1)
  const cut = filledState()
  writeFileSync(join(cut, 'claimd.db'), readFileSync(join(cut, 'claimd.db')).subarray(0, 3 * pageSize))
  leftAlone(cut, 'STATE_DAMAGED', 1)
})

test('rows that are sound, and are not those that were written: a disk that forgot a write, another hand', () => {
  const changes = [
    "DELETE FROM rows WHERE kind = 'adapter' AND key = '1.1'",
    "INSERT INTO rows SELECT 99, 'holding', key, data, sum FROM rows WHERE key = '1.1'",
    "UPDATE rows SET key = '2.1'",
    `UPDATE rows SET data = replace(data, 'eth1', 'eth2')`,
    'DELETE FROM journal WHERE revision = 7',
    'UPDATE state SET revision = 3',
    'UPDATE state SET fence = fence + 1',
    'ALTER TABLE rows ADD COLUMN more TEXT',
    'DROP INDEX journal_rounds',
  ]
  for (const change of changes) {
    const folder = filledState()
    const database = new Database(join(folder, 'claimd.db'))
    database.script(change)
    database.close()
    leftAlone(folder, 'STATE_DAMAGED', 1)
  }
})

test('an event that is not as it was written is not told, and all others are', () => {
  const folder = filledState()
  const file = new Database(join(folder, 'claimd.db'))
  file.script(`UPDATE journal SET data = replace(data, 'it changed', 'it CHANGED') WHERE revision = 7`)
  file.close()
  const store = openStore(folder)
  assert.is(store.events(0, 6).length, 6)
  assert.is(failure(() => store.events(6, 1)).code, 'STATE_DAMAGED')
  assert.is(store.events(7, 1_000).length, 393)
  store.close()
})

test('the remedy for a damaged state works, and keeps what is moved away', () => {
  const folder = damage(filledState(), (file) => file.fill(0xa5, 5 * pageSize, 6 * pageSize))
  const { remedy } = refused(folder, 'STATE_DAMAGED', 1)
  assert.match(remedy!, 'mkdir')
  mkdirSync(join(folder, 'aside'))
  renameSync(join(folder, 'claimd.db'), join(folder, 'aside', 'claimd.db'))
  const store = openStore(folder)
  assert.is(store.load().revision, 0)
  store.close()
})

test('a state folder that is a file, or is below one', () => {
  const folder = folders.make()
  const file = join(folder, 'file')
  writeFileSync(file, '')
  refused(file, 'STATE_FOLDER_INVALID', 2)
  refused(join(file, 'state'), 'STATE_FOLDER_INVALID', 2)
  mkdirSync(join(folder, 'state', 'claimd.db'), { recursive: true })
  refused(join(folder, 'state'), 'STATE_FOLDER_INVALID', 2)
  assert.equal(readdirSync(folder).sort(), ['file', 'state'])
})

test('a folder or a file that belongs to somebody else', () => {
  if (process.geteuid?.() !== 0) skip('needs root, to stop being root')
  const folder = folders.make()
  const locked = join(folder, 'locked')
  const readable = join(folder, 'readable')
  const foreign = join(folder, 'foreign')
  mkdirSync(locked, { mode: 0o700 })
  mkdirSync(readable, { mode: 0o755 })
  openStore(foreign).close()
  chmodSync(foreign, 0o777)
  chmodSync(folder, 0o755)
  process.seteuid!(65534)
  try {
    for (const name of [locked, readable, foreign, join(folder, 'new')]) refused(name, 'STATE_FORBIDDEN', 7)
  } finally {
    process.seteuid!(0)
  }
})

test("what another user could change is not root's state: the folder, the database, its log, the way there", () => {
  if (process.geteuid?.() !== 0) skip('needs root, to give files away')
  const other = 12345
  const cases: [string, (folder: string) => void][] = [
    ['folder of another user', (folder) => chownSync(folder, other, other)],
    ['database of another user', (folder) => chownSync(join(folder, 'claimd.db'), other, other)],
    [
      'log of another user',
      (folder) => {
        writeFileSync(join(folder, 'claimd.db-wal'), '')
        chownSync(join(folder, 'claimd.db-wal'), other, other)
      },
    ],
    ['folder that the group may write to', (folder) => chmodSync(folder, 0o770)],
    ['folder that all may write to', (folder) => chmodSync(folder, 0o1777)],
    ['database that all may write to', (folder) => chmodSync(join(folder, 'claimd.db'), 0o666)],
  ]
  for (const [what, spoil] of cases) {
    const folder = filledState()
    spoil(folder)
    const { remedy, found } = leftAlone(folder, 'STATE_UNSAFE', 7)
    assert.match(found!, folder, what)
    assert.match(remedy!, /(chown -h root|chmod go-w) /, what)
  }
  const parent = folders.make()
  const state = join(parent, 'state')
  openStore(state).close()
  chmodSync(parent, 0o777)
  leftAlone(state, 'STATE_UNSAFE', 7)
  chmodSync(parent, 0o1777)
  openStore(state).close()
  chmodSync(parent, 0o777)
  openStore(state, { anyOwner: true }).close()
})

test.run()
