import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { claimdError } from '../../../host/core/errors.js'
import { forgetRemoved } from '../../../host/plugin-host/installing/forget-removed.js'
import { RemovalMarks } from '../../../host/plugin-host/installing/removal-marks.js'
import { Places } from '../../../host/plugin-host/places.js'
import { RemovedPlugins } from '../../../host/plugin-host/removed-plugins.js'
import { StoredData } from '../../../host/plugin-host/stored-data.js'
import { suite } from '../../harness.js'
import { MemoryRecords } from './memory-records.js'

const test = suite('plugin-host/stored data')
let state: string

test.before.each(() => {
  state = mkdtempSync(join(tmpdir(), 'claimd-stored-'))
})
test.after.each(() => rmSync(state, { recursive: true }))

/** Two plugins that have stored something of each kind. */
function filled() {
  const records = new MemoryRecords()
  const places = new Places(state)
  for (const plugin of ['@acme/lab', 'other']) {
    for (const kind of ['plugin-trust', 'plugin-disabled']) records.put(kind, plugin, {})
    records.put('plugin-good', plugin, { build: `${plugin} build` })
    records.put('plugin-quarantine', `${plugin} bad`, { plugin })
    for (const kind of ['plugin-storage', 'plugin-secret'])
      records.put(kind, `${plugin} "key"`, { plugin, key: 'key', json: '1' })
    mkdirSync(places.dataOf(plugin), { recursive: true })
    writeFileSync(join(places.dataOf(plugin), 'file'), 'private')
    mkdirSync(places.logs, { recursive: true })
    writeFileSync(places.logOf(plugin), 'a line')
  }
  return { records, places, stored: new StoredData(records, places) }
}

const kinds = ['trust', 'disabled', 'good', 'quarantine', 'storage', 'secret', 'kept'].map(
  (one) => `plugin-${one}`,
)
const keysOf = (records: MemoryRecords) => kinds.flatMap((kind) => records.all(kind).map(({ key }) => key))

test('everything of a removed plugin goes, and nothing of another one', () => {
  const { records, places, stored } = filled()
  stored.remove('@acme/lab')
  assert.equal(
    keysOf(records).filter((key) => key.startsWith('@acme/lab')),
    [],
  )
  assert.is(keysOf(records).length, 6)
  assert.not.ok(existsSync(places.dataOf('@acme/lab')) || existsSync(places.logOf('@acme/lab')))
  assert.ok(existsSync(places.dataOf('other')) && existsSync(places.logOf('other')))
})

test('kept data belongs to the build that wrote it; what operators decided goes', () => {
  const { records, places, stored } = filled()
  assert.ok(stored.keep('@acme/lab', 'a later one'))
  const again = new StoredData(records, places)
  assert.is(again.keptFor('@acme/lab'), '@acme/lab build')
  assert.is(again.keptFor('other'), null)
  assert.is(records.all('plugin-trust').length, 1)
  assert.is(records.all('plugin-secret').length, 2)
  again.handOver('@acme/lab')
  assert.is(new StoredData(records, places).keptFor('@acme/lab'), null)
})

test('data of a plugin that has not proved good yet is kept for the build that was removed', () => {
  const { records, stored } = filled()
  records.drop('plugin-good', 'other')
  assert.ok(stored.keep('other', 'the removed one'))
  assert.is(stored.keptFor('other'), 'the removed one')
})

test('what became of the data of a removed plugin is known when its end came first, and told once', () => {
  const { records, places, stored } = filled()
  const forgotten: [string, boolean][] = []
  const marks = new RemovalMarks(places.removed)
  const removed = new RemovedPlugins({
    stored,
    marks,
    trustsAll: false,
    forget: (...args) => forgotten.push(args),
    note: () => {},
  })
  records.put('plugin-good', 'silent', { build: 'b' })
  marks.add({ name: '@acme/lab', keepData: false, build: null })
  marks.add({ name: 'other', keepData: true, build: 'x' })
  marks.add({ name: 'silent', keepData: true, build: 'b' })
  removed.finishAll()
  const names = ['@acme/lab', 'other', 'silent', 'unknown']
  assert.equal(
    names.map((name) => removed.takeOutcome(name)),
    ['removed', 'kept', 'nothing stored', null],
  )
  assert.equal(
    names.map((name) => removed.takeOutcome(name)),
    [null, null, null, null],
  )
  // The build that proved good is forgotten with a plugin that had nothing to keep.
  assert.equal(
    new Map(forgotten),
    new Map([
      ['@acme/lab', false],
      ['other', true],
      ['silent', false],
    ]),
  )
})

test('of a plugin whose folder is gone, all stays for its build', () => {
  const { records, places, stored } = filled()
  const before = keysOf(records)
  stored.leave('@acme/lab', 'its build')
  stored.leave('@acme/lab', 'a later one')
  assert.is(new StoredData(records, places).keptFor('@acme/lab'), 'its build')
  assert.equal(keysOf(records).sort(), [...before, '@acme/lab'].sort())
  stored.leave('unknown', 'x')
  assert.is(stored.keptFor('unknown'), null)
  stored.leaveAllBut(new Set(['@acme/lab']))
  assert.is(stored.keptFor('other'), 'other build')
})

test('of a plugin that wrote nothing, nothing is kept', () => {
  const { records, places } = filled()
  const stored = new StoredData(records, places)
  records.put('plugin-good', 'silent', { build: 'b' })
  assert.not(stored.keep('silent', 'b'))
  assert.is(stored.keptFor('silent'), null)
  assert.not.ok(records.all('plugin-good').some(({ key }) => key === 'silent'))
})

test('without a daemon the data of marked plugins goes at once, and the mark with it', async () => {
  const { records, places } = filled()
  const marks = new RemovalMarks(places.removed)
  marks.add({ name: '@acme/lab', keepData: false, build: null })
  const closings: string[] = []
  const open = () => ({ records, close: () => closings.push('closed') })
  assert.is(await forgetRemoved('@acme/lab', state, open), 'what it stored is removed')
  assert.equal(closings, ['closed'])
  assert.equal(marks.all(), [])
  assert.not.ok(keysOf(records).includes('@acme/lab "key"'))
})

test('where a daemon has the state open, the mark stays for it', async () => {
  const { records, places } = filled()
  const marks = new RemovalMarks(places.removed)
  marks.add({ name: 'other', keepData: true, build: 'b' })
  const open = () => {
    throw claimdError('STATE_IN_USE', { message: 'process 7 uses it' })
  }
  assert.match(await forgetRemoved('other', state, open), 'starts next: process 7 uses it')
  assert.equal(marks.all(), [{ name: 'other', keepData: true, build: 'b' }])
  assert.is(keysOf(records).length, 12)
})

test.run()
