import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as assert from 'uvu/assert'
import { suite } from '../../harness.js'
import { claimd } from './fake-world.js'

const test = suite('cli/documented-commands')
const root = fileURLToPath(new URL('../../../../', import.meta.url))
const page = readFileSync(join(root, 'host/docs/commands.md'), 'utf8')

/** The commands that a help lists, each with the words before it. */
async function commandsBelow(words: string): Promise<string[]> {
  const [, list = ''] = (await claimd(`${words} --help`.trim())).out.split('\nCommands:\n')
  const names = [...list.split('\n\n')[0]!.matchAll(/^ {2}([a-z]+)/gm)].map(([, name]) => name!)
  const all = names.filter((name) => name !== 'help').map((name) => `${words} ${name}`.trim())
  return (await Promise.all(all.map(async (name) => [await commandsBelow(name), name]))).flatMap(
    ([below, name]) => (below!.length > 0 ? (below as string[]) : [name as string]),
  )
}

test('every command is in the documentation', async () => {
  const all = await commandsBelow('')
  assert.ok(all.length > 25 && all.includes('plugin trust'), 'the help is read')
  assert.equal(
    all.filter((name) => !new RegExp(`[\`│ ]${name}[ \`]`).test(page)),
    [],
  )
})

test('so is every option of a command', async () => {
  const missing: string[] = []
  for (const name of await commandsBelow('')) {
    const [own = ''] = (await claimd(`${name} --help`)).out.split('\nGlobal Options:\n')
    for (const [, short, long] of own.matchAll(/^ {2}(?:(-\w), )?(--[a-z-]+)/gm)) {
      const isThere = page.includes(long!) || (short !== undefined && page.includes(`[${short}`))
      if (!isThere) missing.push(`${name} ${long}`)
    }
  }
  assert.equal(missing, [])
})

test.run()
