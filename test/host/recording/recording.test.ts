import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ClaimdError } from '@claimd/sdk'
import * as assert from 'uvu/assert'
import type { Beginning, Entry } from '../../../host/core/replay.js'
import { RecordingFile, readRecording } from '../../../host/recording/index.js'
import { suite } from '../../harness.js'

const test = suite('recording')
let folder = ''
let file = ''

test.before.each(() => {
  folder = mkdtempSync(join(tmpdir(), 'claimd-recording-'))
  file = join(folder, 'recording')
})
test.after.each(() => rmSync(folder, { recursive: true, force: true }))

const beginning: Beginning = {
  claimd: '1.0.0',
  node: 'v20.19.0',
  where: { boot: 'boot-1', namespace: 'net:[1]', cookie: null },
  settings: { order: [], ignore: [], connections: [] },
  stored: {
    revision: 3,
    generation: 1,
    fence: 2,
    rows: [{ kind: 'adapter', key: '1.1', value: { id: '1.1' } }],
  },
}
const moment = { now: 12.5, at: '2026-01-01T00:00:00.000Z' }

const failure = async (work: () => unknown): Promise<ClaimdError> => {
  try {
    await work()
  } catch (error) {
    assert.instance(error, ClaimdError)
    return error as ClaimdError
  }
  throw new Error('nothing was thrown')
}

async function entriesOf(path: string): Promise<Entry[]> {
  const entries: Entry[] = []
  for await (const entry of (await readRecording(path)).entries) entries.push(entry)
  return entries
}

function write(): void {
  const recording = new RecordingFile(file, beginning, () => {})
  recording.turn(moment, [{ type: 'note', note: { type: 'x', message: 'a\nb \u2028 c' } }])
  recording.catchUp()
  recording.check()
  recording.failed(moment, { because: 'the disk is full', remedy: 'Free some space' })
  recording.close()
}

test('what was written is read, each entry a line, in a file for its owner alone', async () => {
  write()
  assert.is(statSync(file).mode & 0o777, 0o600)
  assert.is(readFileSync(file, 'utf8').split('\n').length, 6)
  const recording = await readRecording(file)
  assert.equal(recording.beginning, beginning)
  await recording.entries.return()
  assert.equal(await entriesOf(file), [
    { do: 'turn', ...moment, events: [{ type: 'note', note: { type: 'x', message: 'a\nb \u2028 c' } }] },
    { do: 'catch-up' },
    { do: 'check' },
    { do: 'failed', ...moment, because: 'the disk is full', remedy: 'Free some space' },
  ])
})

test('a file that is there is not written over', async () => {
  writeFileSync(file, 'mine')
  assert.is((await failure(() => new RecordingFile(file, beginning, () => {}))).code, 'RECORDING_EXISTS')
  assert.is(readFileSync(file, 'utf8'), 'mine')
  const nowhere = join(folder, 'no', 'such', 'folder')
  assert.is((await failure(() => new RecordingFile(nowhere, beginning, () => {}))).code, 'RECORDING_UNUSABLE')
  assert.not.ok(existsSync(nowhere))
})

test('where it can no longer be written it ends, and says so once', () => {
  const told: Error[] = []
  const other = new RecordingFile(file, beginning, (error) => told.push(error))
  other.turn(moment, [cyclic()])
  other.catchUp()
  other.close()
  assert.is(told.length, 1)
  assert.is(readFileSync(file, 'utf8').split('\n').length, 2)
})

function cyclic(): object {
  const one: Record<string, unknown> = {}
  one.one = one
  return one
}

test('a recording that is cut, or no recording, is told with its line; what stands before is given', async () => {
  assert.is((await failure(() => readRecording(file))).code, 'RECORDING_NOT_FOUND')
  assert.is((await failure(() => readRecording(folder))).code, 'RECORDING_NOT_FOUND')
  for (const [text, message] of [
    ['', 'line 1'],
    ['no JSON\n', 'line 1'],
    ['{"connections":{}}\n', 'line 1'],
    ['{"recording":2}\n', 'line 1'],
  ] as const) {
    writeFileSync(file, text)
    const { code, document } = await failure(() => readRecording(file))
    assert.is(code, 'RECORDING_INVALID')
    assert.match(document.message, message)
  }
  rmSync(file)
  write()
  truncateSync(file, statSync(file).size - 20)
  const seen: string[] = []
  const cut = await failure(async () => {
    for await (const entry of (await readRecording(file)).entries) seen.push(entry.do)
  })
  assert.match(cut.document.message, 'line 5')
  assert.match(cut.expected!, 'cut')
  assert.equal(seen, ['turn', 'catch-up', 'check'])
  writeFileSync(file, `${readFileSync(file, 'utf8').split('\n')[0]}\n{"do":"nothing"}\n`)
  assert.match((await failure(() => entriesOf(file))).document.message, 'line 2')
})

test.run()
