import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { verifyPlugin } from '../../../host/main.js'
import { suite } from '../../harness.js'
import { goodManifest } from '../plugin-host/support.js'
import { failedIn } from './broken-plugins.js'

// Whole processes take their time on a busy machine.
const test = suite('conformance/own-links', { timeout: 60_000 })
let folder = ''

test.before.each(() => {
  folder = mkdtempSync(join(tmpdir(), 'claimd-own-links-'))
})
test.after.each(() => rmSync(folder, { recursive: true, force: true }))

/** A plugin whose connect makes a bridge, and sets it up by that fence. @param adopt what makes it its own */
function writePlugin(adopt: string): void {
  mkdirSync(join(folder, 'plugin'))
  const write = (name: string, text: string) => writeFileSync(join(folder, 'plugin', name), text)
  const contributes = {
    providers: [{ id: 'main', band: 'exact', match: [{ name: 'tunnel*' }], connectionTypes: ['tunnel'] }],
  }
  const permissions = { links: { create: ['own*'], change: ['up', 'address'] } }
  write('package.json', JSON.stringify({ ...goodManifest('tunnels'), contributes, permissions }))
  const connections = { home: { type: 'tunnel', config: {} } }
  write('conformance.json', JSON.stringify({ connections }))
  write(
    'index.js',
    `export function activate({ providers, links }) {
  providers.register('main', {
    claimConnection: () => ({ result: 'INVALID_CONNECTION' }),
    resources: () => ({ result: 'SUCCESS', adapters: null }),
    async connect({ fence, signal }) {
      await links.create({ kind: 'bridge', name: 'own0', fence })
      signal.throwIfAborted()
      const made = ${adopt}
      await links.up(made.id, fence)
      await links.addAddress(made.id, fence, '192.0.2.7/24')
      return { result: 'SUCCESS' }
    },
    disconnect: ({ origin }) => ({ result: origin === 'dialled' ? 'SUCCESS' : 'NOT_SUPPORTED' }),
    status: ({ adapter }) => ({ result: 'SUCCESS', state: adapter === null ? 'disconnected' : 'connected' }),
  })
}
`,
  )
}

const only = [
  ...['connects-something', 'names-resources', 'disconnects', 'connect-fails'],
  ...['cancel-connect', 'crash-in-connect', 'status', 'unknown-connection'],
]

test('a provider that makes the link of its connection conforms, and one that does not adopt it connects nothing', async () => {
  writePlugin(`await links.adopt('own0', fence)`)
  const { cases } = await verifyPlugin({ folder: join(folder, 'plugin'), only })
  assert.equal(
    cases.filter(({ result }) => result !== 'pass').map(({ id, found }) => [id, found]),
    [],
  )
  rmSync(join(folder, 'plugin'), { recursive: true })
  writePlugin(`{ id: '1.1' }`)
  const wrong = await verifyPlugin({ folder: join(folder, 'plugin'), only: ['connects-something'] })
  assert.equal(failedIn(wrong), ['connects-something'])
})

test.run()
