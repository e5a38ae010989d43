import { statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import * as assert from 'uvu/assert'
import { openStore } from '../../../host/store/open-store.js'
import { suite } from '../../harness.js'
import { batch, event } from './batches.js'
import { Folders } from './folders.js'

const test = suite('store/checkpoints')
const folders = new Folders()
test.after(() => folders.removeAll())

test('the log is taken into the database when nothing is written, and it is worth it', async () => {
  const folder = folders.make()
  const store = openStore(folder)
  const size = () => statSync(join(folder, 'claimd.db')).size
  const before = size()
  let revision = 0
  const commit = () => store.commit(batch({ events: [event(++revision, { message: 'x'.repeat(3_000) })] }))
  for (let commits = 0; commits < 200; commits++) commit()
  assert.is(size(), before)
  while (size() === before) await setTimeout(5)
  assert.ok(size() > 200 * 3_000, String(size()))
  const taken = size()
  commit()
  await setTimeout(100)
  assert.is(size(), taken, 'a little is left until it is worth it')
  store.close()
})

test('a commit writes little beside what it says: what is written wears out the disk', () => {
  const folder = folders.make()
  const store = openStore(folder)
  const log = () => statSync(join(folder, 'claimd.db-wal'), { throwIfNoEntry: false })?.size ?? 0
  let revision = 0
  const commit = () => store.commit(batch({ events: [event(++revision, { message: 'x'.repeat(300) })] }))
  for (let commits = 0; commits < 10; commits++) commit()
  const before = log()
  for (let commits = 0; commits < 40; commits++) commit()
  assert.ok(log() - before < 40 * 4096, `${(log() - before) / 40} bytes a commit`)
  store.close()
})

test.run()
