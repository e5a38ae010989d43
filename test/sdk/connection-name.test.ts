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
    'off\u200dice',
    '\u{1f600}\u200d\u{1f600}',
    '\u{1f469}\u200d',
    'office\ufe0f',
    '\ufe0f',
    '\u034f',
    '\u17b4',
    '\u{13440}',
    '\u0301office',
    ' ok',
    'ok ',
    'a  b',
    'a\u00a0b',
    'office\uffff',
  ])
    assert.type(connectionNameFault(name), 'string', JSON.stringify(name))
})

test('one name has one spelling: the composed one, which the fault names', () => {
  assert.is(connectionNameFault('Bu\u0308ro'), 'is not in Unicode normal form C, which is "B\u00fcro"')
  assert.is(connectionNameFault('B\u00fcro'), null)
})

test('names of ordinary words, signs and scripts are taken', () => {
  for (const name of [
    'office',
    'a b',
    '...',
    '.hidden',
    '3.3',
    'Büro',
    '事務所',
    'eth0-found',
    '~',
    '\u{1f469}\u200d\u{1f4bb}',
    'x \u{1f3f4}\u200d\u2620\ufe0f y',
  ])
    assert.is(connectionNameFault(name), null, name)
})

test.run()
