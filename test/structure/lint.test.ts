import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import * as assert from 'uvu/assert'
import { suite } from '../harness.js'

const test = suite('structure/lint')
const root = fileURLToPath(new URL('../../../', import.meta.url))

test(
  'the sources are formatted and free of lint',
  () => {
    const lint = spawnSync('npm', ['run', '--silent', 'lint'], { cwd: root, encoding: 'utf8' })
    assert.is(lint.status, 0, `npm run format mends most of it:\n${lint.stdout}${lint.stderr}`)
  },
  { timeout: 60_000 },
)

test.run()
