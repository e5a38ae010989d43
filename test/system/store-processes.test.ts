import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import * as assert from 'uvu/assert'
import { exitCodeOf } from '../../host/cli/exit-codes.js'
import { openStore } from '../../host/store/open-store.js'
import { suite } from '../harness.js'
import { Folders, failure } from '../host/store/folders.js'

const test = suite('store/processes')
const folders = new Folders()
let child: ChildProcess | undefined
test.after.each(() => {
  child?.kill('SIGKILL')
})
test.after(() => folders.removeAll())

test('a second process is refused and told who has the state; the first goes on', async () => {
  const folder = folders.make()
  const program = fileURLToPath(new URL('./store/loaded-child.js', import.meta.url))
  child = spawn(process.execPath, [program, '1', '1000000'], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: {},
  })
  child.stdin!.write(`${folder}\n`)
  let announced = 0
  const busy = new Promise<void>((resolve) => {
    createInterface({ input: child!.stdout! }).on('line', (line) => {
      announced = Number(line) || announced
      if (announced === 3) resolve()
    })
  })
  await busy
  const error = failure(() => openStore(folder))
  child.kill('SIGKILL')
  await once(child, 'close')
  assert.is(error.code, 'STATE_IN_USE')
  assert.is(exitCodeOf(error.code), 12)
  assert.match(error.found!, `process ${child.pid}`)
  const store = openStore(folder)
  assert.ok(store.load().fence >= announced)
  store.close()
})

test.run()
