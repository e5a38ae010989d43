import { chmodSync, existsSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { verifyPlugin } from '../../../host/main.js'
import type { Suite } from '../../harness.js'
import { Lab, root } from '../../system/lab.js'
import { failedIn } from './broken-plugins.js'

/** Declares a test for each plugin in a folder of the repository: it conforms. */
export function testConforming(test: Suite, part: 'plugins' | 'samples'): void {
  const lab = new Lab()
  test.before(() => {
    // What the kit makes there can then be told from what others make; users of plugins have to come through.
    chmodSync(lab.folder, 0o711)
    process.env.TMPDIR = join(lab.folder, 'tmp')
    mkdirSync(process.env.TMPDIR)
  })
  test.after(() => lab.close())

  const names = readdirSync(join(root, part))
  for (const name of names.filter((one) => existsSync(join(root, part, one, 'package.json')))) {
    test(`${name} conforms, was seen to claim, and nothing is left of the run`, async () => {
      const report = await verifyPlugin({ folder: join(root, part, name) })
      assert.equal(failedIn(report), [])
      assert.ok(report.passed)
      assert.match(report.plugin.build!, /^[0-9a-f]{64}$/)
      assert.equal(readdirSync(process.env.TMPDIR!), [])
      // It is the one that every case applies to.
      if (name === 'ethernet') assert.ok(report.cases.every(({ result }) => result === 'pass'))
    })
  }
}
