/**
 * What the tests of full and read-only disks do on a small file system of their own: `on-disk.js STEP FOLDER`.
 * Throws, and so exits with 1, when something does not hold.
 */
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { exitCodeOf } from '../../../host/cli/exit-codes.js'
import { openStore } from '../../../host/store/open-store.js'
import { adapter, batch, claim, event } from '../../host/store/batches.js'
import { failure } from '../../host/store/folders.js'

const [step, disk] = process.argv.slice(2) as [string, string]
const state = join(disk, 'state')
const filler = join(disk, 'filler')
const announced = join(disk, 'announced')

function fill(): void {
  let size = 1 << 20
  while (size >= 1) {
    try {
      writeFileSync(filler, Buffer.alloc(size), { flag: 'a' })
    } catch {
      size >>= 1
    }
  }
}

const steps: Record<string, () => void> = {
  'write-until-full-then-on'() {
    writeFileSync(announced, '      ')
    const store = openStore(state)
    store.commit(batch({ events: [event(1)], putAdapters: [adapter('1.1')], putHoldings: [claim('1.1')] }))
    fill()
    let revision = 1
    const more = () =>
      batch({ events: [event(revision + 1)], dropHoldings: ['1.1'], sync: revision % 2 === 0 })
    const error = failure(() => {
      for (;;) {
        store.commit(more())
        revision++
      }
    })
    const before = store.load()
    assert.is(error.code, 'STORE_DEGRADED')
    assert.match(error.message, 'the disk is full')
    assert.match(error.found!, 'SQLITE_FULL')
    assert.is((error.cause as { code: string }).code, 'SQLITE_FULL')
    assert.is(before.revision, revision)
    assert.is(failure(() => store.commit(more())).code, 'STORE_DEGRADED', 'it stays so')
    assert.equal(store.load(), before, 'nothing of it was written')
    assert.is(store.events(0, 100_000).length, revision, 'and what was there can be read')

    const full = failure(() => openStore(join(disk, 'another')))
    assert.is(full.code, 'STATE_FULL')
    assert.is(exitCodeOf(full.code), 13)

    rmSync(filler)
    for (let i = 0; i < 2000; i++) {
      store.commit(more())
      revision++
    }
    writeFileSync(announced, String(revision))
    fill()
    store.close()
  },
  'write-until-the-checkpoint-is-full-then-on'() {
    const store = openStore(state)
    let revision = 0
    const message = 'x'.repeat(2_000)
    const commit = () => {
      store.commit(batch({ events: [event(revision + 1, { message })], sync: revision % 50 === 0 }))
      revision++
    }
    const log = () => statSync(join(state, 'claimd.db-wal')).size
    const database = () => statSync(join(state, 'claimd.db')).size
    // The first checkpoint: from now on the log is written over, and only the database has to grow.
    for (const before = database(); database() === before; ) commit()
    const [size, grown] = [log(), database()]
    fill()
    const error = failure(() => {
      for (;;) commit()
    })
    assert.is(error.code, 'STORE_DEGRADED')
    assert.match(error.message, 'the disk is full')
    assert.ok(log() >= size && database() === grown, 'the log was full, and the database could not take it')
    assert.is(store.events(0, 100_000).length, revision)
    rmSync(filler)
    for (let i = 0; i < 1_500; i++) commit()
    assert.ok(database() > grown, 'and then it could')
    writeFileSync(announced, String(revision))
    process.kill(process.pid, 'SIGKILL')
  },
  'prepare-much'() {
    const store = openStore(state)
    const message = 'x'.repeat(2_000)
    for (let revision = 1; revision <= 2_000; revision++)
      store.commit(batch({ events: [event(revision, { message })] }))
    store.close()
  },
  // By the time that claimd reads them, some systems show such sectors as zeros: then it is damage.
  'cannot-be-read'() {
    const error = failure(() => openStore(state))
    assert.match(error.code, /^STATE_(UNUSABLE|DAMAGED)$/)
    assert.ok(error.found && error.remedy)
  },
  'no-file-can-be-made'() {
    const names: string[] = []
    try {
      for (;;) {
        const name = join(disk, `file-${names.length}`)
        writeFileSync(name, '')
        names.push(name)
      }
    } catch {}
    const error = failure(() => {
      const store = openStore(state)
      try {
        store.commit(batch({ events: [event(2)] }))
      } finally {
        store.close()
      }
    })
    assert.is(error.code, 'STATE_UNUSABLE')
    assert.match(error.remedy!, 'df -i')
    for (const name of names) rmSync(name)
  },
  // Whether SQLite can open it without space or not: nothing is lost, and what it says is clear.
  'open-while-full'() {
    try {
      openStore(state).close()
    } catch (error) {
      assert.is((error as { code: string }).code, 'STATE_FULL')
    }
  },
  free() {
    rmSync(filler)
  },
  'everything-is-there'() {
    const store = openStore(state)
    assert.is(store.load().revision, Number(readFileSync(announced, 'utf8')))
    assert.is(store.events(0, 100_000).length, store.load().revision)
    store.close()
  },
  prepare() {
    const store = openStore(state)
    store.commit(batch({ events: [event(1)] }))
    writeFileSync(announced, '1')
    store.close()
  },
  'read-only'() {
    for (const folder of [state, join(disk, 'new')]) {
      const error = failure(() => openStore(folder))
      assert.is(error.code, 'STATE_READ_ONLY')
      assert.is(exitCodeOf(error.code), 13)
      assert.ok(error.found && error.expected && error.remedy)
    }
  },
}

steps[step]!()
