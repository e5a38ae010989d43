import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { verifyPlugin } from '../../../host/main.js'
import { suite } from '../../harness.js'
import { goodManifest } from '../plugin-host/support.js'
import { failedIn } from './broken-plugins.js'

// Whole processes take their time on a busy machine.
const test = suite('conformance/two-providers', { timeout: 60_000 })

test('a plugin with two providers conforms, with all their adapters in one daemon', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'claimd-two-providers-'))
  try {
    const manifest = goodManifest('lab')
    const providers = [
      { id: 'one', match: [{ name: 'eins*' }, { driver: 'lab' }] },
      { id: 'two', match: [{ name: 'zwei*' }, { driver: 'lab' }] },
    ]
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ ...manifest, contributes: { providers } }))
    writeFileSync(join(folder, 'conformance.json'), JSON.stringify({ adapters: [{ name: 'zwei0' }] }))
    writeFileSync(
      join(folder, 'index.js'),
      `export function activate({ providers }) {
  const claimConnection = ({ connection }) => ({ result: 'SUCCESS', connection, volatile: true })
  for (const id of ['one', 'two']) providers.register(id, { claimConnection })
}
`,
    )
    const only = ['unplug-mid-offer', 'same-after-restart', 'own-connection-each']
    const report = await verifyPlugin({ folder, only })
    assert.equal(failedIn(report), [])
    assert.ok(report.passed)
    const { found } = report.cases.find(({ id }) => id === 'same-after-restart')!
    for (const name of ['eins0', 'zwei0', 'zwei1']) assert.match(found!, name)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

test.run()
