import { readFileSync } from 'node:fs'
import { open, url } from 'node:inspector'
import * as assert from 'uvu/assert'
import { keepDebuggersClosed } from '../../../host/cli/no-debugger.js'
import { suite } from '../../harness.js'

const test = suite('cli/no debugger')

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5))
}

test('a debugger that is open at the start is closed, and one that opens a moment later', async () => {
  open(0, '127.0.0.1')
  const end = keepDebuggersClosed()
  assert.is(url(), undefined)
  open(0, '127.0.0.1')
  await until(() => url() === undefined)
  end()
})

test('the listener for SIGUSR1 is the first thing that the entry loads', () => {
  const entry = readFileSync(new URL('../../../host/cli/claimd.js', import.meta.url), 'utf8')
  assert.is(/^import .*/m.exec(entry)?.[0], "import './no-sigusr1.js';")
})

test.run()
