import * as assert from 'uvu/assert'
import { nearest } from '../../../../host/core/documents/nearest.js'
import { suite } from '../../../harness.js'

const test = suite('core/documents/nearest')

const commands = ['adapters', 'adapter', 'connections', 'disconnect', 'monitor']

test('a slip leads to the word that was meant', () => {
  const slips = { adaptrs: 'adapters', adaptre: 'adapter', DISCONNECT: 'disconnect', montior: 'monitor' }
  for (const [slip, meant] of Object.entries(slips)) assert.is(nearest(slip, commands), meant)
  assert.is(nearest('nmae', ['kind', 'name']), 'name')
})

test('a word of its own is not taken for another', () => {
  for (const word of ['connect', 'doctor', '', 'x'.repeat(1e6)]) assert.is(nearest(word, commands), null)
  assert.is(nearest('mane', ['mains']), null)
})

test.run()
