import { suite } from '../../harness.js'
import { holding, testBroken } from './broken-plugins.js'

// Whole processes take their time on a busy machine.
const test = suite('conformance/broken-holding', { timeout: 60_000 })

testBroken(test, holding)

test.run()
