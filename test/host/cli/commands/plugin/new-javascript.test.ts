import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { suite } from '../../../../harness.js'
import { MadePlugin } from './made-plugin.js'

// The conformance kit, which its tests run, starts whole daemons.
const test = suite('cli/commands/plugin/new in javascript', { timeout: 110_000 })

const checking = '--allowJs --checkJs --noEmit --strict --target es2023 --module nodenext --types'.split(' ')
checking.push('')

test('it type-checks, passes its own tests and conforms, as it was made', async () => {
  const made = await MadePlugin.make('javascript')
  try {
    await made.tsc(...checking, join(made.folder, 'index.js'))
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
