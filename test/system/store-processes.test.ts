import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import * as assert from 'uvu/assert'
import { exitCodeOf } from '../../host/core/errors.js'
import { openStore } from '../../host/store/open-store.js'
import { suite } from '../harness.js'
import { Folders, failure } from '../host/store/folders.js'

const test = suite('store/processes')
const folders = new Folders()
const children: ChildProcess[] = []
test.after.each(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})
test.after(() => folders.removeAll())

/** Starts a process that commits for ever, and waits until it has announced `lines` commits. */
async function committer(folder: string, lines: number) {
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL('./store/child.js', import.meta.url)), folder],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {},
    },
  )
  children.push(child)
  let output = ''
  child.stdout.setEncoding('utf8')
  const announced = new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (text: string) => {
      output += text
      if (output.split('\n').length > lines) resolve()
    })
    child.once('exit', (code) => reject(new Error(`the child ended with ${code}`)))
  })
  await announced
  return {
    pid: child.pid!,
    async kill(): Promise<number> {
      child.kill('SIGKILL')
      if (!child.stdout.readableEnded) await once(child, 'close')
      // The last line may be cut; a whole one before it was announced.
      return Number(output.slice(0, output.lastIndexOf('\n')).split('\n').at(-1))
    },
  }
}

test(
  'nothing that was announced is lost by kill -9',
  async () => {
    const folder = folders.make()
    let before = 0
    for (let round = 0; round < 20; round++) {
      const child = await committer(folder, 1 + round * 5)
      const announced = await child.kill()
      const store = openStore(folder)
      const { revision, claims, adapters } = store.load()
      const events = store.events(before, 1_000_000)
      store.close()
      assert.ok(
        announced > before && revision >= announced,
        `${announced} was announced, ${revision} is there`,
      )
      assert.is(events.length, revision - before, 'every event is there')
      assert.is(revision % 3, 0, 'a batch is there as a whole')
      assert.is(claims.length, revision / 3)
      assert.is(adapters.length, revision / 3)
      before = revision
    }
  },
  { timeout: 120_000 },
)

test('a second process is refused and told who has the state; the first goes on', async () => {
  const folder = folders.make()
  const child = await committer(folder, 3)
  const error = failure(() => openStore(folder))
  const announced = await child.kill()
  assert.is(error.code, 'STATE_IN_USE')
  assert.is(exitCodeOf(error.code), 12)
  assert.match(error.found!, `process ${child.pid}`)
  const store = openStore(folder)
  assert.ok(store.load().revision >= announced)
  store.close()
})

test.run()
