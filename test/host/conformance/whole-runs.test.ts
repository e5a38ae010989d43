import * as assert from 'uvu/assert'
import { suite } from '../../harness.js'
import { brokenPlugins, failedIn, verifyBroken } from './broken-plugins.js'

const test = suite('conformance/whole-runs', { timeout: 110_000 })

/** Those whose fault could most easily show in other cases as well. */
for (const name of ['forgets', 'knows-by-name']) {
  test(`of all cases ${name} fails only its own`, async () => {
    const report = await verifyBroken(name)
    assert.equal(failedIn(report), brokenPlugins[name])
  })
}

test.run()
