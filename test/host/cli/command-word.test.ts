import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as assert from 'uvu/assert'
import { commandWord } from '../../../host/cli/command-word.js'
import { suite } from '../../harness.js'

const test = suite('cli/command-word')

const checkout = fileURLToPath(new URL('../../../../', import.meta.url))
const program = join(checkout, 'dist/host/cli/claimd.js')

let folder: string
test.before.each(() => {
  folder = mkdtempSync(join(tmpdir(), 'claimd-word-'))
})
test.after.each(() => rmSync(folder, { recursive: true, force: true }))

test('it is claimd where the path leads to this very file, and to no other', () => {
  assert.is(commandWord({ PATH: `/nowhere:${folder}` }, program), program)
  symlinkSync(program, join(folder, 'claimd'))
  assert.is(commandWord({ PATH: `/nowhere:${folder}` }, program), 'claimd')
  assert.is(commandWord({ PATH: folder }, join(folder, 'claimd')), 'claimd')
  const other = join(folder, "another's")
  writeFileSync(other, '')
  assert.is(commandWord({ PATH: folder }, other), `'${folder}/another'\\''s'`)
})

test('npm makes it npx claimd in its own checkout, and nowhere else', () => {
  const npm = (manifest: string) => ({ PATH: '/nowhere', npm_package_json: manifest, npm_command: 'run' })
  assert.is(commandWord(npm(join(checkout, 'package.json')), program), 'npx claimd')
  assert.is(commandWord(npm(join(folder, 'package.json')), program), program)
  const bin = join(folder, 'node_modules/.bin')
  mkdirSync(bin, { recursive: true })
  symlinkSync(program, join(bin, 'claimd'))
  const env = { ...npm(join(folder, 'package.json')), PATH: bin }
  assert.is(commandWord(env, program), program, 'what npm puts on the path is not on that of a shell')
})

test.run()
