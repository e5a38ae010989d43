import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { parseJson } from '../../../../host/core/documents/json-syntax.js'
import { suite } from '../../../harness.js'

const test = suite('core/documents/json-syntax')

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
    ['{ "a": "b', '1:10', 'the end of the file', 'the closing "'],
    ['{ "a": "b\n }', '1:10', '"\\n"', 'the closing "'],
    ['{ "C:\\path": 1 }', '1:6', '"\\\\p"', 'an escape such as \\n or \\u00e9'],
    ['["\\', '1:3', '"\\\\"', 'an escape such as \\n or \\u00e9'],
    ['{\n  "a": 1\n', '2:9', 'the end of the file', ', or the closing bracket'],
    ['{ "a": [1, \r\n \n', '1:11', 'the end of the file', 'a value'],
    ['{ "a": {', '1:9', 'the end of the file', 'a name in double quotes or }'],
    ['{ "a": 012 }', '1:9', '"12"', ', or the closing bracket'],
  ]
  for (const [text, place, found, expected] of cases) {
    const { fault } = parseJson(text)
    const [line, column] = place.split(':')
    assert.equal(
      fault,
      { field: `line ${line}, column ${column}`, found, expected, remedy: 'Correct the JSON there' },
      text,
    )
  }
})

test('a text that nests values too deep is a fault at its place, however deep', () => {
  const nested = (depth: number) => `{\n"a": ${'['.repeat(depth)}"]"${']'.repeat(depth)} }`
  assert.is(parseJson(nested(63), 64).fault, null)
  assert.is(parseJson(nested(30_000)).fault, null)
  for (const depth of [64, 30_000]) {
    const { fault } = parseJson(nested(depth), 64)
    assert.equal([fault!.field, fault!.expected], ['line 2, column 69', 'values nested at most 64 deep'])
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

test('a name that stands twice in one object is a fault, and one in another object is not', () => {
  const { fault } = parseJson('{ "a": { "b": 1 },\n  "c": [{ "b": 1 }, { "b": 2 }],\n  "\\u0061": 2 }')
  assert.equal([fault?.field, fault?.found], ['line 3, column 3', '"a" for the second time in its object'])
  assert.equal(parseJson('{"a":{"a":{"a":1}},"b":[{"a":1},{"a":2}],"__proto__":1}').fault, null)
  assert.match(parseJson('{"x":{"__proto__":1,"__proto__":2}}').fault!.found, '"__proto__"')
})

test('a byte order mark before the text is read over, and shifts no place', () => {
  assert.equal(parseJson('\uFEFF{"a":1}'), { value: { a: 1 }, fault: null })
  assert.match(parseJson('\uFEFF{x}').fault!.field, 'column 2')
})

test('what is JSON is parsed, and what is not has a place inside the text', () => {
  fc.assert(
    fc.property(fc.oneof(nearlyJson, fc.string(), fc.json()), (text) => {
      const { value, fault } = parseJson(text)
      if (fault === null) {
        assert.equal(value, JSON.parse(text))
        return
      }
      const [, line, column] = /^line (\d+), column (\d+)$/.exec(fault.field)!.map(Number)
      // Of names that stand twice, JSON.parse takes the last.
      if (fault.expected !== 'each name once') assert.throws(() => JSON.parse(text), undefined, text)
      const lines = text.split('\n')
      assert.ok(line! >= 1 && line! <= lines.length, text)
      assert.ok(column! >= 1 && column! <= lines[line! - 1]!.length + 1, text)
      for (const words of Object.values(fault)) {
        assert.ok(words.length > 0 && words.length < 100)
        assert.not.match(words, /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u)
      }
    }),
    { numRuns: 5000 },
  )
})

test('a text as long as a file can be has no hidden limit', () => {
  const long = 'x'.repeat(20_000_000)
  assert.is(parseJson(`["${long}", }`).fault?.field, `line 1, column ${long.length + 6}`)
  assert.is(parseJson(`["${long}`).fault?.field, `line 1, column ${long.length + 3}`)
})

test('a wrong character is found where it stands', () => {
  const text = '{\n  "a": [1, 2, {"b": null}],\n  "c": "d"\n}'
  const places = [...text].flatMap((character, index) => (/[:,\]}]/.test(character) ? [index] : []))
  for (const place of places) {
    const { fault } = parseJson(`${text.slice(0, place)}@${text.slice(place)}`)
    const before = text.slice(0, place).split('\n')
    assert.is(fault?.field, `line ${before.length}, column ${before.at(-1)!.length + 1}`)
    assert.is(fault?.found, '"@"')
  }
})

test.run()
