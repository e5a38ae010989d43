import * as assert from 'uvu/assert'
import { suite } from '../../harness.js'
import type { Benchmark } from '../benchmark.js'
import type { Figure } from '../figure.js'
import { Report } from './report.js'
import { quantile } from './statistics.js'

const test = suite('bench/report')
const benchmark: Benchmark = { name: 'one', title: 'a benchmark', lacking: () => null, run: async () => {} }

function told(figure: Figure) {
  const lines: string[] = []
  const report = new Report(benchmark, (line) => lines.push(line.replaceAll(/\x1b\[\d+m/g, '')))
  report.figure(figure)
  return { row: report.group.rows[0]!, text: lines.slice(2).join('\n') }
}

test('of times less is better, and the ratio says how many times', () => {
  const { row, text } = told({
    what: 'p50',
    value: 2,
    unit: 'ms',
    budget: 1.5,
    beside: { name: 'peer', value: 15 },
  })
  assert.equal([row.met, row.ratio], [false, 7.5])
  assert.match(text, /p50 +2 ms +✗ ≤ 1\.5 ms\n +peer +15 ms +7\.5× faster/)
})

test('of rates more is better', () => {
  const { row, text } = told({
    what: 'offers',
    value: 50_000,
    unit: 'per second',
    budget: 40_000,
    beside: { name: 'bare', value: 100_000 },
  })
  assert.equal([row.met, row.ratio], [true, 0.5])
  assert.match(text, /50,000 \/s +✓ ≥ 40,000 \/s\n +bare +100,000 \/s +2× fewer/)
})

test('counts of different totals are not compared', () => {
  const { row, text } = told({
    what: 'missed',
    value: 0,
    unit: 'of 250',
    budget: 0,
    beside: { name: 'peer', value: 4, unit: 'of 40' },
  })
  assert.equal([row.met, row.ratio], [true, null])
  assert.match(text, /0 of 250 +✓ ≤ 0\n +peer +4 of 40$/)
})

test('no line is wider than 80 columns', () => {
  const lines: string[] = []
  const report = new Report(benchmark, (line) => lines.push(line.replaceAll(/\x1b\[\d+m/g, '')))
  report.note('word '.repeat(60).trim())
  report.skip('the peer', 'reason '.repeat(20).trim())
  report.figure({
    what: 'x'.repeat(38),
    value: 1234.5678,
    unit: 'per second',
    budget: 99_999,
    spread: [1, 2e6],
  })
  assert.equal(
    lines.filter((line) => line.length > 80),
    [],
  )
})

test('a quantile is a value of the series', () => {
  const values = Array.from({ length: 200 }, (_, index) => 200 - index)
  assert.equal([quantile(values, 0.5), quantile(values, 0.99), quantile([7], 0.99)], [100, 198, 7])
  assert.ok(Number.isNaN(quantile([], 0.5)))
})

test.run()
