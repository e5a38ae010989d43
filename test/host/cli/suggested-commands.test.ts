import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ClaimdError } from '@claimd/sdk'
import * as assert from 'uvu/assert'
import { asTyped, commandNames } from '../../../host/cli/suggested-commands.js'
import { suite } from '../../harness.js'
import * as documents from './documents.js'
import { claimd } from './fake-world.js'

const test = suite('cli/suggested commands')
const root = fileURLToPath(new URL('../../../../', import.meta.url))

/**
 * The texts of the source in which a command is suggested: what follows `claimd`, up to where the sentence goes on.
 * The page about manifests is left out: it names commands without what they take.
 */
function suggestions(source: string): string[] {
  const code = source.replace(/^\s*(?:\/\/|\/?\*).*$/gm, '').replace(/\$\{[^{}]*\}/g, 'x')
  const found = code.matchAll(/\bclaimd ((?:--)?[a-z][a-z-]*[^'"`;,()\\·\n]*)/g)
  return [...found]
    .map(([, words = '']) => words.trim().replaceAll(' NAME', ' name'))
    .filter((words) => commands.has(words.split(' ')[0]!))
}

const commands = new Set<string>([...commandNames, '--help'])

function sources(): { file: string; text: string }[] {
  return ['host', 'sdk', 'plugins'].flatMap((room) =>
    readdirSync(join(root, room), { recursive: true, encoding: 'utf8' })
      .filter(
        (file) => /(?<!\.d)\.ts$/.test(file) && !/(?:^|\/)(?:node_modules|dist)\/|manifest-page/.test(file),
      )
      .map((file) => ({ file: join(room, file), text: readFileSync(join(root, room, file), 'utf8') })),
  )
}

test('every command that a message suggests can be given as it stands', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'claimd-suggested-'))
  try {
    const suggested = sources().flatMap(({ file, text }) =>
      suggestions(text).map((words) => ({ file, words })),
    )
    assert.ok(suggested.length > 30, `only ${suggested.length} were found`)
    const faults: string[] = []
    for (const { file, words } of suggested) {
      const { code, err } = await claimd(words, { folder })
      if (code === 2) faults.push(`${file}: claimd ${words}\n${err}`)
    }
    assert.equal(faults, [])
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

test('a message suggests commands as they have to be typed, and other words stay', async () => {
  const client = {
    disconnect: async () => {
      throw new ClaimdError(documents.refusal)
    },
  }
  const how = { client, command: 'npx claimd' }
  const { err } = await claimd('--socket /run/other.sock disconnect eth0', how)
  assert.match(err.replace(/\s+/g, ' '), ': npx claimd --socket /run/other.sock release eth0 --reason TEXT')
  assert.match(err, 'claimd did not bring it up')
  const { out } = await claimd('--json --socket=/run/other.sock disconnect eth0', how)
  assert.is(JSON.parse(out).remedy, documents.refusal.remedy, 'a document is the same for everybody')
  assert.is(
    asTyped('claimd offers, claimd run-time, claimd.js run', 'x'),
    'claimd offers, claimd run-time, claimd.js run',
  )
})

test('every command can be suggested', async () => {
  const { out } = await claimd('--help')
  const listed = [...out.matchAll(/^ {2}([a-z][a-z-]*)/gm)].map(([, name]) => name!)
  assert.ok(listed.length > 10)
  assert.equal(
    listed.filter((name) => !commands.has(name)),
    [],
  )
})

test.run()
