import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { shown } from '../../../../host/core/documents/shown.js'
import { suite } from '../../../harness.js'

const test = suite('core/documents/shown')

test('a short value is its JSON, and what is not there is nothing', () => {
  const short = fc.jsonValue({ maxDepth: 2 }).filter((value) => {
    const text = JSON.stringify(value)
    return text.length <= 60 && !/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(text)
  })
  fc.assert(fc.property(short, (value) => assert.is(shown(value), JSON.stringify(value))))
  assert.is(shown(undefined), 'nothing')
})

test('a long one is its beginning', () => {
  assert.is(shown('x'.repeat(1000)), `"${'x'.repeat(58)}…`)
  assert.is(shown('x'.repeat(58)), `"${'x'.repeat(58)}"`)
  fc.assert(
    fc.property(fc.array(fc.integer(), { minLength: 60 }), (list) => {
      assert.is(shown(list), `${JSON.stringify(list).slice(0, 59)}…`)
    }),
  )
})

test('no value, however long, deep or hostile, is too much', () => {
  let deep: unknown = 0
  for (let depth = 0; depth < 100_000; depth++) deep = depth % 2 === 0 ? [deep] : { '\u001b': deep }
  const hostile = fc.jsonValue({ stringUnit: 'binary' })
  fc.assert(
    fc.property(fc.oneof(hostile, fc.constant(deep)), (value) => {
      assert.ok(shown(value).length <= 60)
      assert.not.match(shown(value), /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u)
    }),
  )
})

test.run()
