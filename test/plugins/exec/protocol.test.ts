import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { suite } from '../../harness.js'
import { answerOf, readDescription } from './compiled.js'
import { line } from './support.js'

const test = suite('plugins/exec/protocol')

const ended = (code: number, stdout = '', stderr = '') => line(answerOf({ code, stdout, stderr }, 'lab'))

test('the exit code alone is an answer', () => {
  assert.is(ended(0), 'SUCCESS | lab')
  assert.is(ended(10, '', 'it is down\n'), 'INVALID_CONNECTION | it is down')
  assert.is(ended(10), 'INVALID_CONNECTION | it gave no reason')
  assert.equal(answerOf({ code: 11, stdout: '', stderr: 'no carrier yet\n\n' }, 'lab'), {
    result: 'PENDING',
    retryAfterMs: 1_000,
    reason: 'no carrier yet',
  })
})

test('a script that breaks has given no answer, whatever it ends with', () => {
  const traceback = 'Traceback (most recent call last):\n  File "x"\nNameError: name is not defined\n'
  assert.is(ended(1, '', traceback), 'UNEXPECTED | it ended with exit code 1: NameError: name is not defined')
  assert.is(
    ended(127, '', 'x: 3: foo: not found'),
    'UNEXPECTED | it ended with exit code 127: x: 3: foo: not found',
  )
  for (const code of [1, 2, 3, 9, 12, 64, 126, 255]) {
    assert.is(ended(code, '{"result":"SUCCESS"}'), `UNEXPECTED | it ended with exit code ${code}`)
  }
})

const deep = '['.repeat(30_000) + ']'.repeat(30_000)

test('printed answers are those of the provider contract, for the connection that was asked about', () => {
  assert.is(ended(0, '{"result":"SUCCESS","evidence":"knows it"}'), 'SUCCESS | lab | knows it')
  assert.is(ended(0, ' {"result":"SUCCESS","connection":"lab"}\n'), 'SUCCESS | lab')
  assert.is(ended(0, '{"result":"INVALID_CONNECTION","reason":"other"}'), 'INVALID_CONNECTION | other')
  assert.is(ended(0, '{"result":"NOT_SUPPORTED"}'), 'INVALID_CONNECTION | it gave no reason')
  assert.is(
    ended(0, '{"result":"OUT_OF_MEMORY","reason":"full"}'),
    'UNEXPECTED | it answered "OUT_OF_MEMORY": full',
  )
  assert.equal(answerOf({ code: 0, stdout: '{"result":"PENDING","retryAfterMs":50}', stderr: '' }, 'lab'), {
    result: 'PENDING',
    retryAfterMs: 50,
    reason: 'it gave no reason',
  })
})

test('garbage is no answer, and it is said what was found', () => {
  const garbage = [
    ['ok', 'it printed "ok", expected a JSON object, or nothing'],
    ['[]', 'it printed [], expected a JSON object, or nothing'],
    [deep, 'it printed a value that is nested too deep, expected a JSON object, or nothing'],
    [`{ "result": ${deep} }`, 'it answered a value that is nested too deep: it gave no reason'],
    ['{}', 'it answered nothing: it gave no reason'],
    ['{"result":"YES"}', 'it answered "YES": it gave no reason'],
    ['{"result":"SUCCESS","connection":"other"}', 'it was asked about lab and answered for "other"'],
    ['{"result":"SUCCESS","evidence":7}', 'evidence: found 7, expected a text'],
    [
      '{"result":"PENDING","retryAfterMs":1e999}',
      'retryAfterMs: found null, expected a number of milliseconds',
    ],
    ['{"result":"PENDING","retryAfterMs":"1"}', 'retryAfterMs: found "1", expected a number of milliseconds'],
    ['{"result":"INVALID_CONNECTION","reason":{}}', 'reason: found {}, expected a text'],
  ]
  for (const [stdout, reason] of garbage) assert.is(ended(0, stdout), `UNEXPECTED | ${reason}`)
})

test('never is an answer for another connection, nor a yes without exit code 0', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 255 }),
      fc.oneof(fc.string(), fc.json()),
      fc.string(),
      (code, out, err) => {
        const answer = answerOf({ code, stdout: out, stderr: err }, 'lab')
        if (answer.result === 'SUCCESS') assert.equal([code, answer.connection], [0, 'lab'])
        if (answer.result === 'INVALID_CONNECTION' && code !== 0) assert.is(code, 10)
      },
    ),
  )
})

test('a description says the protocol, the verbs, and which adapters it is for', () => {
  const text =
    '{"protocol":1,"label":"Lab","verbs":["offer","connect"],"match":[{"name":"lab*","kind":"veth"}]}'
  const described = readDescription(text)
  if ('faults' in described) throw new Error(described.faults.join())
  assert.equal([described.label, [...described.verbs]], ['Lab', ['offer', 'connect']])
  assert.is(described.match?.[0]?.text, 'name lab*, kind veth')
})

test('a description with faults says all of them', () => {
  const faultsOf = (text: string) => (readDescription(text) as { faults?: string[] }).faults
  assert.equal(faultsOf('hello'), ['it printed "hello", expected a JSON object'])
  assert.equal(faultsOf(''), ['it printed "", expected a JSON object'])
  assert.equal(faultsOf('{"verbs":["offer"]}'), ['protocol: found nothing, expected 1'])
  assert.equal(faultsOf('{"protocol":2,"verbs":7}'), ['protocol: found 2, expected 1'])
  assert.equal(
    faultsOf('{"protocol":1,"lable":"x","verbs":["verify"],"match":[{"nme":"x"},{"name":"[z-a]"}]}'),
    [
      'lable: found "x", expected no such key; there are protocol, label, verbs, match',
      'verbs: found ["verify"], expected a list of verbs with "offer" or "connect" among them',
      'match[0].nme: found "x", expected no such key; there are name, address, path, driver, kind, vendor, product',
      'match[1].name: found "[z-a]", expected a text or glob: * (at most four), ?, [a-z], [!a-z]',
    ],
  )
  assert.equal(faultsOf('{"protocol":1,"verbs":["offer"],"match":[]}'), [
    'match: found [], expected a list of 1 to 64 rules, such as [{"name": "lab*"}]',
  ])
})

test.run()
