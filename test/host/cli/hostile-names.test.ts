import fc from 'fast-check'
import * as assert from 'uvu/assert'
import type { ControlClient } from '../../../host/cli/client.js'
import { suite } from '../../harness.js'
import { allCommands } from './all-commands.js'
import * as documents from './documents.js'
import { claimd, fakeClient } from './fake-world.js'

const test = suite('cli/hostile names')

/** A copy of a document in which the texts that come from outside are another text. */
function poisoned<Document>(document: Document, text: string): Document {
  const fixed = new Set(['at', 'since', 'state', 'result', 'health'])
  const copy = (value: unknown, key: string): unknown => {
    if (typeof value === 'string') return fixed.has(key) ? value : text
    if (Array.isArray(value)) return value.map((one) => copy(one, key))
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, copy(inner, name)]))
  }
  return copy(document, '') as Document
}

/** A client whose every answer is poisoned. */
function poisonedClient(text: string): Partial<ControlClient> {
  const methods = Object.entries(fakeClient([])).map(([name, method]) => {
    const ask = method as (...args: unknown[]) => Promise<unknown> | AsyncIterable<unknown>
    const asked = (...args: unknown[]) => {
      const answer = ask(...args)
      return Symbol.asyncIterator in answer ? each(answer) : answer.then((one) => poisoned(one, text))
    }
    return [name, asked]
  })
  async function* each(events: AsyncIterable<unknown>) {
    for await (const event of events) yield poisoned(event, text)
  }
  return Object.fromEntries(methods)
}

const lines = [
  ...['status', 'adapters', 'adapter x', 'connections', 'providers', 'plugins', 'explain x', 'doctor'],
  ...['connect x', 'hold x true', 'connection show x', 'connection delete x', 'connection add x --type y'],
  ...['connection edit x', 'explain connection:x'],
  ...['offer x', 'release x --reason y', 'disconnect x', 'disconnect --all', 'journal', 'monitor'],
  ...['show', 'log', 'trust', 'untrust', 'enable', 'disable', 'reload'].map((name) => `plugin ${name} x`),
]
/** What these show is not told by a daemon. */
const withoutDaemon = [
  ...['run', 'replay', 'config check'],
  ...['new', 'check', 'verify', 'pack', 'install', 'remove'].map((name) => `plugin ${name}`),
]
/** Colours that claimd itself uses, and how it takes a line away. */
const ownColours = /\x1b\[(?:1|2|22|3[1-6]|39)m|\r\x1b\[K/g

test('every command that shows what a daemon tells is tried', async () => {
  const tried = lines.concat(withoutDaemon)
  const missing = (await allCommands()).filter(
    (name) => !tried.some((line) => line === name || line.startsWith(`${name} `)),
  )
  assert.equal(missing, [])
})

for (const line of lines) {
  test(`${line}: nothing that came from outside acts on the terminal`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 12 }), async (noise) => {
        const text = `${noise}\x1b]0;title\x07\n\u202e\x9b2J`
        const world = await claimd(line, { client: poisonedClient(text), terminal: { columns: 80 } })
        const shown = (world.out + world.err).replace(ownColours, '').replaceAll('\n', '')
        assert.not.match(shown, /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u)
      }),
      { numRuns: 50 },
    )
  })
}

test('a name with a line break does not make a row of its own', async () => {
  const adapters = [documents.adapter({ name: 'a\neth0  ethernet  claimed' })]
  const world = await claimd('adapters', { client: { adapters: async () => ({ revision: 1, adapters }) } })
  assert.is(world.out.split('\n').length, 3)
  assert.match(world.out, /^a\\neth0/m)
})

test.run()
