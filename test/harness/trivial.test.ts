import * as assert from 'uvu/assert'
import { skip, suite } from '../harness.js'

const test = suite('trivial')
test('adds', () => assert.is(1 + 1, 2))
test('skips', () => skip('no reason'))
test.run()
