import { appendFileSync, mkdtempSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { logReadLimit, readLog } from '../../../../host/plugin-host/logs/read-log.js'
import { suite } from '../../../harness.js'

const test = suite('plugin-host/log reading')

let folder: string
let log: string
test.before.each(() => {
  folder = mkdtempSync(join(tmpdir(), 'claimd-log-'))
  log = join(folder, 'lab.log')
})
test.after.each(() => rmSync(folder, { recursive: true, force: true }))

const all = 10_000

test('the last lines, whole ones only', async () => {
  writeFileSync(log, 'one\ntwo\n\nthree\nhalf of')
  assert.equal((await readLog(log, 2, null)).lines, ['', 'three'])
  assert.equal((await readLog(log, all, null)).lines, ['one', 'two', '', 'three'])
  const { next } = await readLog(log, 1, null)
  appendFileSync(log, ' four\n')
  assert.equal((await readLog(log, all, next)).lines, ['half of four'])
})

test('a log that is not there yet is empty, and is read from its beginning when it is', async () => {
  const { lines, next } = await readLog(log, 5, null)
  assert.equal(lines, [])
  writeFileSync(log, 'one\n')
  assert.equal((await readLog(log, 5, next)).lines, ['one'])
})

test('of a large log only the end is read, and no half line', async () => {
  const line = 'x'.repeat(99)
  writeFileSync(log, `${line}\n`.repeat((2 * logReadLimit) / 100))
  const { lines } = await readLog(log, all, null)
  assert.ok(lines.length > 1000)
  assert.ok(lines.every((one) => one === line))
})

test('following loses and repeats nothing, also when the log is moved away', async () => {
  writeFileSync(log, 'before\n')
  let { next } = await readLog(log, 1, null)
  appendFileSync(log, 'one\ntwo\n')
  renameSync(log, `${log}.1`)
  writeFileSync(log, 'three\n')
  const read: string[] = []
  for (let more = true; more; ) {
    const found = await readLog(log, 1, next)
    read.push(...found.lines)
    next = found.next
    more = found.lines.length > 0
  }
  assert.equal(read, ['one', 'two', 'three'])
})

test('the last lines may be in the log that was moved away', async () => {
  writeFileSync(`${log}.1`, 'one\ntwo\n')
  writeFileSync(log, 'three\n')
  assert.equal((await readLog(log, 2, null)).lines, ['two', 'three'])
  const { next } = await readLog(log, all, null)
  assert.equal((await readLog(log, all, next)).lines, [])
})

test('a log that was emptied is read from its beginning', async () => {
  writeFileSync(log, 'one\ntwo\n')
  const { next } = await readLog(log, 1, null)
  truncateSync(log)
  appendFileSync(log, 'new\n')
  assert.equal((await readLog(log, 9, next)).lines, ['new'])
})

test('a reader that reads on gets every line once, whenever it looks', async () => {
  const writes = fc.array(fc.array(fc.string({ unit: 'binary', maxLength: 8 }), { maxLength: 4 }), {
    maxLength: 6,
  })
  await fc.assert(
    fc.asyncProperty(writes, fc.integer({ min: 1, max: 3 }), async (batches, most) => {
      rmSync(log, { force: true })
      let next = (await readLog(log, 1, null)).next
      const written: string[] = []
      const read: string[] = []
      for (const batch of batches) {
        const lines = batch.map((line) => Buffer.from(line.replaceAll('\n', '')).toString())
        written.push(...lines)
        appendFileSync(log, lines.map((line) => `${line}\n`).join(''))
        for (;;) {
          const found = await readLog(log, most, next)
          next = found.next
          if (found.lines.length === 0) break
          read.push(...found.lines)
        }
      }
      assert.equal(read, written)
    }),
    { numRuns: 50 },
  )
})

test.run()
