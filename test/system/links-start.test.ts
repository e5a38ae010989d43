import * as assert from 'uvu/assert'
import { skip, suite } from '../harness.js'
import { Namespace, Watch } from './links-watch.js'

const test = suite('system/links-start')

const watches: Watch[] = []
let namespace: Namespace

test.before(() => {
  if (process.getuid?.() !== 0) skip('needs root to make network namespaces')
  namespace = new Namespace()
})
test.after(() => {
  for (const watch of watches) watch.kill()
  namespace?.remove()
})

test(
  'whoever starts in the middle of changes ends up with what there is',
  async () => {
    const links = Array.from({ length: 100 }, (_, i) => `p${i}`)
    namespace.ip(links.map((name) => `link add ${name} type ifb`).join('\n'))
    // Each change is made once and for all: who misses it never learns of it.
    const stop = namespace.keepChanging((round) => {
      const four = [0, 1, 2, 3].map((i) => 4 * round + i)
      return four
        .map((i) => `addr add 10.${i >> 16}.${(i >> 8) & 255}.${i & 255}/32 dev p${i % 100}`)
        .join('\n')
    })
    for (let i = 0; i < 5; i++) watches.push(await Watch.start(namespace))
    await stop()
    namespace.ip('link add last type ifb')
    for (const watch of watches) {
      await watch.untilLink('last')
      const [snapshot] = await watch.ask('fresh', 'fresh')
      assert.ok(snapshot?.type === 'snapshot')
      assert.equal(watch.links, snapshot.links)
    }
  },
  { timeout: 30_000 },
)

test.run()
