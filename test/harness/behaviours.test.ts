import * as assert from 'uvu/assert'
import { suite } from '../harness.js'
import { behavioursOf } from './behaviours.js'
import type { FileReport } from './file-run.js'

const test = suite('behaviours')

/** The states of some behaviours after a run in which these tests ended so. */
function statesOf(outcomes: Record<string, 'pass' | 'fail' | 'skip'>, faults: string[] = []) {
  const report: FileReport = {
    file: 'a.test.js',
    tests: Object.entries(outcomes).map(([title, outcome]) => ({
      type: 'result',
      title,
      outcome,
      text: '',
      ms: 1,
    })),
    faults: faults.map((title) => ({ title, text: '' })),
    startedNode: null,
    lookedAtClock: false,
    output: '',
    ms: 1,
  }
  const behaviours = behavioursOf([report])
  return (id: string) => behaviours.find((behaviour) => behaviour.id === id)?.state
}

test('every numbered behaviour has a line, in order', () => {
  const ids = behavioursOf([]).map(({ id }) => id)
  const families = { CM: 40, MPR: 38, MBN: 35, SYN: 40, SC: 64 }
  const all = Object.entries(families).flatMap(([family, count]) =>
    Array.from({ length: count }, (_, index) => `${family}-${index + 1}`),
  )
  assert.equal(ids, all)
})

test('an id is a whole word', () => {
  const state = statesOf({ 'a › CM-12: x': 'pass', 'a › (SC-3, SC-4) y': 'pass', 'a › XCM-2': 'pass' })
  assert.equal(['CM-1', 'CM-12', 'CM-2', 'SC-3', 'SC-4'].map(state), ['none', 'pass', 'none', 'pass', 'pass'])
})

test('one failed test is enough, and a skipped one shows nothing', () => {
  const state = statesOf({
    'CM-1 a': 'pass',
    'CM-1 b': 'fail',
    'CM-2 a': 'skip',
    'CM-3 a': 'skip',
    'CM-3 b': 'pass',
  })
  assert.equal(['CM-1', 'CM-2', 'CM-3'].map(state), ['fail', 'none', 'pass'])
})

test('a fault beside a test counts against the behaviour in its title', () => {
  assert.is(statesOf({ 'SC-1 a': 'pass' }, ['unhandledRejection during SC-1 a'])('SC-1'), 'fail')
})

test('the tests of a behaviour are named with their file', () => {
  const report = {
    file: `${process.cwd()}/dist/a.test.js`,
    faults: [],
    startedNode: null,
    lookedAtClock: false,
    output: '',
    ms: 1,
  }
  const result = { type: 'result', title: 'a › CM-1: x', outcome: 'pass', text: '', ms: 1 } as const
  assert.equal(behavioursOf([{ ...report, tests: [result] }])[0]?.tests, ['dist/a.test.js: a › CM-1: x'])
})

test.run()
