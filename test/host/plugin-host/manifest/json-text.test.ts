import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { parseJsonText } from '../../../../host/plugin-host/manifest/json-text.js'
import { suite } from '../../../harness.js'

const test = suite('plugin-host/json-text')

test('what is JSON is parsed', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = JSON.stringify(value, null, 2)
      assert.equal(parseJsonText(text), { value: JSON.parse(text), fault: null })
    }),
  )
})

test('a wrong character is found where it stands', () => {
  const text = '{\n  "a": [1, 2, {"b": null}],\n  "c": "d"\n}'
  const places = [...text].flatMap((character, index) => (/[:,\]}]/.test(character) ? [index] : []))
  for (const place of places) {
    const { fault } = parseJsonText(`${text.slice(0, place)}@${text.slice(place)}`)
    const before = text.slice(0, place).split('\n')
    assert.equal([fault?.line, fault?.column], [before.length, before.at(-1)!.length + 1])
  }
})

test('a document that stops is at fault at its end', () => {
  const { fault } = parseJsonText('{\n  "a": [')
  assert.equal([fault?.line, fault?.column], [2, 9])
})

test.run()
