import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import * as assert from 'uvu/assert'
import { suite } from '../harness.js'

const test = suite('structure/layout')
const root = fileURLToPath(new URL('../../../', import.meta.url))

const house = ['host', 'plugins', 'samples', 'sdk', 'test']
const files = ['LICENSE', 'README.md', 'package-lock.json', 'package.json', 'tsconfig.json']
const made = /^(dist|node_modules|coverage|.*\.log|\..*)$/

test('nothing new stands at the top of the repository', () => {
  const entries = readdirSync(root).filter((name) => !made.test(name))
  assert.equal(
    entries.filter((name) => !house.includes(name) && !files.includes(name)),
    [],
  )
})

test.run()
