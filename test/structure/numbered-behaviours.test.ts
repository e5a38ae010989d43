import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as assert from 'uvu/assert'
import { allIds } from '../harness/behaviours.js'
import { suite } from '../harness.js'

const test = suite('structure/numbered-behaviours')
const root = fileURLToPath(new URL('../../../', import.meta.url))

/** The ids that a text mentions, of the families that exist. */
function idsIn(text: string): string[] {
  return text.match(/\b(?:CM|MPR|MBN|SYN|SC)-\d+\b/g) ?? []
}

test('an id that code or the title of a test mentions is in test/behaviours.md', () => {
  const known = new Set(allIds())
  const mentioned = ['host', 'plugins', 'samples', 'sdk', 'test'].flatMap((folder) => {
    const names = readdirSync(join(root, folder), { recursive: true }) as string[]
    const sources = names.filter((name) => /^(?!.*(node_modules|dist)\/).*\.ts$/.test(name))
    return sources.flatMap((name) => {
      const path = join(folder, name)
      return idsIn(readFileSync(join(root, path), 'utf8')).map((id) => ({ id, path }))
    })
  })
  assert.ok(mentioned.length > 100, 'the sources are read')
  const unknown = mentioned.filter(({ id }) => !known.has(id)).map(({ id, path }) => `${path}: ${id}`)
  assert.equal(unknown, [])
})

test('each behaviour is described once', () => {
  const ids = allIds()
  assert.equal(ids, [...new Set(ids)])
})

test.run()
