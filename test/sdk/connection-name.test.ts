import { connectionNameFault } from '@claimd/sdk'
import * as assert from 'uvu/assert'
import { suite } from '../harness.js'

const test = suite('sdk/connection name')

test('names that cannot be seen, told apart or written in a path are refused', () => {
  for (const name of [
    '.',
    '..',
    ' ',
    '\u00a0',
    '\u2003 ',
    '\u3164',
    '\u2800',
    'office\u200b',
    '\u2066x',
    'a\u2028b',
  ])
    assert.type(connectionNameFault(name), 'string', JSON.stringify(name))
})

test('names of ordinary words, signs and scripts are taken', () => {
  for (const name of ['office', 'a b', '...', '.hidden', '3.3', 'Büro', '事務所', 'eth0-found', '~'])
    assert.is(connectionNameFault(name), null, name)
})

test.run()
