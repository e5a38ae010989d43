import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as assert from 'uvu/assert'
import { suite } from '../../harness.js'
import { claimd } from './fake-world.js'

const test = suite('cli/suggested commands')
const root = fileURLToPath(new URL('../../../../', import.meta.url))

/**
 * The texts of the source in which a command is suggested: what follows `claimd`, up to where the sentence goes on.
 * The page about manifests is left out: it names commands without what they take.
 */
function suggestions(source: string): string[] {
  const code = source.replace(/^\s*(?:\/\/|\/?\*).*$/gm, '').replace(/\$\{[^{}]*\}/g, 'x')
  const found = code.matchAll(/\bclaimd ((?:--)?[a-z]+[^'"`;,()\\·\n]*)/g)
  return [...found]
    .map(([, words = '']) => words.trim().replaceAll(' NAME', ' name'))
    .filter((words) => commands.has(words.split(' ')[0]!))
}

const commands = new Set(
  [
    'run',
    'status',
    'adapters',
    'adapter',
    'connections',
    'providers',
    'plugins',
    'plugin',
    'explain',
    'monitor',
    'config',
  ].concat(['offer', 'release', 'disconnect', 'doctor', 'help', '--help']),
)

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

test.run()
