import { suite } from '../../harness.js'
import { testConforming } from './conforming.js'

// Whole processes take their time on a busy machine.
const test = suite('conformance/bundled-plugins', { timeout: 110_000 })

testConforming(test, 'plugins')

test.run()
