import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as assert from 'uvu/assert'
import { suite } from '../../harness.js'
import { allCommands } from './all-commands.js'
import { claimd } from './fake-world.js'

const test = suite('cli/documented-commands')
const root = fileURLToPath(new URL('../../../../', import.meta.url))
const page = readFileSync(join(root, 'host/docs/commands.md'), 'utf8')

test('every command is in the documentation', async () => {
  const all = await allCommands()
  assert.ok(all.length > 25 && all.includes('plugin trust'), 'the help is read')
  assert.equal(
    all.filter((name) => !new RegExp(`[\`│ ]${name}[ \`]`).test(page)),
    [],
  )
})

test('so is every option of a command', async () => {
  const missing: string[] = []
  for (const name of await allCommands()) {
    const [own = ''] = (await claimd(`${name} --help`)).out.split('\nGlobal Options:\n')
    for (const [, short, long] of own.matchAll(/^ {2}(?:(-\w), )?(--[a-z-]+)/gm)) {
      const isThere = page.includes(long!) || (short !== undefined && page.includes(`[${short}`))
      if (!isThere) missing.push(`${name} ${long}`)
    }
  }
  assert.equal(missing, [])
})

test.run()
