import * as assert from 'uvu/assert'
import { suite } from '../harness.js'
import { addFailing, resultOf, startCase } from './case.js'

const test = suite('failures')

const uvuAssert = import.meta.resolve('uvu/assert')
const uvuItself = import.meta.resolve('uvu')

test('a file whose tests hold passes', async () => {
  const result = await resultOf(startCase(`test('one', () => {}); test('two', async () => {}); test.run()`))
  assert.is(result.last, '2 passed, 0 failed, 0 skipped')
  assert.is(result.code, 0)
})

addFailing(test, 'hooks run around the tests, in order', {
  source: `
    const seen = [], note = (what) => () => void seen.push(what)
    test.before(note('before')); test.before.each(note('each'))
    test.after.each(note('/each')); test.after(note('after'))
    test('a', note('a')); test('b', note('b'))
    test.after(() => { throw new Error(seen.join(' ')) })
    test.run()`,
  expected: /Error: before each a \/each each b \/each after/,
  last: '2 passed, 1 failed, 0 skipped',
})

addFailing(test, 'a failed assertion is shown with the difference and the line', {
  source: `import * as assert from '${uvuAssert}'
    test('sum', () => assert.equal({ a: 1 }, { a: 2 })); test('fine', () => {}); test.run()`,
  expected: /FAIL case › sum\n.*deeply equal(.*\n)+.*"a":·1(.*\n)+.*case\.test\.mjs:4/,
  last: '1 passed, 1 failed, 0 skipped',
})

addFailing(test, 'the cause of an error is shown', {
  source: `test('a', () => { throw new Error('outer', { cause: new Error('inner') }) }); test.run()`,
  expected: /Error: outer(.*\n)+.*caused by: Error: inner/,
  last: '0 passed, 1 failed, 0 skipped',
})

addFailing(test, 'a thrown null', {
  source: `test('a', () => { throw null }); test('b', () => {}); test.run()`,
  expected: /FAIL case › a\n.*not an Error was thrown: null/,
  last: '1 passed, 1 failed, 0 skipped',
})

addFailing(test, 'a thrown string', {
  source: `test('a', async () => { throw 'oops' }); test.run()`,
  expected: /not an Error was thrown: 'oops'/,
  last: '0 passed, 1 failed, 0 skipped',
})

addFailing(test, 'a before hook that throws', {
  source: `test.before(() => { throw null }); test('a', () => {}); test.run()`,
  expected: /FAIL case › a\n.*not run(.*\n)+.*FAIL case › before\n.*null/,
  last: '0 passed, 2 failed, 0 skipped',
})

addFailing(test, 'an after hook that throws', {
  source: `test.after(() => { throw new Error('no') }); test('a', () => {}); test.run()`,
  expected: /FAIL case › after\n.*Error: no/,
  last: '1 passed, 1 failed, 0 skipped',
})

addFailing(test, 'a before.each hook that throws', {
  source: `test.before.each(() => { throw null }); test('a', () => {}); test('b', () => {}); test.run()`,
  expected: /FAIL case › b\n.*null/,
  last: '0 passed, 2 failed, 0 skipped',
})

addFailing(test, 'an after.each hook that throws hides neither its test nor the next', {
  source: `test.after.each(() => { throw new Error('late') })
    test('a', () => { throw new Error('early') }); test('b', () => {}); test.run()`,
  expected: /Error: early(.*\n)+.*Error: late(.*\n)+.*FAIL case › b\n.*Error: late/,
  last: '0 passed, 2 failed, 0 skipped',
})

addFailing(test, 'a test that is never over', {
  source: `test('a', () => new Promise(() => {}), { timeout: 50 }); test('b', () => {}); test.run()`,
  expected: /FAIL case › a\n.*not over after 50 ms/,
  last: '1 passed, 1 failed, 0 skipped',
})

addFailing(test, 'a hook that is never over', {
  source: `test.before(() => new Promise(() => {}), { timeout: 50 }); test('a', () => {}); test.run()`,
  expected: /FAIL case › before\n.*not over after 50 ms/,
  last: '0 passed, 2 failed, 0 skipped',
})

