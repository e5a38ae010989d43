import { execFileSync } from 'node:child_process'
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { Udev } from '../../../../host/links/udev/udev.js'
import { nothing, type UdevFacts } from '../../../../host/links/udev/udev-view.js'
import { suite } from '../../../harness.js'
import { FakeUdev } from './fake-udev.js'

const test = suite('links/udev')

const waiting: UdevFacts = { managedBy: null, awaitsUdev: true }
const lab = { ID_NET_MANAGED_BY: 'org.example.Lab' }
const ofLab: UdevFacts = { managedBy: 'org.example.Lab', awaitsUdev: false }

let fake: FakeUdev
let udev: Udev
let changed: number[]
let wake = () => {}

function watch(initialNamespace = true): Udev {
  changed = []
  udev = new Udev({ folder: fake.folder, initialNamespace }, (index) => {
    changed.push(index)
    wake()
  })
  return udev
}

/** Waits until something holds; looks whenever udev said something. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds())
    await new Promise<void>((done) => {
      wake = done
    })
}

test.after.each(() => {
  udev?.close()
  fake?.close()
})

test('where udev does not run, links do not wait, and nothing is known', async () => {
  fake = await FakeUdev.start()
  rmSync(join(fake.folder, 'control'))
  fake.write(2, lab)
  watch().load([2])
  assert.equal(udev.factsOf(2), nothing)
})

test('a socket that a udev left behind does not count', async () => {
  fake = await FakeUdev.start({ runs: false })
  watch().appeared(2)
  assert.equal(udev.factsOf(2), nothing)
})

test('in another network namespace udev does not count', async () => {
  fake = await FakeUdev.start()
  fake.write(2, lab)
  watch(false).load([2])
  udev.appeared(3)
  assert.equal([udev.factsOf(2), udev.factsOf(3)], [nothing, nothing])
})

test('links whose records are there do not wait', async () => {
  fake = await FakeUdev.start()
  fake.write(2, lab)
  writeFileSync(fake.file(3), '')
  watch().load([2, 3, 4])
  assert.equal(
    [2, 3, 4].map((index) => udev.factsOf(index)),
    [ofLab, nothing, waiting],
  )
  assert.equal(changed, [])
})

test('a link waits until its record is written', async () => {
  fake = await FakeUdev.start()
  watch().appeared(2)
  assert.equal(udev.factsOf(2), waiting)
  fake.write(3, lab)
  fake.write(2, lab)
  await until(() => changed.length > 0)
  assert.equal(udev.factsOf(2), ofLab)
  assert.equal(changed, [2])
})

test('a record changes, and says nothing by being removed', async () => {
  fake = await FakeUdev.start()
  fake.write(2, lab)
  fake.write(3)
  watch().load([2, 3])
  fake.remove(2)
  fake.write(3, lab)
  await until(() => changed.length > 0)
  assert.equal(changed, [3])
  assert.equal(udev.factsOf(2), ofLab)
  fake.write(2)
  await until(() => changed.length > 1)
  assert.equal(udev.factsOf(2), nothing)
})

test('the wait ends after three seconds, with what is known then', async () => {
  fake = await FakeUdev.start()
  const since = performance.now()
  watch().load([2, 3])
  fake.write(3, { ...lab, ID_RENAMING: '1' })
  await until(() => changed.length === 2)
  assert.ok(performance.now() - since >= 2_900)
  assert.equal([udev.factsOf(2), udev.factsOf(3)], [nothing, ofLab])
})

test('a link that udev renames, or looks at anew, is not finished', async () => {
  fake = await FakeUdev.start()
  fake.write(2, { ID_RENAMING: '1' })
  fake.write(3, { ID_PROCESSING: '1' })
  watch().load([2, 3])
  assert.equal([udev.factsOf(2), udev.factsOf(3)], [waiting, waiting])
  fake.write(2, lab)
  await until(() => changed.length > 0)
  fake.write(2, { ID_PROCESSING: '1' })
  fake.write(3)
  await until(() => changed.length > 1)
  assert.equal([udev.factsOf(2), udev.factsOf(3)], [ofLab, nothing])
})

test('the record of a link that has gone does not count for another one with its index', async () => {
  fake = await FakeUdev.start()
  fake.write(2, lab)
  watch().load([2])
  udev.gone(2)
  udev.appeared(2)
  assert.equal(udev.factsOf(2), waiting)
  fake.write(2)
  await until(() => changed.length > 0)
  assert.equal(udev.factsOf(2), nothing)
})

test('nor does one that was left behind before claimd started, or by another boot', async () => {
  fake = await FakeUdev.start()
  fake.write(2, lab)
  fake.write(3, lab, '9'.repeat(15))
  watch().load([3])
  udev.appeared(2)
  assert.equal([udev.factsOf(2), udev.factsOf(3)], [waiting, waiting])
})

test('a link that is not in a new snapshot is forgotten', async () => {
  fake = await FakeUdev.start()
  fake.write(2, lab)
  fake.write(3, lab)
  watch().load([2, 3])
  udev.load([3])
  assert.equal([udev.factsOf(2), udev.factsOf(3)], [nothing, ofLab])
})

test('the folder may come later, and be replaced', async () => {
  fake = await FakeUdev.start({ data: false })
  watch().load([2, 3])
  mkdirSync(fake.data)
  fake.write(2, lab)
  await until(() => changed.includes(2))
  renameSync(fake.data, `${fake.data}.old`)
  mkdirSync(fake.data)
  fake.write(3, lab)
  await until(() => changed.includes(3))
  rmSync(fake.data, { recursive: true })
  mkdirSync(fake.data)
  fake.write(3)
  await until(() => udev.factsOf(3).managedBy === null)
})

test('what is no record, or holds no name, is harmless', async () => {
  fake = await FakeUdev.start()
  execFileSync('mkfifo', [fake.file(2)])
  writeFileSync(join(fake.folder, 'elsewhere'), 'E:ID_NET_MANAGED_BY=x')
  symlinkSync(join(fake.folder, 'elsewhere'), fake.file(3))
  mkdirSync(fake.file(4))
  const values = ['', 'two words', '\x1b[31m', 'x'.repeat(256), 'é']
  values.forEach((value, i) => {
    fake.write(10 + i, { ID_NET_MANAGED_BY: value })
  })
  writeFileSync(
    fake.file(20),
    `\n:\nE\nE:\nE:=\nI:soon\n${'E:X=1\n'.repeat(100_000)}E:ID_NET_MANAGED_BY=late`,
  )
  watch().load([2, 3, 4, 10, 11, 12, 13, 14, 20])
  assert.equal(
    [2, 3, 4].map((index) => udev.factsOf(index)),
    [waiting, waiting, waiting],
  )
  for (const index of [10, 11, 12, 13, 14, 20]) assert.equal(udev.factsOf(index), nothing, String(index))
})

test.run()
