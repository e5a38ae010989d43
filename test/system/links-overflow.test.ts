import * as assert from 'uvu/assert'
import { skip, suite } from '../harness.js'
import { Namespace, Watch } from './links-watch.js'

const test = suite('system/links-overflow')

let namespace: Namespace
let watch: Watch | undefined

test.before.each(() => {
  if (process.getuid?.() !== 0) skip('needs root to make network namespaces')
  namespace = new Namespace()
})
test.after.each(() => {
  watch?.kill()
  watch = undefined
  namespace?.remove()
})

const many = Array.from({ length: 300 }, (_, i) => `link add many${i} type ifb`).join('\n')

test(
  'events that were lost lead to a snapshot that shows everything',
  async () => {
    watch = await Watch.start(namespace, 4096)
    namespace.ip('link add keeps index 900 type ifb\nlink add goes index 901 type ifb')
    await watch.untilLink('goes')
    await watch.whileBlocked(() => namespace.ip(`link delete goes\n${many}\nlink set keeps up`))
    await watch.until(() =>
      watch!.events.some((event) => event.type === 'snapshot' && event.reason === 'overflow'),
    )
    await watch.until(() => watch!.links.filter((link) => link.name.startsWith('many')).length === 300)
    const [fresh] = await watch.ask('fresh', 'fresh')
    assert.ok(fresh?.type === 'snapshot')
    assert.equal(watch.links, fresh.links)
    assert.ok(watch.link('keeps').up)
    assert.ok((await watch.ask('status', 'status')).resyncs >= 1)
  },
  { timeout: 20_000 },
)

test(
  'a link whose removal was still seen is told as gone before the snapshot shows its successor',
  async () => {
    watch = await Watch.start(namespace, 65_536)
    namespace.ip('link add old index 901 type ifb')
    await watch.untilLink('old')
    await watch.whileBlocked(() => namespace.ip(`link delete old\nlink add new index 901 type ifb\n${many}`))
    await watch.until(() =>
      watch!.events.some((event) => event.type === 'snapshot' && event.reason === 'overflow'),
    )
    const delivery = watch.deliveries.find(
      (events) => events.at(-1)?.type === 'snapshot' && events.length > 1,
    )
    assert.equal(delivery?.[0], { type: 'link-gone', index: 901, movedTo: null })
    assert.is(watch.links.find((link) => link.index === 901)?.name, 'new')
  },
  { timeout: 20_000 },
)

test(
  'what happened before a snapshot is not told after it',
  async () => {
    watch = await Watch.start(namespace, 12 * 1024 * 1024)
    namespace.ip('link add noise type ifb\nlink add old index 901 type ifb')
    await watch.untilLink('old')
    const noise = (count: number) =>
      Array.from({ length: count }, (_, i) => `link set noise mtu ${1000 + (i % 100)}`).join('\n')
    await watch.whileBlocked(() =>
      namespace.ip(`${noise(5000)}\nlink delete old\nlink add new index 901 type ifb\n${noise(15000)}`),
    )
    await watch.until(() =>
      watch!.events.some((event) => event.type === 'snapshot' && event.reason === 'overflow'),
    )
    namespace.ip('link add last type ifb')
    await watch.untilLink('last')
    const about901 = watch.events.flatMap((event) => {
      if (event.type === 'snapshot') return [event.reason]
      return (event.type === 'link-gone' ? event.index : event.link.index) === 901 ? [event.type] : []
    })
    assert.equal(about901, ['start', 'link', 'link-gone', 'overflow'])
  },
  { timeout: 30_000 },
)

test(
  'a snapshot has no holes, even if events are lost while it is being made',
  async () => {
    watch = await Watch.start(namespace, 4096)
    namespace.ip('link add one type ifb\nlink add two type ifb')
    const swap = 'link set one name tmp\nlink set two name one\nlink set tmp name two'
    const stop = namespace.keepChanging(() => Array(20).fill(swap).join('\n'))
    const snapshots = () => watch!.events.filter((event) => event.type === 'snapshot').length
    await watch.until(() => snapshots() > 40)
    await stop()
    await watch.comesToRest()
  },
  { timeout: 30_000 },
)

test(
  'the buffer that is asked for by default loses nothing while the loop is blocked',
  async () => {
    watch = await Watch.start(namespace)
    await watch.whileBlocked(() => namespace.ip(many))
    await watch.until(() => watch!.links.filter((link) => link.name.startsWith('many')).length === 300)
    const { resyncs, buffer } = await watch.ask('status', 'status')
    assert.is(resyncs, 0)
    assert.is(buffer, 2 * 32 * 1024 * 1024)
  },
  { timeout: 20_000 },
)

test.run()
