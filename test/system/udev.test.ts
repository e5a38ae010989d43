import * as assert from 'uvu/assert'
import { skip, suite } from '../harness.js'
import { Namespace, Watch } from './links-watch.js'
import { RealUdev } from './real-udev.js'

const test = suite('system/udev')

const rules = `SUBSYSTEM=="net", KERNEL=="own*", ENV{ID_NET_MANAGED_BY}="org.example.Lab"
SUBSYSTEM=="net", ACTION=="add", KERNEL=="early*", NAME="late%n"
SUBSYSTEM=="net", ACTION=="add", KERNEL=="plain0|early*", PROGRAM="/bin/sleep 0.5"
`

let namespace: Namespace
let udev: RealUdev
let watch: Watch

test.before(async () => {
  if (process.getuid?.() !== 0) skip('needs root to make network namespaces')
  namespace = new Namespace()
  udev = await RealUdev.start(namespace, rules)
  watch = await Watch.start(namespace, '', udev.entry, ['udev'])
})
test.after(async () => {
  watch?.kill()
  await udev?.kill()
  namespace?.remove()
})

test('SC-12: a link waits until udev has finished with it', async () => {
  namespace.ip('link add plain0 type veth peer name plain1')
  const link = await watch.untilLink('plain0', (one) => !one.awaitsUdev)
  assert.is(link.managedBy, null)
  assert.ok(watch.rows('plain0')[0]?.awaitsUdev)
})

test('SC-13: udev says who manages a link', async () => {
  namespace.ip('link add own0 type veth peer name plain2')
  const link = await watch.untilLink('own0', (one) => !one.awaitsUdev)
  assert.is(link.managedBy, 'org.example.Lab')
})

test('a link that udev renames has its new name when the wait is over', async () => {
  namespace.ip('link add early5 type ifb')
  await watch.untilLink('late5', (one) => !one.awaitsUdev)
  for (const row of watch.rows('early5')) assert.ok(row.awaitsUdev)
})

test('what has gone does not speak for a new link with its index', async () => {
  const { index } = watch.link('own0')
  const from = watch.events.length
  namespace.ip(`link delete own0
link add plain3 index ${index} type ifb`)
  await watch.untilLink('plain3', (one) => !one.awaitsUdev)
  for (const event of watch.events.slice(from)) {
    if (event.type === 'link' && event.link.name === 'plain3') assert.is(event.link.managedBy, null)
  }
})

test('udev changes its mind', async () => {
  udev.trigger('SUBSYSTEM=="net", KERNEL=="plain*", ENV{ID_NET_MANAGED_BY}="org.example.Other"\n')
  await watch.untilLink('plain0', (one) => one.managedBy === 'org.example.Other')
})

test('a start finds what udev has said already', async () => {
  const late = await Watch.start(namespace, '', udev.entry, ['udev'])
  try {
    const link = late.link('plain0')
    assert.equal([link.managedBy, link.awaitsUdev], ['org.example.Other', false])
  } finally {
    late.kill()
  }
})

test('a namespace that is not the initial one is told from it by root and by others', async () => {
  const asNobody = ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups']
  const watches = [
    await Watch.start(namespace, '', udev.entry),
    await Watch.start(namespace, '', [...udev.entry, ...asNobody]),
  ]
  try {
    namespace.ip('link add own8 type ifb')
    // Whoever counts udev has heard of it by then.
    await watch.untilLink('own8', (one) => !one.awaitsUdev)
    for (const other of watches) {
      const link = await other.untilLink('own8')
      assert.equal([link.managedBy, link.awaitsUdev], [null, false])
      assert.not(other.rows('own8')[0]?.awaitsUdev)
    }
  } finally {
    for (const other of watches) other.kill()
  }
})

test('links that are polled wait for udev as well', async () => {
  const polling = await Watch.start(namespace, '', udev.entry, ['udev', 'polling'])
  try {
    namespace.ip('link add plain9 type ifb')
    const link = await polling.untilLink('plain9', (one) => !one.awaitsUdev)
    assert.is(link.managedBy, 'org.example.Other')
  } finally {
    polling.kill()
  }
})

test('once udev has ended, links do not wait for it', async () => {
  await udev.kill()
  for (let number = 0; ; number++) {
    namespace.ip(`link add after${number} type ifb`)
    await watch.untilLink(`after${number}`)
    if (!watch.rows(`after${number}`)[0]?.awaitsUdev) break
    await new Promise((done) => setTimeout(done, 200))
  }
})

test.run()
