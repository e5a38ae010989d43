import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import * as assert from 'uvu/assert'
import type { ReadOptions } from '../../../../host/store/configuration/configuration.js'
import { type ConfigurationWatch, watchConfiguration } from '../../../../host/store/configuration/watch.js'
import { suite } from '../../../harness.js'
import { LiveTimers } from '../../live-timers.js'
import { Folders } from '../folders.js'

const test = suite('store/configuration/watch')
const folders = new Folders()
let folder: string
let file: string
let calls: string[]
let watches: ConfigurationWatch[]

test.before.each(() => {
  folder = folders.make()
  file = join(folder, 'claimd.json')
  calls = []
  watches = []
})
test.after.each(async () => {
  for (const watch of watches) await watch.close()
})
test.after(() => folders.removeAll())

function start(options: ReadOptions = { required: false }): ConfigurationWatch {
  const watch = watchConfiguration(
    file,
    options,
    ({ plugins }) => calls.push(plugins.disabled.join() || 'empty'),
    ({ code }) => calls.push(code),
  )
  watches.push(watch)
  return watch
}

const disabling = (name: string) => JSON.stringify({ plugins: { disabled: [name] } })

/** Waits until exactly these calls were made; more or others fail at once. */
async function called(...expected: string[]): Promise<void> {
  while (calls.length < expected.length) await sleep(5)
  assert.equal(calls, expected)
}

test('it waits for the kernel alone, also where links lead to the file and its folder comes later', async () => {
  const timers = await LiveTimers.begin()
  try {
    file = join(folder, 'current', 'claimd.json')
    start()
    await timers.rest(0)
    for (const release of ['one', 'two']) {
      mkdirSync(join(folder, release))
      writeFileSync(join(folder, release, 'claimd.json'), disabling(release))
    }
    symlinkSync('one', join(folder, 'current'))
    await called('one')
    symlinkSync('two', join(folder, 'next'))
    renameSync(join(folder, 'next'), join(folder, 'current'))
    await called('one', 'two')
    await timers.rest(0)
  } finally {
    timers.restore()
  }
})

test('a good edit is told, a faulty one only as a fault, and unchanged content not at all', async () => {
  writeFileSync(file, disabling('a'))
  start()
  writeFileSync(file, disabling('b'))
  await called('b')
  writeFileSync(file, '{ "plugins": ')
  await called('b', 'CONFIGURATION_INVALID')
  writeFileSync(file, '{ "plugins": ')
  writeFileSync(file, disabling('b'))
  await called('b', 'CONFIGURATION_INVALID', 'b')
  writeFileSync(file, disabling('b'))
  writeFileSync(join(folder, 'other'), '')
  await sleep(300)
  writeFileSync(file, disabling('c'))
  await called('b', 'CONFIGURATION_INVALID', 'b', 'c')
})

test('a file that is written in steps is taken once, when it is whole', async () => {
  start()
  writeFileSync(file, '')
  const text = disabling('whole')
  for (const part of text) {
    writeFileSync(file, part, { flag: 'a' })
    await sleep(1)
  }
  while (!calls.includes('whole')) await sleep(5)
  // On a busy machine the steps can be so far apart that a part of it is seen, which is a fault.
  assert.equal(
    calls.filter((call) => call !== 'CONFIGURATION_INVALID'),
    ['whole'],
  )
})

test("an editor's replacement by rename is followed, again and again", async () => {
  writeFileSync(file, disabling('a'))
  start()
  const expected = []
  for (const name of ['b', 'c', 'd']) {
    writeFileSync(join(folder, '.claimd.json.tmp'), disabling(name))
    renameSync(join(folder, '.claimd.json.tmp'), file)
    expected.push(name)
    await called(...expected)
  }
})

test('a file that goes away is an empty configuration', async () => {
  writeFileSync(file, disabling('a'))
  start()
  rmSync(file)
  await called('empty')
  writeFileSync(file, disabling('a'))
  await called('empty', 'a')
})

test('a file that goes away is a fault where it was asked for', async () => {
  writeFileSync(file, disabling('a'))
  start({ required: true })
  rmSync(file)
  await called('CONFIGURATION_NOT_FOUND')
})

test('a folder that is made later is noticed', async () => {
  folder = join(folder, 'etc')
  file = join(folder, 'claimd.json')
  start()
  mkdirSync(folder)
  writeFileSync(file, disabling('late'))
  await called('late')
})

test('after close nothing is called, and nothing keeps the process', async () => {
  writeFileSync(file, disabling('a'))
  const watch = start()
  writeFileSync(file, disabling('b'))
  await called('b')
  writeFileSync(file, disabling('c'))
  await watch.close()
  writeFileSync(file, disabling('d'))
  await sleep(300)
  await called('b')
})

test.run()
