import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { Database, isSqliteError } from '../../../host/store/database.js'
import { suite } from '../../harness.js'
import { Folders } from './folders.js'

const test = suite('store/database')
const folders = new Folders()
let database: Database

test.before.each(() => {
  database = new Database(join(folders.make(), 'test.db'))
  database.script('CREATE TABLE numbers (number INTEGER PRIMARY KEY, name TEXT) STRICT')
})
test.after.each(() => database.close())
test.after(() => folders.removeAll())

const count = () => database.get<{ count: number }>('SELECT count(*) AS count FROM numbers')!.count

test('a transaction that throws leaves nothing behind and tells the first error', () => {
  const insert = (number: number) => database.run('INSERT INTO numbers (number) VALUES (?)', [number])
  assert.throws(
    () =>
      database.transaction(() => {
        insert(1)
        insert(1)
      }),
    (error: unknown) => isSqliteError(error) && error.code.startsWith('SQLITE_CONSTRAINT'),
  )
  assert.is(count(), 0)
  database.transaction(() => insert(1))
  assert.is(count(), 1)
})

test('an error that has rolled back already is not hidden by another rollback', () => {
  const work = () => {
    database.run('ROLLBACK')
    throw new Error('the first error')
  }
  assert.throws(() => database.transaction(work), /the first error/)
})

test('a statement whose rows nobody wants does not keep transactions from committing', () => {
  database.run('INSERT INTO numbers (number) VALUES (1), (2), (3)')
  database.run('SELECT number FROM numbers')
  database.get('SELECT number FROM numbers')
  database.transaction(() => database.run('INSERT INTO numbers (number) VALUES (4)'), { sync: true })
  assert.is(count(), 4)
})

test('text that may be damaged is only read as bytes, for other bytes would end the process', () => {
  database.script("INSERT INTO numbers VALUES (1, CAST(x'ff' AS TEXT))")
  assert.throws(() => database.all('SELECT name FROM numbers'), /CAST/)
  assert.equal(database.all('SELECT CAST(name AS BLOB) AS name FROM numbers'), [
    { name: Buffer.from([0xff]) },
  ])
})

test('a closed database can be opened again at once, and does nothing any more itself', () => {
  const file = join(folders.make(), 'closed.db')
  const first = new Database(file)
  first.run('PRAGMA locking_mode = EXCLUSIVE')
  first.run('PRAGMA journal_mode = WAL')
  first.script('CREATE TABLE t (a INTEGER)')
  first.run('INSERT INTO t VALUES (?)', [1])
  const second = new Database(file)
  assert.throws(
    () => second.all('SELECT a FROM t'),
    (error: unknown) => isSqliteError(error) && error.code === 'SQLITE_BUSY',
  )
  first.close()
  first.close()
  assert.equal(second.all('SELECT a FROM t'), [{ a: 1 }])
  assert.throws(() => first.run('INSERT INTO t VALUES (?)', [2]), /closed/)
  assert.throws(() => first.script('SELECT 1'), /closed/)
  second.close()
})

test('with `sync` a transaction waits until the disk has it, and only then', () => {
  const level = () => database.get<{ synchronous: number }>('PRAGMA synchronous')!.synchronous
  database.script('PRAGMA synchronous = NORMAL')
  assert.is(database.transaction(level, { sync: true }), 2)
  assert.is(database.transaction(level), 1)
})

test.run()
