import { createRequire } from 'node:module'
import * as assert from 'uvu/assert'
import { thrownText } from '../../../../host/plugin-host/runner/thrown-text.js'
import { suite } from '../../../harness.js'

const test = suite('plugin-host/runner/thrown text')

test('an import that leads nowhere names the command that finds it; nothing else does', async () => {
  const name = 'no-such-package'
  const missing = await import(name).catch((error) => error)
  assert.match(thrownText(missing), "Cannot find package 'no-such-package'")
  assert.match(thrownText(missing), 'claimd plugin verify DIR')
  assert.is(thrownText(new TypeError('x')), 'TypeError: x')
})

test('of what was thrown there is one line, and of a failed require no list of files in the copy', () => {
  const load = createRequire(import.meta.url)
  let thrown: unknown
  try {
    load('no-such-package')
  } catch (error) {
    thrown = error
  }
  assert.is(
    thrownText(thrown),
    "Error: Cannot find module 'no-such-package'; where that import is, and what it needs: claimd plugin verify DIR",
  )
  assert.is(thrownText(new Error('one\n  two\r\nthree\n')), 'Error: one two three')
  assert.is(thrownText('one\ntwo'), 'one two')
})

test('what is no error, or cannot be shown, is text all the same', () => {
  assert.is(thrownText('only a text'), 'only a text')
  assert.is(thrownText(undefined), 'undefined')
  const hostile = new Error('x')
  Object.defineProperty(hostile, 'message', {
    get() {
      throw hostile
    },
  })
  assert.is(thrownText(hostile), 'something that cannot be shown')
})

test.run()
