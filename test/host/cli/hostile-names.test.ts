import fc from 'fast-check'
import * as assert from 'uvu/assert'
import type { ControlClient } from '../../../host/cli/client.js'
import { suite } from '../../harness.js'
import * as documents from './documents.js'
import { claimd } from './fake-world.js'

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

function poisonedClient(text: string): Partial<ControlClient> {
  const answer =
    <Document>(document: Document) =>
    () =>
      Promise.resolve(poisoned(document, text))
  return {
    status: answer(documents.status),
    adapters: answer(documents.adapters),
    connections: answer(documents.connections),
    providers: answer(documents.providers),
    plugins: answer(documents.plugins),
    plugin: answer(documents.plugin),
    pluginLog: answer(documents.pluginLog),
    disablePlugin: answer({ result: 'SUCCESS', plugin: 'x', message: 'x' } as const),
    explain: answer(documents.explain),
    offer: answer(documents.offer),
    disconnectAll: answer(documents.disconnectAll),
    events: async function* () {
      yield poisoned(documents.event({ revision: 42 }), text)
    },
  }
}

const lines = [
  ...['status', 'adapters', 'connections', 'providers', 'plugins', 'explain x', 'offer x', 'monitor'],
  ...[
    'disconnect --all',
    'adapter x',
    'doctor',
    'plugin show x',
    'plugin log x',
    'plugin disable x',
    'plugin trust x',
  ],
]
/** Colours that claimd itself uses. */
const ownColours = /\x1b\[(?:1|2|22|3[1-6]|39)m/g

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
