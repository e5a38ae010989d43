import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { KeptFolders } from '../../../host/lib/kept-folders.js'
import { suite } from '../../harness.js'

const test = suite('lib/kept-folders')
let root: string
let kept: KeptFolders
let told: string[] = []

test.before.each(async () => {
  root = mkdtempSync(join(tmpdir(), 'claimd-kept-'))
  told = []
  mkdirSync(join(root, 'state/stage/tmp'), { recursive: true })
  mkdirSync(join(root, 'state/data'))
  kept = new KeptFolders(['stage', 'stage/tmp', 'data'].map(place), {
    make: async (missing) => {
      for (const folder of missing) mkdirSync(folder)
    },
    told: (missing, error) =>
      told.push(`${error ? 'cannot' : 'can'} ${missing.map((one) => one.slice(root.length + 7))}`),
  })
  await kept.ready()
})
test.after.each(async () => {
  await kept.close()
  rmSync(root, { recursive: true, force: true })
})

function place(name: string): string {
  return join(root, 'state', name)
}

async function hears(what: readonly string[]): Promise<void> {
  while (told.length < what.length) await new Promise((done) => setTimeout(done, 20))
  assert.equal(told, what)
}

test('folders that were removed are made again, as often as they are removed', async () => {
  rmSync(place('data'), { recursive: true })
  await hears(['can data'])
  assert.ok(existsSync(place('data')))
  rmSync(place('stage'), { recursive: true })
  await hears(['can data', 'can stage,stage/tmp'])
  rmSync(place('stage/tmp'), { recursive: true })
  await hears(['can data', 'can stage,stage/tmp', 'can stage/tmp'])
})

test('with the folder that they belong in they wait until that is there', async () => {
  rmSync(join(root, 'state'), { recursive: true })
  await hears(['cannot stage,stage/tmp,data'])
  mkdirSync(join(root, 'state'))
  await hears(['cannot stage,stage/tmp,data', 'can stage,stage/tmp,data'])
})

test('a circle of links in the place of a folder, or of the one that they belong in, is told and survived', async () => {
  rmSync(place('data'), { recursive: true })
  symlinkSync('data', place('data'))
  await hears(['cannot data'])
  rmSync(place('data'))
  await hears(['cannot data', 'can data'])
  const state = join(root, 'state')
  renameSync(state, `${state}.away`)
  symlinkSync('state', state)
  await hears(['cannot data', 'can data', 'cannot stage,stage/tmp,data'])
  rmSync(state)
  renameSync(`${state}.away`, state)
  await new Promise((done) => setTimeout(done, 700))
  assert.is(told.length, 3)
})

test('what cannot be made is told once, and made when that is possible', async () => {
  rmSync(place('data'), { recursive: true })
  writeFileSync(place('data'), 'in its way')
  await hears(['cannot data'])
  rmSync(place('data'))
  await hears(['cannot data', 'can data'])
})

test.run()
