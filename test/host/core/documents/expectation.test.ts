import * as assert from 'uvu/assert'
import { advice } from '../../../../host/core/documents/expectation.js'
import { suite } from '../../../harness.js'

const test = suite('core/documents/expectation')

test('a text that is refused is not suggested in its own place', () => {
  const name = { type: 'string', pattern: '^[a-z]', maxLength: 10 }
  assert.is(advice(name, 'Office'), 'Write "office"')
  assert.is(advice(name, 'office'), 'Write it in the form that is expected')
  assert.is(advice(name, 'a\nb'), 'Write "a-b"')
})

test.run()
