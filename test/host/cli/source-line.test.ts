import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { readSourceLine } from '../../../host/cli/source-line.js'
import { suite } from '../../harness.js'

const test = suite('cli/source line')

test('the line of a file, and nothing of what is no file or has no such line', () => {
  const folder = mkdtempSync(join(tmpdir(), 'claimd-test-'))
  try {
    const file = join(folder, 'a.ts')
    writeFileSync(file, 'one\r\ntwo\nthree')
    assert.is(readSourceLine(file, 1), 'one')
    assert.is(readSourceLine(file, 3), 'three')
    for (const line of [0, 4]) assert.is(readSourceLine(file, line), null)
    assert.is(readSourceLine(folder, 1), null)
    assert.is(readSourceLine('/dev/zero', 1), null)
    assert.is(readSourceLine(join(folder, 'gone'), 1), null)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test.run()
