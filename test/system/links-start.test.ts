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
    const rounds = 150
    const changes = Array.from({ length: rounds }, (_, i) => [
      `link add p${i} type veth peer name q${i}`,
      `link set p${i} up`,
      `addr add 10.9.${i}.1/24 dev p${i}`,
      ...(i % 3 === 0 ? [`link delete p${i}`] : [`link set q${i} up`]),
    ])
    const changing = namespace.ipInBackground(changes.flat().join('\n'))
    for (let i = 0; i < 5; i++) watches.push(await Watch.start(namespace))
    await changing
    namespace.ip('link add last type ifb')
    for (const watch of watches) {
      await watch.untilLink('last')
      // Link-local addresses arrive seconds later, one by one.
      const withoutLocal = (addresses: string[]) => addresses.filter((text) => !text.startsWith('fe80'))
      const shown = (links: Watch['links']) =>
        links.map((link) => ({ ...link, addresses: withoutLocal(link.addresses) }))
      const [snapshot] = await watch.ask('fresh', 'fresh')
      assert.ok(snapshot?.type === 'snapshot')
      assert.equal(shown(watch.links), shown(snapshot.links))
      assert.is(watch.links.filter((link) => link.name.startsWith('p')).length, rounds - rounds / 3)
    }
  },
  { timeout: 30_000 },
)

test.run()
