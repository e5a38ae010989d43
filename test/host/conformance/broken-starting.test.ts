import { cases } from '@claimd/sdk/conformance'
import * as assert from 'uvu/assert'
import { suite } from '../../harness.js'
import { brokenFolders, brokenPlugins, starting, testBroken } from './broken-plugins.js'

// Whole processes take their time on a busy machine.
const test = suite('conformance/broken-starting', { timeout: 60_000 })

test('there is a broken plugin for every case', () => {
  assert.equal(brokenFolders, Object.keys(brokenPlugins).sort())
  const failed = new Set(Object.values(brokenPlugins).flat())
  assert.equal(
    cases.map(({ id }) => id).filter((id) => !failed.has(id)),
    [],
  )
})

testBroken(test, starting)

test.run()
