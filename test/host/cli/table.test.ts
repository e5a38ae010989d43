import fc from 'fast-check'
import picocolors from 'picocolors'
import * as assert from 'uvu/assert'
import type { Page } from '../../../host/cli/page.js'
import { table } from '../../../host/cli/table.js'
import { widthOf } from '../../../host/cli/text.js'
import { suite } from '../../harness.js'

const test = suite('cli/table')

function page(width: number, colour = false): Page {
  return { width, colours: picocolors.createColors(colour), command: 'claimd', now: new Date(0) }
}

const columns = [{ head: 'NAME', least: 6 }, { head: 'WHAT' }]

test('puts columns under each other, whatever alphabet a name is in', () => {
  const shown = table(page(40), columns, [
    ['eth0', 'a link'],
    ['日本語', null],
    ['büro', 7],
  ])
  assert.is(
    shown,
    [
      'NAME    WHAT', //
      'eth0    a link',
      '日本語  -',
      'büro    7',
      '',
    ].join('\n'),
  )
})

test('cuts the widest column first, and none below its least width while another can give', () => {
  const shown = table(page(20), columns, [
    ['abcdefgh', 'a very long explanation'],
    ['日本語日本語', 'b'],
  ])
  assert.is(
    shown,
    [
      'NAME       WHAT', //
      'abcdefgh   a very l…',
      '日本語日…  b',
      '',
    ].join('\n'),
  )
})

test('columns that can be left out are, in their order, before any is cut below its least width', () => {
  const four = [
    { head: 'NAME', least: 6 },
    { head: 'PID', least: 7, leftOut: 2 },
    { head: 'RESTARTS', leftOut: 1 },
    { head: 'STATE', least: 11 },
  ]
  const rows = [['abcdefgh', 4194304, 0, 'quarantined']]
  const of = (width: number) => table(page(width), four, rows).split('\n').slice(0, -1)
  assert.equal(of(42), [
    'NAME      PID      RESTARTS  STATE', //
    'abcdefgh  4194304  0         quarantined',
  ])
  assert.equal(of(37), [
    'NAME      PID      STATE', //
    'abcdefgh  4194304  quarantined',
    'no room for RESTARTS',
  ])
  assert.equal(of(27), [
    'NAME      STATE', //
    'abcdefgh  quarantined',
    'no room for PID, RESTARTS',
  ])
  assert.equal(of(12), ['NAME    STA…', 'abcde…  qua…', 'no room for…'])
})

test('paints a cell without moving its neighbours', () => {
  const paint = page(40, true).colours.green
  const shown = table(page(40, true), columns, [[{ text: 'up', paint }, 'x']])
  assert.is(
    shown,
    '\x1b[1mNAME\x1b[22m    \x1b[1mWHAT\x1b[22m\n\x1b[32mup\x1b[39m    x\n'.replace(
      '    \x1b[1mW',
      '  \x1b[1mW',
    ),
  )
})

test('no line is wider than the page and no cell makes a line of its own, whatever is in it', () => {
  const cell = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }))
  fc.assert(
    fc.property(
      fc.array(fc.tuple(cell, cell, cell, cell), { maxLength: 5 }),
      fc.integer({ min: 40, max: 120 }),
      (rows, width) => {
        const heads = ['NAME', 'KIND', 'PROVIDER', 'ADDRESSES']
        const shown = table(
          page(width),
          heads.map((head) => ({ head })),
          rows,
        )
        const lines = shown.split('\n')
        assert.is(lines.length, rows.length + 2)
        for (const line of lines) assert.ok(widthOf(line) <= width, `${widthOf(line)} > ${width}: ${line}`)
        assert.not.match(lines.join(''), /[\p{Cc}\p{Cf}]/u)
      },
    ),
  )
})

test.run()
