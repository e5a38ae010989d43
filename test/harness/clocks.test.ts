import * as assert from 'uvu/assert'
import { suite } from '../harness.js'
import { addFailing, resultOf, startCase } from './case.js'
import { reportClockLook } from './clock-looks.js'

const test = suite('clocks')

/** Compares the clock with the time of a file that is written now. */
const dependsOnTheDay = `
  import { statSync, mkdtempSync, rmdirSync } from 'node:fs'
  const day = 24 * 3_600_000
  const written = () => {
    const folder = mkdtempSync('/tmp/claimd-clock-')
    try { return statSync(folder).mtimeMs } finally { rmdirSync(folder) }
  }
  const isToday = (time) => Math.abs(time - written()) < day`

addFailing(test, 'a test that depends on the day fails with both shifted clocks', {
  args: ['--clocks'],
  source: `${dependsOnTheDay}
    test('today', () => { if (!isToday(Date.now())) throw new Error('another day') })
    test('any day', () => {})
    test.run()`,
  expected:
    /1 file with the clock a year ahead\n+FAIL case › today\n +Error: another day(.*\n)+1 file with the clock a year back\n+FAIL case › today\n +Error: another day(.*\n)+again, with shifted clocks: 2 passed, 2 failed, 0 skipped\n/,
  last: '2 passed, 2 failed, 0 skipped',
})

test('every way to ask for the time is shifted, and a time that is given is not', async () => {
  const source = `${dependsOnTheDay}
    const shift = Number(process.env.CLAIMD_TEST_CLOCK ?? 0)
    class Own extends Date {}
    test('shifted', () => {
      const ways = { now: Date.now(), date: new Date(), text: Date.parse(Date()), own: new Own(),
        constructor: new (new Date().constructor)(), origin: performance.timeOrigin }
      for (const [way, time] of Object.entries(ways)) if (!isToday(time - shift)) throw new Error(way)
      if (new Date(7).getTime() !== 7 || Date.UTC(1970, 0) !== 0) throw new Error('given')
      if (!(new Date() instanceof Date && new Own() instanceof Own)) throw new Error('class')
    })
    test.run()`
  const { output, last } = await resultOf(startCase(source, {}, ['--clocks']))
  assert.match(output, /again, with shifted clocks: 2 passed, 0 failed, 0 skipped\n/)
  assert.is(last, '1 passed, 0 failed, 0 skipped')
})

test('a file that looks at no clock runs once', async () => {
  const source = `test('a', () => void (new Date(7), Date.parse('2001-02-03'))); test.run()`
  const { output, last } = await resultOf(startCase(source, {}, ['--clocks']))
  assert.not.match(output, /again/)
  assert.is(last, '1 passed, 0 failed, 0 skipped')
})

const ways: [way: string, ask: () => unknown, isLook: boolean][] = [
  ['Date.now()', () => Date.now(), true],
  ['new Date()', () => new Date(), true],
  ['Date()', () => Date(), true],
  ['new Own()', () => new (class Own extends Date {})(), true],
  ['performance.timeOrigin', () => performance.timeOrigin, true],
  ['new Date(7)', () => new Date(7).toISOString(), false],
  ['Date.parse', () => Date.parse('2001-02-03') + Date.UTC(1970, 0), false],
  ['instanceof', () => new Date(7) instanceof Date, false],
]

test('every way to ask for the time is a look, and a time that is given is not', () => {
  for (const [way, ask, isLook] of ways) {
    let looks = 0
    reportClockLook(() => {
      looks++
    })
    try {
      ask()
      ask()
      assert.is(looks, isLook ? 1 : 0, way)
    } finally {
      // Ends the report.
      Date.now()
    }
  }
})

for (const start of [
  "spawnSync('sh', ['-c', 'node -v'])",
  "execFileSync('node', ['-v'])",
  "spawn('node', ['-v'])",
]) {
  test(`a file that starts Node runs once: ${start}`, async () => {
    const source = `import { execFileSync, spawn, spawnSync } from 'node:child_process'
      test('a', () => void ${start}); test.run()`
    const { output, last } = await resultOf(startCase(source, {}, ['--clocks']))
    assert.not.match(output, /again/)
    assert.is(last, '1 passed, 0 failed, 0 skipped')
  })
}

addFailing(test, 'a file that starts Node only when its clock is shifted', {
  args: ['--clocks'],
  source: `import { execFileSync } from 'node:child_process'
    test('a', () => void (Date.now() && process.env.CLAIMD_TEST_CLOCK && execFileSync('node', ['-v']))); test.run()`,
  expected: /FAIL started Node, whose clock is not shifted\n +node -v/,
  last: '1 passed, 2 failed, 0 skipped',
})

test.run()
