import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import * as assert from 'uvu/assert'
import { skip, suite } from '../harness.js'
import { Namespace, Watch } from './links-watch.js'

const test = suite('system/links-exit')

let namespace: Namespace
let watch: Watch | undefined

test.before(() => {
  if (process.getuid?.() !== 0) skip('needs root to make a silent network namespace')
  namespace = new Namespace()
})
test.after.each(() => {
  watch?.kill()
  watch = undefined
})
test.after(() => namespace?.remove())

/** Starts a watch on a network where nothing happens, ends it somehow, and says how and how fast it ended. */
async function ended(how: (watch: Watch) => void) {
  watch = await Watch.start(namespace)
  const started = performance.now()
  how(watch)
  const end = await watch.ended
  return { ...end, ms: performance.now() - started }
}

test('on a silent network a SIGTERM handler that closes the source ends the process within a second', async () => {
  const { code, ms } = await ended((running) => running.signal('SIGTERM'))
  assert.is(code, 0)
  assert.ok(ms < 1000, `${ms} ms`)
})

test('on a silent network process.exit ends the process within a second', async () => {
  const { code, ms } = await ended((running) => running.send('exit'))
  assert.is(code, 3)
  assert.ok(ms < 1000, `${ms} ms`)
})

test('on a silent network an uncaught exception ends the process within a second', async () => {
  const { code, ms, stderr } = await ended((running) => running.send('throw'))
  assert.is(code, 1)
  assert.match(stderr, 'thrown on purpose')
  assert.ok(ms < 1000, `${ms} ms`)
})

test('after close no descriptor and no exit hook is left, and nothing keeps the process', async () => {
  watch = await Watch.start(namespace)
  const before = await watch.ask('descriptors', 'descriptors')
  await watch.ask('others 5', 'others')
  // The waiting thread of each gives its descriptor back a moment after close.
  while ((await watch.ask('descriptors', 'descriptors')) > before);
  assert.is(await watch.ask('close', 'exitHooks'), 0)
  assert.is((await watch.ended).code, 0)
})

test('an ordinary user can watch', async () => {
  const user = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups']
  const build = fileURLToPath(new URL('./links-child.js', import.meta.url))
  try {
    execFileSync(user[0]!, [...user.slice(1), 'test', '-r', build])
  } catch {
    skip('the build is in a folder that other users cannot read')
  }
  watch = await Watch.start(namespace, '', user)
  namespace.ip('link add plain0 type veth peer name plain1\naddr add 10.3.0.1/24 dev plain0')
  const link = await watch.untilLink('plain0', ({ addresses }) => addresses.length > 0)
  assert.is(link.driver, 'veth')
  const { buffer } = await watch.ask('status', 'status')
  assert.ok(buffer > 0)
})

test.run()
