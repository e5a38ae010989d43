/**
 * What the tests of full and read-only disks do on a small file system of their own: `on-disk.js STEP FOLDER`.
 * Throws, and so exits with 1, when something does not hold.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { exitCodeOf } from '../../../host/core/errors.js'
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
    store.commit(batch({ events: [event(1)], putAdapters: [adapter('1.1')], putClaims: [claim('1.1')] }))
    fill()
    let revision = 1
    const more = () => batch({ events: [event(revision + 1)], dropClaims: ['1.1'], sync: revision % 2 === 0 })
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
