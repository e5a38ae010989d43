import { mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import * as assert from 'uvu/assert'
import { PathWatch } from '../../../host/lib/path-watch.js'
import { lookNow } from '../../../host/lib/slow-look.js'
import { suite } from '../../harness.js'

const test = suite('lib/path-watch')
let root = ''
let watch: PathWatch | undefined
let heard = 0

test.before.each(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'claimd-path-')))
  heard = 0
})
test.after.each(() => {
  watch?.close()
  rmSync(root, { recursive: true, force: true })
})

const at = (path: string) => join(root, path)

async function follow(path: string, options = {}): Promise<PathWatch> {
  watch = new PathWatch(at(path), () => heard++, options)
  await watch.ready
  return watch
}

/** Waits until the watch has heard of what was just done, and of what that led to. */
async function hears(): Promise<void> {
  while (heard === 0) await delay(5)
  await delay(30)
  heard = 0
}

test('a file that comes, is written, replaced, removed, and comes again', async () => {
  mkdirSync(at('a'))
  await follow('a/file')
  for (const act of [
    () => writeFileSync(at('a/file'), 'one'),
    () => writeFileSync(at('a/file'), 'two'),
    () => {
      writeFileSync(at('new'), 'three')
      renameSync(at('new'), at('a/file'))
    },
    () => rmSync(at('a/file')),
    () => writeFileSync(at('a/file'), 'four'),
  ]) {
    act()
    await hears()
  }
})

test('folders on the way that come later, are swapped for others, and go', async () => {
  await follow('a/b/file')
  mkdirSync(at('a'))
  await hears()
  mkdirSync(at('a/b'))
  await hears()
  writeFileSync(at('a/b/file'), '')
  await hears()
  mkdirSync(at('next/b'), { recursive: true })
  renameSync(at('a'), at('away'))
  renameSync(at('next'), at('a'))
  await hears()
  writeFileSync(at('a/b/file'), 'in the new one')
  await hears()
  writeFileSync(at('away/b/file'), 'in the old one')
  await delay(100)
  assert.is(heard, 0)
  rmSync(at('a'), { recursive: true })
  await hears()
})

test('links on the way, flipped at each place, and the file that they lead to', async () => {
  mkdirSync(at('releases/1'), { recursive: true })
  mkdirSync(at('releases/2'))
  for (const release of [1, 2]) writeFileSync(at(`releases/${release}/file`), '')
  const flip = (to: string, link: string) => {
    symlinkSync(to, at('link'))
    renameSync(at('link'), at(link))
  }
  flip('releases/1', 'current')
  flip(at('current'), 'outer')
  await follow('outer/file')
  writeFileSync(at('releases/1/file'), 'written')
  await hears()
  flip('releases/../releases/2', 'current')
  await hears()
  writeFileSync(at('releases/2/file'), 'written')
  await hears()
  writeFileSync(at('releases/1/file'), 'of no concern')
  await delay(100)
  assert.is(heard, 0)
  flip('releases/1', 'outer')
  await hears()
  writeFileSync(at('releases/1/file'), 'written again')
  await hears()
})

test('changes to other names are not told; with `contents`, changes in the watched folder are', async () => {
  mkdirSync(at('a'))
  await follow('a')
  writeFileSync(at('b'), '')
  writeFileSync(at('a/file'), '')
  await delay(100)
  assert.is(heard, 0)
  watch!.close()
  await follow('a', { contents: true })
  writeFileSync(at('a/other'), '')
  await hears()
  renameSync(at('a'), at('c'))
  await hears()
  mkdirSync(at('a'))
  await hears()
  writeFileSync(at('a/file'), '')
  await hears()
})

test('a folder with many changes to other names is polled slowly; other folders stay watched', async () => {
  for (const folder of ['noisy', 'one', 'two']) mkdirSync(at(folder))
  const flip = (to: string) => {
    symlinkSync(at(to), at('link'))
    renameSync(at('link'), at('noisy/link'))
  }
  flip('one')
  await follow('noisy/link/file')
  for (let count = 0; count < 50; count++) {
    writeFileSync(at(`noisy/${count}`), '')
    await delay(2)
  }
  await hears()
  writeFileSync(at('one/file'), '')
  await hears()
  flip('two')
  await delay(100)
  assert.is(heard, 0, 'each event would wake the process')
  lookNow()
  await hears()
  writeFileSync(at('two/file'), 'in the new one')
  await hears()
  lookNow()
  await delay(100)
  assert.is(heard, 0, 'nothing has changed since')
  for (let look = 0; look < 20; look++) lookNow()
  await hears()
  flip('one')
  await hears()
})

test('a circle of links ends, and is left when a link is mended', async () => {
  symlinkSync('b', at('a'))
  symlinkSync('a', at('b'))
  await follow('a/file')
  rmSync(at('b'))
  mkdirSync(at('b'))
  await hears()
  writeFileSync(at('b/file'), '')
  await hears()
})

test('it is blind where the kernel has no events, and only there', async () => {
  assert.is((await follow('file')).isBlind, false)
  watch!.close()
  watch = new PathWatch('/proc/self/status', () => {})
  await watch.ready
  assert.is(watch.isBlind, true)
})

test('nothing is heard after it was closed', async () => {
  const closed = await follow('file')
  writeFileSync(at('file'), '')
  closed.close()
  writeFileSync(at('file'), 'more')
  await delay(100)
  assert.is(heard, 0)
})

test.run()
