import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { LogLines, logBudget, logLineLimit } from '../../../../host/plugin-host/logs/log-lines.js'
import { suite } from '../../../harness.js'

const test = suite('plugin-host/log-lines')

function collect() {
  const lines: string[] = []
  const dropped: number[] = []
  const log = new LogLines(
    (line) => lines.push(line),
    (count) => dropped.push(count),
  )
  return { lines, dropped, log }
}

test('however it is cut into pieces, the same lines come out', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 20 })), fc.array(fc.nat(10)), (texts, cuts) => {
      const { lines, log } = collect()
      const splitter = log.splitter('stdout')
      let rest = texts.map((text) => `${text}\n`).join('')
      for (const cut of cuts) {
        splitter.write(rest.slice(0, cut))
        rest = rest.slice(cut)
      }
      splitter.write(rest)
      splitter.end()
      const { lines: expected, log: whole } = collect()
      for (const line of texts.flatMap((text) => text.split('\n'))) whole.write(line, 'stdout')
      assert.equal(lines, expected)
      log.close()
      whole.close()
    }),
  )
})

test('no line holds what a terminal would act on', () => {
  const { lines, log } = collect()
  log.write('a\u001b]0;title\u0007b\u202ec\u2028d\te\r', 'stderr')
  assert.equal(lines, ['a\\u{1b}]0;title\\u{7}b\\u{202e}c\\u{2028}d  e'])
  log.close()
})

test('an endless line is cut, and kept no longer than that', () => {
  const { lines, log } = collect()
  const splitter = log.splitter('stdout')
  for (let piece = 0; piece < 1000; piece++) splitter.write('x'.repeat(1000))
  splitter.write('\nnext\n')
  assert.equal(
    lines.map((line) => line.length),
    [logLineLimit, 4],
  )
  log.close()
})

test('what is over the budget is counted, and said once', () => {
  const { lines, dropped, log } = collect()
  for (let line = 0; line < 10_000; line++) log.write('', 'stdout')
  assert.ok(lines.length < logBudget.units / 10)
  log.close()
  log.close()
  assert.equal(dropped, [10_000 - lines.length])
})

test.run()
