import { execFileSync } from 'node:child_process'
import * as assert from 'uvu/assert'
import { shellWord } from '../../../host/core/shell-word.js'
import { suite } from '../../harness.js'

const test = suite('core/shell-word')

test('a shell reads one word again, whatever is in it', () => {
  for (const text of ['/run/claimd.sock', 'a b', "it's", '$(x) `y` "z"', '', '\n', '~', '*']) {
    const read = execFileSync('sh', ['-c', `printf %s ${shellWord(text)}`], { encoding: 'utf8' })
    assert.is(read, text)
  }
})

test('what needs no quotes has none', () => {
  assert.is(shellWord('/run/claimd/a-b_1.sock'), '/run/claimd/a-b_1.sock')
})

test.run()
