import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { cases } from '@claimd/sdk/conformance'
import * as assert from 'uvu/assert'
import { suite } from '../../harness.js'
import { root } from '../../system/lab.js'

const test = suite('sdk/conformance/docs')

test('the documentation has every case of the kit, in its order', () => {
  const text = readFileSync(join(root, 'sdk/docs/conformance.md'), 'utf8')
  const rows = [...text.matchAll(/^\| `([a-z-]+)` +\| (must|should) *\| (.*?) *\|$/gm)]
  assert.equal(
    rows.map(([, id, level, rule]) => ({ id, level, rule })),
    cases.map(({ id, level, rule }) => ({ id, level, rule })),
  )
})

test('every case has an id of its own, and a rule in a sentence', () => {
  assert.is(new Set(cases.map(({ id }) => id)).size, cases.length)
  for (const { rule } of cases) assert.match(rule, /^\S.*\.$/)
})

test.run()
