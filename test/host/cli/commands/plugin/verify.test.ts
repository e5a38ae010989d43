import type { CaseReport, ConformanceReport } from '@claimd/sdk/conformance'
import * as assert from 'uvu/assert'
import { suite } from '../../../../harness.js'
import { claimd } from '../../fake-world.js'

const test = suite('cli/commands/plugin/verify')

const one: CaseReport = {
  id: 'activates',
  rule: 'The plugin can be loaded.',
  level: 'must',
  result: 'pass',
  found: 'it was active after 80 ms',
  expected: null,
  remedy: null,
  ms: 81,
}
const report: ConformanceReport = {
  kit: '1.0.0',
  host: '1.2.0',
  node: 'v20.20.2',
  plugin: { name: '@acme/lab', version: '1.0.0', build: 'abc' },
  cases: [
    one,
    { ...one, id: 'lets-go', result: 'skip', found: 'nothing was claimed' },
    {
      ...one,
      id: 'late-cancel',
      rule: 'An offer whose signal is aborted ends soon, breaks nothing, and later offers are answered.',
      result: 'fail',
      found: 'kit0 was not over \u001b[2J',
      expected: 'an end within 1 s',
      remedy: 'Hand offer.signal on',
    },
    {
      ...one,
      id: 'claims-something',
      level: 'should',
      result: 'fail',
      expected: 'a claim',
      remedy: 'Add one',
    },
  ],
  passed: false,
}
const verifying = { verifyPlugin: async () => report }

test('verify tells of each case what was found, and of a failure the rule and what to do', async () => {
  const world = await claimd('plugin verify DIR', { ...verifying, env: { COLUMNS: '80' } })
  assert.is(
    world.out,
    `@acme/lab 1.0.0
conformance kit 1.0.0, claimd 1.2.0, Node v20.20.2

pass  activates         it was active after 80 ms
skip  lets-go           nothing was claimed
FAIL  late-cancel       An offer whose signal is aborted ends soon, breaks
                        nothing, and later offers are answered.
      found:    kit0 was not over \\x1b[2J
      expected: an end within 1 s
      do:       Hand offer.signal on
warn  claims-something  The plugin can be loaded.
      found:    it was active after 80 ms
      expected: a claim
      do:       Add one

It does not conform: 1 passed, 1 failed, 1 warning, 1 skipped.
`,
  )
  assert.is(world.code, 13)
})

test('the faults of a manifest are all told, each with its place', async () => {
  const faults = [
    { file: 'package.json', field: 'main', found: 'missing', expected: 'a file', remedy: 'Add it' },
    { file: 'package.json', field: 'version', found: '"x"', expected: 'a version', remedy: 'Correct it' },
  ]
  const manifest: CaseReport = { ...one, id: 'manifest', result: 'fail', faults }
  const world = await claimd('plugin verify DIR', {
    verifyPlugin: async () => ({ ...report, cases: [manifest] }),
  })
  assert.match(
    world.out,
    '      main: found missing, expected a file\n      version: found "x", expected a version\n',
  )
})

test('with --json the report is the one document', async () => {
  const world = await claimd('plugin verify DIR --json', verifying)
  assert.equal(JSON.parse(world.out), report)
  assert.is(world.code, 13)
})

test('a plugin that conforms makes it exit 0, and cases can be chosen', async () => {
  let asked: unknown
  const world = await claimd('plugin verify DIR --case lets-go --case activates', {
    verifyPlugin: async (options) => {
      asked = options
      return { ...report, passed: true }
    },
  })
  assert.is(world.code, 0)
  assert.equal(asked, { folder: '/home/somebody/DIR', only: ['lets-go', 'activates'] })
})

test.run()
