import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { type BindValue, checkBindValues, countPlaceholders } from '../../../host/store/bind-values.js'
import { Database } from '../../../host/store/database.js'
import { suite } from '../../harness.js'

const test = suite('store/bind-values')

// Given to libsql as they are, several of these end the process; this file would not come to its end.
const deadly: unknown[] = [
  true,
  false,
  undefined,
  new Date(0),
  {},
  [],
  [1],
  Symbol('s'),
  () => {},
  new Uint8Array(4),
  new ArrayBuffer(4),
  new String('text'),
  Object.create(Buffer.prototype),
  Number.NaN,
  Number.POSITIVE_INFINITY,
  2n ** 63n,
  'a\0b',
  'half \ud800',
]

test('what SQLite cannot keep as it is never reaches libsql', () => {
  const database = new Database(':memory:')
  for (const value of deadly) {
    const values = [value] as BindValue[]
    assert.throws(
      () => database.get('SELECT ? AS kept', values),
      (error: unknown) => error instanceof TypeError,
    )
    assert.throws(
      () => database.run('SELECT ?', values),
      (error: unknown) => error instanceof TypeError,
    )
    assert.throws(
      () => database.all('SELECT ?', values),
      (error: unknown) => error instanceof TypeError,
    )
  }
  database.close()
})

test('every value is either refused, or kept exactly', () => {
  const database = new Database(':memory:')
  const values = fc.oneof(
    { arbitrary: fc.anything({ withBigInt: true, withDate: true, withTypedArray: true }), weight: 2 },
    fc.string({ unit: 'binary' }),
    fc.double(),
    fc.integer(),
    fc.bigInt(),
    fc.uint8Array().map((bytes) => Buffer.from(bytes)),
  )
  fc.assert(
    fc.property(values, (value) => {
      let row: { kept: unknown } | undefined
      try {
        row = database.get('SELECT CAST(? AS BLOB) AS kept, typeof(?) AS type', [value, value] as BindValue[])
      } catch (error) {
        assert.instance(error, TypeError)
        return
      }
      if (typeof value === 'string') assert.equal((row!.kept as Buffer).toString(), value)
      else if (Buffer.isBuffer(value)) assert.equal(row!.kept, value)
      else assert.ok(value === null || typeof value === 'number' || typeof value === 'bigint')
      assert.equal(Object.keys(row!), ['kept', 'type'], 'no _metadata')
    }),
    { numRuns: 2000 },
  )
  database.close()
})

test('a wrong number of values, or no array, is refused', () => {
  const sql = 'SELECT ?, ?'
  const database = new Database(':memory:')
  for (const values of [[], [1], [1, 2, 3], new Array(3), { 0: 1, length: 2 }, 'ab', null]) {
    assert.throws(
      () => database.all(sql, values as BindValue[]),
      (error: unknown) => error instanceof TypeError,
    )
  }
  assert.equal(database.all(sql, [1, null]).length, 1)
  database.close()
})

test('what is bound is what was checked, even for an array that changes', () => {
  let reads = 0
  const shifty = new Proxy([1], {
    get: (target, key) => (key === '0' && reads++ > 0 ? true : Reflect.get(target, key)),
  })
  assert.equal(checkBindValues(shifty as BindValue[], 1), [1])
})

test('placeholders are counted where they are ones', () => {
  assert.is(countPlaceholders("SELECT '?', \"?\" -- ?\n, ? /* ? */ WHERE a = ? AND b ->> '$.x' = ':y'"), 2)
  for (const sql of ['SELECT ?1', 'SELECT :name', 'SELECT @name', 'SELECT $name']) {
    assert.throws(() => countPlaceholders(sql), /plain/)
  }
})

test.run()
