import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { cut, harmless, pad, toJson, widthOf, wrap } from '../../../host/cli/text.js'
import { suite } from '../../harness.js'
import { claimd } from './fake-world.js'

const test = suite('cli/text')

test('shows what could act on a terminal as an escape', () => {
  assert.is(harmless('eth0'), 'eth0')
  assert.is(harmless('a\nb\tc\r'), 'a\\nb\\tc\\r')
  assert.is(harmless('\x1b[31mred\x07'), '\\x1b[31mred\\x07')
  assert.is(harmless('\x9b31m'), '\\x9b31m')
  assert.is(harmless('user\u202etxt.exe'), 'user\\u{202e}txt.exe')
  assert.is(harmless('zero\u200bwidth\u2028\ufeff'), 'zero\\u{200b}width\\u{2028}\\u{feff}')
  assert.is(harmless('\ud800'), '\\u{d800}')
  assert.is(harmless('büro 日本'), 'büro 日本')
})

test('nothing that is left can act on a terminal, whatever comes in', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      assert.not.match(harmless(text), /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u)
    }),
  )
})

test('JSON keeps its value and holds nothing that acts on a terminal', () => {
  assert.is(toJson({ name: '\x9b31m\u202e' }), '{"name":"\\u009b31m\\u202e"}')
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const json = toJson({ text })
      assert.not.match(json, /[\p{Cc}\p{Cf}]/u)
      assert.equal(JSON.parse(json), { text })
    }),
  )
})

test('counts columns as a terminal does', () => {
  assert.is(widthOf('eth0'), 4)
  assert.is(widthOf('büro'), 4)
  assert.is(widthOf('e\u0301'), 1)
  assert.is(widthOf('日本語'), 6)
  assert.is(widthOf('한국'), 4)
  assert.is(widthOf('ﾊﾝｶｸ'), 4)
  assert.is(widthOf('ＡＢ'), 4)
  assert.is(widthOf('🛰'), 1)
  assert.is(widthOf('🚀'), 2)
  assert.is(widthOf('❤️'), 2)
})

test('cuts at a width, never within a character', () => {
  assert.is(cut('abcdef', 6), 'abcdef')
  assert.is(cut('abcdef', 4), 'abc…')
  assert.is(cut('日本語', 6), '日本語')
  assert.is(cut('日本語', 5), '日本…')
  assert.is(cut('日本語', 4), '日…')
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 20 }), (text, width) => {
      assert.ok(widthOf(cut(text, width)) <= width)
    }),
  )
})

test('pads to a width', () => {
  assert.is(pad('日本', 6), '日本  ')
  assert.is(pad('toolong', 3), 'toolong')
})

test('breaks lines between words, and within a word that is too long', () => {
  assert.equal(wrap('one two three', 7), ['one two', 'three'])
  assert.equal(wrap('abcdefghij kl', 4), ['abcd', 'efgh', 'ij', 'kl'])
  assert.equal(wrap('', 4), [''])
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 2, max: 30 }), (text, width) => {
      const lines = wrap(text, width)
      assert.ok(lines.every((line) => widthOf(line) <= width))
      assert.is(lines.join('').replaceAll(' ', ''), text.replaceAll(' ', ''))
    }),
  )
})

test('a command that is suggested is broken between its words only, so that it can be copied', async () => {
  const command = '/srv/a-rather-long-path/to/claimd/dist/host/cli/claimd.js'
  const { err } = await claimd('statsu', { command, env: { COLUMNS: '40' } })
  assert.match(err, `\n            ${command}`)
  assert.match(
    err
      .split('\n')
      .filter((line) => !line.includes(command))
      .join(' '),
    '--help',
  )
})

test.run()
