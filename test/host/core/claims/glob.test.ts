import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { compileGlob } from '../../../../host/core/claims/glob.js'
import { suite } from '../../../harness.js'

const test = suite('core/claims/glob')

/** What a pattern means, as a regular expression, which is slow for some. */
function slowly(pattern: string, value: string): boolean {
  const source = pattern.replace(/\*+|\?|\[(!?)([^\]]+)\]|[\\^$.|+(){}[\]]/g, (part, not, set) => {
    if (part.startsWith('*')) return '.*'
    if (part === '?') return '.'
    return set === undefined ? `\\${part}` : `[${not ? '^' : ''}${set}]`
  })
  return new RegExp(`^${source}$`, 's').test(value)
}

const character = fc.constantFrom('a', 'b', '.', '\n', '-')
const part = fc.constantFrom('a', 'b', '.', '*', '**', '?', '[ab]', '[!a]', '[a-b]', '+', '$')

test('globs mean what they mean in a shell', () => {
  fc.assert(
    fc.property(fc.array(part, { maxLength: 8 }), fc.array(character, { maxLength: 10 }), (parts, value) => {
      const [pattern, text] = [parts.join(''), value.join('')]
      assert.is(compileGlob(pattern)(text), slowly(pattern, text), `${pattern} on ${JSON.stringify(text)}`)
    }),
    { numRuns: 20_000 },
  )
})

test('no pattern takes long on any value', () => {
  const fits = compileGlob(`${'*?'.repeat(200)}!`)
  const value = 'a'.repeat(10_000)
  const began = performance.now()
  assert.is(fits(value), false)
  assert.ok(performance.now() - began < 2_000)
})

test('what is no glob means itself', () => {
  assert.is(compileGlob('[z-a]*')('[z-a]*'), true)
  assert.is(compileGlob('[z-a]*')('z'), false)
  assert.is(compileGlob('a.b')('axb'), false)
})

test.run()
