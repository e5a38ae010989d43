import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import * as assert from 'uvu/assert'
import { suite } from '../harness.js'

const test = suite('structure/length')
const root = fileURLToPath(new URL('../../../', import.meta.url))

const linesAtMost = 300
/** A longer file says why in its first lines. */
const reason = /^\/\/ Long because \S/

function isTooLong(text: string): boolean {
  const lines = text.trimEnd().split('\n')
  return lines.length > linesAtMost && !lines.slice(0, 3).some((line) => reason.test(line))
}

test('every source can be read in one go, or says in its first lines why it is long', () => {
  const paths = ['sdk', 'host', 'plugins', 'samples'].flatMap((part) =>
    readdirSync(`${root}${part}`, { recursive: true, encoding: 'utf8' }).map((path) => `${part}/${path}`),
  )
  const sources = paths.filter(
    (path) => /(?<!\.d)\.ts$/.test(path) && !/(^|\/)(dist|node_modules)\//.test(path),
  )
  assert.ok(sources.length > 400, 'the sources are read')
  const long = sources.filter((path) => isTooLong(readFileSync(root + path, 'utf8')))
  assert.equal(long, [], 'split it along its subjects')
})

test('a file that is one line too long is found, and one with a reason is not', () => {
  const lines = 'x\n'.repeat(linesAtMost)
  assert.not(isTooLong(lines))
  assert.ok(isTooLong(`${lines}x\n`))
  assert.ok(isTooLong(`${lines}// Long because it is\n`))
  assert.not(isTooLong(`// Long because it is one table\n${lines}`))
})

test.run()
