import * as fc from 'fast-check'
import * as assert from 'uvu/assert'
import { isNestedDeeper, nestsDeeper } from '../../../../host/core/documents/nesting.js'
import { suite } from '../../../harness.js'

const test = suite('core/documents/nesting')

/** The same by recursion, which only shallow values allow. */
function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  return 1 + Math.max(0, ...Object.values(value).map(depthOf))
}

test('the depth of a JSON text is that of its value, whatever its strings hold', () => {
  fc.assert(
    fc.property(fc.json({ stringUnit: 'binary' }), fc.nat(8), (json, limit) => {
      assert.is(isNestedDeeper(json, limit), depthOf(JSON.parse(json)) > limit)
    }),
  )
})

test('brackets and quotes in strings do not count', () => {
  assert.not.ok(isNestedDeeper(JSON.stringify(['[[[[', '\\"[[[[', '{"']), 1))
  assert.ok(isNestedDeeper('['.repeat(20_000), 100))
})

test('a value is as deep as its text', () => {
  for (const [value, depth] of [
    [5, 0],
    [null, 0],
    [[], 1],
    [{ a: [1, { b: 2 }] }, 3],
  ] as const) {
    assert.not(nestsDeeper(value, depth))
    assert.is(nestsDeeper(value, depth - 1), depth > 0)
    assert.is(isNestedDeeper(JSON.stringify(value), depth - 1), depth > 0)
  }
  const deep = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`)
  assert.ok(nestsDeeper(deep, 64))
})

test.run()