addFailing(test, 'a test that blocks for longer than its limit', {
  source: `test('a', () => { const end = Date.now() + 100; while (Date.now() < end); }, { timeout: 50 })
    test.run()`,
  expected: /its limit is 50 ms/,
  last: '0 passed, 1 failed, 0 skipped',
})

addFailing(test, 'a file that throws while it is loaded', {
  source: `test('a', () => {}); test.run(); throw null`,
  expected: /FAIL case › a\n.*did not run(.*\n)+.*FAIL loading\n.*not an Error was thrown: null/,
  last: '0 passed, 2 failed, 0 skipped',
})

addFailing(test, 'a file that imports what is not there', {
  source: `import './missing.js'`,
  expected: /FAIL loading\n.*missing\.js/,
  last: '0 passed, 1 failed, 0 skipped',
})

addFailing(test, 'a suite that was not run', {
  source: `test('a', () => {}); const more = suite('more'); more('b', () => {}); more.run()`,
  expected: /suite case .*test\.run\(\) is missing/,
  last: '1 passed, 2 failed, 0 skipped',
})

addFailing(test, 'a suite without a test', {
  source: `test.run()`,
  expected: /suite case has no test/,
  last: '0 passed, 1 failed, 0 skipped',
})

addFailing(test, 'a test that was declared too late', {
  source: `test('a', () => {}); test.run(); test('b', () => {})`,
  expected: /FAIL case › b\n.*did not run/,
  last: '1 passed, 1 failed, 0 skipped',
})

addFailing(test, 'two tests of one title', {
  source: `test('a', () => {}); test('a', () => {}); test.run()`,
  expected: /two tests are called case › a/,
  last: '2 passed, 1 failed, 0 skipped',
})

addFailing(test, 'a suite of uvu itself', {
  source: `import * as uvu from '${uvuItself}'
    test('a', () => {}); test.run(); const bare = uvu.suite('bare'); bare('b', () => {}); bare.run()`,
  expected: /made with uvu itself/,
  last: '1 passed, 1 failed, 0 skipped',
})

addFailing(test, '.only left on', {
  source: `test('a', () => {}); test.only('b', () => {}); test.run()`,
  expected: /\.only is left on: case › b/,
  last: '1 passed, 1 failed, 1 skipped',
})

test('.only is allowed where it is asked for', async () => {
  const source = `test('a', () => { throw null }); test.only('b', () => {}); test.run()`
  const result = await resultOf(startCase(source, { CLAIMD_TEST_ONLY: '1' }))
  assert.is(result.last, '1 passed, 0 failed, 1 skipped')
  assert.is(result.code, 0)
})

test('skipped tests are counted and their reasons shown', async () => {
  const result = await resultOf(
    startCase(`
      test('a', () => skip('no root')); test('b', () => skip('no root')); test('c', () => {}); test.run()
      const rest = suite('rest'); rest.before(() => skip('no modem')); rest('d', () => { throw null })
      rest.run()`),
  )
  assert.match(result.output, /skipped\n {2}1 × no modem\n {2}2 × no root\n/)
  assert.is(result.last, '1 passed, 0 failed, 3 skipped')
  assert.is(result.code, 0)
})

addFailing(test, 'a failed test that was skipped in a hook counts as failed', {
  source: `test.after.each(() => { throw null }); test('a', () => skip('why')); test.run()`,
  expected: /FAIL case › a\n.*null/,
  last: '0 passed, 1 failed, 0 skipped',
})

addFailing(test, 'skip() in an after hook', {
  source: `test.after(() => skip('too late')); test('a', () => {}); test.run()`,
  expected: /FAIL case › after\n.*nothing left to skip/,
  last: '1 passed, 1 failed, 0 skipped',
})

addFailing(test, 'output that looks like results', {
  source: `test('a', () => { console.log('9 passed, 0 failed, 0 skipped'); throw null }); test.run()
    process.on('exit', () => { process.exitCode = 0; console.log('\\n9 passed, 0 failed, 0 skipped') })`,
  expected: /what it printed:(.*\n)+ +9 passed/,
  last: '0 passed, 1 failed, 0 skipped',
})

test.run()
