import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { findSyntaxFault } from '../../../../host/store/configuration/json-syntax.js'
import { suite } from '../../../harness.js'

const test = suite('store/configuration/json-syntax')

test('says where a text stops being JSON, what is there, and what should be', () => {
  const cases: [text: string, place: string, found: string, expected: string][] = [
    ['', '1:1', 'the end of the file', 'a value'],
    ['{\n  "a": 1,\n}', '3:1', '"}"', 'a name in double quotes'],
    ['{\n  "a": 1\n  "b": 2\n}', '3:3', '"\\""', ', or the closing bracket'],
    ['{ "a" 1 }', '1:7', '"1"', ':'],
    ["{ 'a': 1 }", '1:3', '"\'"', 'a name in double quotes or }'],
    ['{ "a": yes }', '1:8', '"yes"', 'a value'],
    ['{ "a": [1, 2 }', '1:14', '"}"', ', or the closing bracket'],
    ['[1,]', '1:4', '"]"', 'a value'],
    ['{} // done', '1:4', '"/"', 'the end of the file'],
    ['{ "a": "b', '1:8', '"\\""', 'a value'],
    ['{ "a": {', '1:9', 'the end of the file', 'a name in double quotes or }'],
    ['\uFEFF{}', '1:1', '"\uFEFF"', 'a value'],
    ['{ "a": 012 }', '1:9', '"12"', ', or the closing bracket'],
  ]
  for (const [text, place, found, expected] of cases) {
    assert.throws(() => JSON.parse(text))
    const fault = findSyntaxFault(text)
    assert.equal(
      fault && [`${fault.line}:${fault.column}`, fault.found, fault.expected],
      [place, found, expected],
      text,
    )
  }
})

/** JSON with one thing put in, taken out or exchanged: mostly faulty, sometimes not. */
const nearlyJson = fc
  .record({
    text: fc.json({ maxDepth: 3 }),
    at: fc.nat(),
    length: fc.nat({ max: 2 }),
    put: fc.oneof(
      fc.constantFrom('', '"', '{', '}', '[', ']', ',', ':', '\\', 'tru', '0', '-', ' ', '\n'),
      fc.string(),
    ),
  })
  .map(({ text, at, length, put }) => {
    const from = at % (text.length + 1)
    return text.slice(0, from) + put + text.slice(from + length)
  })

test('finds a fault exactly where JSON.parse does: in no valid text, and in every other', () => {
  fc.assert(
    fc.property(fc.oneof(nearlyJson, fc.string(), fc.json()), (text) => {
      let valid = true
      try {
        JSON.parse(text)
      } catch {
        valid = false
      }
      assert.is(findSyntaxFault(text) === null, valid, JSON.stringify(text))
    }),
    { numRuns: 5000 },
  )
})

test.run()
