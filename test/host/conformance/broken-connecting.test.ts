import { suite } from '../../harness.js'
import { connecting, connectingTogether, testBroken } from './broken-plugins.js'

// Whole processes take their time on a busy machine.
const test = suite('conformance/broken-connecting', { timeout: 60_000 })

testBroken(test, connecting, connectingTogether)

test.run()
