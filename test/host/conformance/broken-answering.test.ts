import { suite } from '../../harness.js'
import { answering, testBroken } from './broken-plugins.js'

// Whole processes take their time on a busy machine.
const test = suite('conformance/broken-answering', { timeout: 60_000 })

testBroken(test, answering)

test.run()
