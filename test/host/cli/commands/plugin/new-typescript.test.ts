import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { suite } from '../../../../harness.js'
import { root } from '../../../../system/lab.js'
import { MadePlugin } from './made-plugin.js'

// The conformance kit, which its tests run, starts whole daemons.
const test = suite('cli/commands/plugin/new in typescript', { timeout: 110_000 })

function documentedUnitTest(): string {
  const text = readFileSync(join(root, 'sdk/docs/conformance.md'), 'utf8')
  return /^## Unit tests$[\s\S]*?^```js\n([\s\S]*?)^```$/m.exec(text)![1]!
}

test('it type-checks with the documented unit test, passes its own tests and conforms, as it was made', async () => {
  const made = await MadePlugin.make('typescript')
  try {
    // The example of the documentation, as a test in TypeScript.
    writeFileSync(join(made.folder, 'test/example.test.ts'), documentedUnitTest())
    await made.tsc('--project', made.folder)
    rmSync(join(made.folder, 'dist/test'), { recursive: true })
    await made.check()
    await made.script('pack')
    const { plugin } = JSON.parse(
      (await made.script('claimd', 'plugin', 'check', 'acme-claimd-lab-0.1.0.tgz', '--json')).stdout,
    )
    assert.is(plugin, '@acme/claimd-lab')
    assert.match(await made.test(), /^# pass 3$/m)
  } finally {
    made.remove()
  }
})

test.run()
