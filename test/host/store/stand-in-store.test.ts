import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { ClaimdError } from '@claimd/sdk'
import * as assert from 'uvu/assert'
import { claimdError } from '../../../host/core/errors.js'
import { openStore } from '../../../host/store/open-store.js'
import { StandInStore } from '../../../host/store/stand-in-store.js'
import { suite } from '../../harness.js'
import { batch, event } from './batches.js'
import { Folders, failure } from './folders.js'

const test = suite('store/stand-in-store')
const folders = new Folders()
test.after(() => folders.removeAll())

const readOnly = claimdError('STATE_READ_ONLY', {
  message: 'The state folder is on a read-only file system',
  found: 'EROFS',
  expected: 'a folder that can be written',
  remedy: 'Make it writable',
})

/** A state with one event and one record, which nobody has open. */
function stored(): string {
  const folder = folders.make()
  const store = openStore(folder)
  store.commit(batch({ events: [event(1)], generation: 7 }))
  store.records.put('kind', 'key', 'value')
  store.close()
  return folder
}

const standIn = (folder: string) => new StandInStore(folder, {}, readOnly)

/** Tries until it works; what is refused until then is refused as degraded. */
async function until(act: () => void): Promise<void> {
  for (;;) {
    try {
      act()
      return
    } catch (error) {
      assert.instance(error, ClaimdError)
      assert.is((error as ClaimdError).code, 'STORE_DEGRADED')
      await delay(20)
    }
  }
}

test('what was stored is read, nothing is written, and it says why', () => {
  const folder = stored()
  const store = standIn(folder)
  assert.equal([store.load().revision, store.load().generation], [1, 7])
  assert.is(store.events(0, 10).length, 1)
  assert.equal(store.records.all('kind'), [{ key: 'key', value: 'value' }])
  for (const act of [
    () => store.commit(batch({ events: [event(2)] })),
    () => store.records.put('kind', 'other', 'value'),
    () => store.records.drop('kind', 'key'),
  ])
    assert.throws(
      act,
      ({ code, message }: ClaimdError) => code === 'STORE_DEGRADED' && message === readOnly.message,
    )
  const { scratch } = store
  store.close()
  assert.not.ok(existsSync(scratch))
  const again = openStore(folder)
  assert.is(again.load().revision, 1)
  again.close()
})

test('once the folder can be written it is the state itself, and lets go of it when it is closed', async () => {
  const folder = stored()
  const holder = openStore(folder)
  const store = standIn(folder)
  await delay(0)
  assert.throws(() => store.commit(batch({ events: [event(2)] })))
  holder.close()
  await until(() => store.commit(batch({ events: [event(2)] })))
  store.records.put('kind', 'other', 'value')
  assert.equal([store.load().revision, store.records.all('kind').length], [2, 2])
  store.close()
  const again = openStore(folder)
  assert.equal([again.load().revision, again.records.all('kind').length], [2, 2])
  again.close()
})

test('what a killed claimd had only in the log is read as well, and a new folder begins with nothing', async () => {
  const folder = folders.make()
  const running = openStore(folder)
  running.commit(batch({ events: [event(1), event(2)] }))
  const store = standIn(folder)
  assert.is(store.load().revision, 2)
  store.close()
  running.close()
  const fresh = join(folders.make(), 'later')
  const empty = standIn(fresh)
  assert.equal([empty.load().revision, existsSync(fresh)], [0, false])
  await until(() => empty.commit(batch({ events: [event(1)] })))
  assert.ok(readdirSync(fresh).includes('claimd.db'))
  empty.close()
})

test('a state that somebody else has changed meanwhile is not taken', async () => {
  const folder = stored()
  const store = standIn(folder)
  const other = openStore(folder)
  other.commit(batch({ events: [event(2)] }))
  other.close()
  const said = new Set<string>()
  while (![...said].some((message) => message.includes('changed by somebody else'))) {
    try {
      store.commit(batch({ events: [event(2)] }))
      assert.unreachable()
    } catch (error) {
      said.add((error as Error).message)
    }
    await delay(20)
  }
  store.close()
  const again = openStore(folder)
  assert.is(again.load().revision, 2)
  again.close()
})

test('a damaged state is said to be damaged where it lies', () => {
  const folder = folders.make()
  writeFileSync(join(folder, 'claimd.db'), 'this is no database, and never was one'.repeat(10))
  assert.throws(
    () => standIn(folder),
    ({ code, message }: ClaimdError) =>
      code === 'STATE_DAMAGED' && message.includes(join(folder, 'claimd.db')),
  )
})

test('a state that cannot be locked is refused to a second claimd as long as the first one has it open', async () => {
  const folder = stored()
  const file = join(folder, 'claimd.db')
  const script = `require('fs').openSync(process.argv[1]); console.log('open'); setInterval(() => {}, 1e6)`
  const other = spawn(process.execPath, ['-e', script, file], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(other.stdout, 'data')
  const error = failure(() => standIn(folder))
  assert.is(error.code, 'STATE_IN_USE')
  assert.match(error.found!, `open in process ${other.pid}`)
  other.kill()
  await once(other, 'close')
  const store = standIn(folder)
  const seen = execFileSync(process.execPath, ['-e', lookForOpen, file, String(process.pid)], {
    encoding: 'utf8',
  })
  assert.is(seen, 'open')
  store.close()
  assert.is(
    execFileSync(process.execPath, ['-e', lookForOpen, file, String(process.pid)], { encoding: 'utf8' }),
    'closed',
  )
})

/** Whether a process has a file open. */
const lookForOpen = `
const fs = require('fs')
const [, file, pid] = process.argv
const open = fs.readdirSync('/proc/' + pid + '/fd').some((fd) => {
  try { return fs.readlinkSync('/proc/' + pid + '/fd/' + fd) === file } catch { return false }
})
process.stdout.write(open ? 'open' : 'closed')`

test.run()
