import { copyFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import * as assert from 'uvu/assert'
import { startDaemon } from '../../host/main.js'
import { suite } from '../harness.js'

const test = suite('system/database replaced')

test('that the database was replaced is noticed without a decision, and that it is back', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'claimd-replaced-'))
  const links = join(folder, 'links.json')
  writeFileSync(links, JSON.stringify({ links: [] }))
  // No links and no plugins: nothing happens that would have to be stored.
  const daemon = await startDaemon({
    config: join(folder, 'config.json'),
    configRequired: false,
    plugins: [],
    bundled: false,
    state: join(folder, 'state'),
    socket: join(folder, 'socket'),
    simulate: links,
  })
  try {
    await daemon.settled
    const becomes = async (health: string) => {
      while (daemon.services.status.get().health !== health) await delay(20)
    }
    await becomes('running')
    await delay(200)
    const { revision } = daemon.services.status.get()
    const database = join(folder, 'state', 'claimd.db')
    renameSync(database, `${database}.mine`)
    copyFileSync(`${database}.mine`, database)
    await becomes('degraded')
    assert.match(daemon.services.status.get().remedy!, 'Put it back')
    assert.is(daemon.services.status.get().revision, revision)
    renameSync(`${database}.mine`, database)
    await becomes('running')
  } finally {
    await daemon.stop()
    rmSync(folder, { recursive: true, force: true })
  }
})

test.run()
