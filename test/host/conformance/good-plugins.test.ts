import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { verifyPlugin } from '../../../host/main.js'
import { suite } from '../../harness.js'
import { Lab, root } from '../../system/lab.js'
import { failedIn } from './broken-plugins.js'

const test = suite('conformance/good-plugins', { timeout: 110_000 })
const lab = new Lab()
test.before(() => {
  // What the kit makes there can then be told from what others make.
  process.env.TMPDIR = join(lab.folder, 'tmp')
  mkdirSync(process.env.TMPDIR)
})
test.after(() => lab.close())

const folders = ['plugins', 'samples']
  .flatMap((part) => readdirSync(join(root, part)).map((name) => join(part, name)))
  .filter((path) => existsSync(join(root, path, 'package.json')))

for (const path of folders) {
  test(`${path} conforms, was seen to claim, and nothing is left of the run`, async () => {
    const report = await verifyPlugin({ folder: join(root, path) })
    // A sample may rely on its match rules alone.
    assert.equal(
      failedIn(report).filter((id) => id !== 'declines-strangers'),
      [],
    )
    assert.ok(report.passed)
    assert.match(report.plugin.build!, /^[0-9a-f]{64}$/)
    assert.equal(readdirSync(process.env.TMPDIR!), [])
    // It is the one that every case applies to.
    if (path === 'plugins/ethernet') assert.ok(report.cases.every(({ result }) => result === 'pass'))
  })
}

test.run()
