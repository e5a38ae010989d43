import { suite } from '../harness.js'
import { addFailing } from './case.js'

const test = suite('hangs')

/** Blocks the event loop for good, and burns nothing. */
const block = 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)'

addFailing(test, 'a test that blocks for ever is ended', {
  source: `test('a', () => ${block}, { timeout: 50 }); test('b', () => {}); test.run()`,
  expected: /FAIL hung\n.*no sign of life for 5050 ms, in case › a/,
  last: '0 passed, 3 failed, 0 skipped',
})

addFailing(test, 'a file that blocks after its tests is ended', {
  source: `test('a', () => { process.on('exit', () => ${block}) }); test.run()`,
  expected: /FAIL hung\n.*no sign of life for 5000 ms, after its last test/,
  last: '1 passed, 1 failed, 0 skipped',
})

addFailing(test, 'a file that takes longer than a file may', {
  source: `test('a', () => new Promise(() => {}), { timeout: 60_000 }); test.run()`,
  expected: /FAIL hung\n.*over its limit of 1000 ms, in case › a/,
  last: '0 passed, 2 failed, 0 skipped',
  env: { CLAIMD_TEST_FILE_LIMIT: '1' },
})

addFailing(test, 'a file that is never loaded', {
  source: `test('a', () => {}); test.run(); setInterval(() => {}, 1e3); await new Promise(() => {})`,
  expected: /FAIL hung\n.*over its limit of 1000 ms, loading/,
  last: '0 passed, 1 failed, 0 skipped',
  env: { CLAIMD_TEST_FILE_LIMIT: '1' },
})

test.run()
