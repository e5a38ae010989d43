import * as assert from 'uvu/assert'
import { suite } from '../../../../harness.js'
import { MadePlugin } from './made-plugin.js'

// The conformance kit, which its tests run, starts whole daemons.
const test = suite('cli/commands/plugin/new in typescript', { timeout: 110_000 })

test('it type-checks, passes its own tests and conforms, as it was made', async () => {
  const made = await MadePlugin.make('typescript')
  try {
    await made.tsc('--project', made.folder)
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
