import { fileURLToPath } from 'node:url'
import * as assert from 'uvu/assert'
import * as c from '../../host/links/netlink/constants.js'
import { skip, suite } from '../harness.js'
import { linkDatagram } from '../host/links/netlink/build.js'
import { Namespace, Watch } from './links-watch.js'

const test = suite('system/links-forged')
const forger = fileURLToPath(new URL('./links-forger.js', import.meta.url))

let home: Namespace
let watch: Watch

test.before.each(async () => {
  if (process.getuid?.() !== 0) skip('needs root to make network namespaces')
  home = new Namespace()
  home.ip('link add real index 40 type ifb')
  watch = await Watch.start(home)
})
test.after.each(() => {
  watch?.kill()
  home?.remove()
})

function forge(datagram: Buffer, times = 1): void {
  const sent = home.exec(process.execPath, forger, datagram.toString('hex'), String(times))
  assert.is(Number(sent), times, 'what was forged did not reach the socket')
}

async function toldNothing(from: number): Promise<void> {
  home.ip('link add mark type ifb')
  await watch.untilLink('mark')
  const told = watch.events.slice(from).map((event) => event.type === 'link' && event.link.name)
  assert.equal(told, ['mark'])
  const { resyncs, malformed } = await watch.ask('status', 'status')
  assert.equal([resyncs, malformed], [0, 0])
}

test('messages of another process are not the kernel’s, and are ignored', async () => {
  const from = watch.events.length
  forge(linkDatagram(c.RTM_DELLINK, { index: 40, name: 'real' }))
  forge(linkDatagram(c.RTM_NEWLINK, { index: 40, name: 'forged', up: true }))
  forge(linkDatagram(c.RTM_NEWLINK, { index: 41, name: 'invented' }))
  await toldNothing(from)
})

test('nor does rubbish of another process count, however long it is', async () => {
  const from = watch.events.length
  forge(Buffer.from('rubbish'))
  forge(Buffer.alloc(50_000, 0xff))
  await toldNothing(from)
})

test('nor does a flood of it keep what the kernel says from being heard', async () => {
  const from = watch.events.length
  await watch.whileBlocked(() => forge(linkDatagram(c.RTM_DELLINK, { index: 40, name: 'real' }), 5000))
  await toldNothing(from)
})

test.run()
