import * as assert from 'uvu/assert'
import { Access } from '../../../host/control/access.js'
import { suite } from '../../harness.js'
import { Daemon } from './daemon.js'

const test = suite('control/plugin routes')
let daemon: Daemon

test.before(async () => {
  daemon = await Daemon.start()
})
test.after(() => daemon.stop())
test.before.each(() => {
  daemon.services.asked.length = 0
})

const scoped = '@acme/claimd-lab'
const path = `/v1/plugins/${encodeURIComponent(scoped)}`
const build = '0a'.repeat(32)

test('a plugin is shown, and so is its log, under a name with a slash in it', async () => {
  const shown = await daemon.ask('GET', path)
  assert.is(shown.status, 200)
  assert.equal(shown.document, daemon.services.plugins.get(scoped))
  const log = await daemon.ask('GET', `${path}/log`)
  assert.is(log.document.plugin, scoped)
  assert.equal(log.document.lines, ['100 lines', 'null'])
  const more = await daemon.ask('GET', `${path}/log?lines=7&since=12:34`)
  assert.equal(more.document.lines, ['7 lines', '12:34'])
})

test('a log is asked for by a number of lines and a place that an earlier answer named', async () => {
  for (const query of ['lines=0', 'lines=10001', 'lines=x', 'since=', 'since=../x', 'since=1', 'line=5']) {
    const { status, document } = await daemon.ask('GET', `${path}/log?${query}`)
    assert.is(status, 400, query)
    assert.is(document.code, 'USAGE')
  }
})

test('whoever asks about plugins before the folders were looked at waits until they were', async () => {
  let look = () => {}
  daemon.services.looked = new Promise((resolve) => {
    look = resolve
  })
  const shown: string[] = []
  const asked = [
    ...['/v1/plugins', '/v1/providers', path, `${path}/log`].map((url) => daemon.ask('GET', url)),
    daemon.post(`${path}/trust`, { build }),
    daemon.post(`${path}/disable`, {}),
    ...['untrust', 'undo', 'forget', 'enable', 'reload'].map((call) => daemon.ask('POST', `${path}/${call}`)),
  ].map((answer) => answer.then(({ status }) => shown.push(`${status}`)))
  // What needs no plugins does not wait. When it is answered, the others have been at it as long.
  assert.is((await daemon.ask('GET', '/v1/status')).status, 200)
  assert.equal([shown, daemon.services.asked], [[], []])
  look()
  await Promise.all(asked)
  assert.equal(shown, Array(11).fill('200'))
})

test('each decision carries the name, what was decided and who decides', async () => {
  await daemon.post(`${path}/trust`, { build })
  await daemon.ask('POST', `${path}/untrust`)
  await daemon.ask('POST', `${path}/undo`)
  await daemon.ask('POST', `${path}/forget`)
  await daemon.ask('POST', `${path}/enable`)
  await daemon.post(`${path}/disable`, { reason: 'it floods' })
  await daemon.post(`${path}/disable`, {})
  await daemon.post(`${path}/disable`, { undo: true })
  await daemon.ask('POST', `${path}/disable`)
  const { document } = await daemon.ask('POST', `${path}/reload`)
  assert.equal(document, { result: 'SUCCESS', plugin: scoped, message: 'reload done' })
  const who = { uid: process.geteuid!(), gid: process.getegid!(), pid: process.pid }
  assert.equal(
    daemon.services.asked,
    [
      ['trust', build],
      ['untrust', null],
      ['undo', null],
      ['forget', null],
      ['enable', null],
      ['disable', 'it floods'],
      ['disable', null],
      ['disable and undo', null],
      ['disable', null],
      ['reload', null],
    ].map(([call, reason]) => ({ call, name: scoped, reason, who })),
  )
})

test('trust names a build, and nothing else', async () => {
  for (const body of [
    {},
    { build: 'abc' },
    { build: build.toUpperCase() },
    { build, force: true },
    { build: null },
  ]) {
    const { status, document } = await daemon.post(`${path}/trust`, body)
    assert.is(status, 400, JSON.stringify(body))
    assert.is(document.code, 'USAGE')
  }
  assert.is((await daemon.ask('POST', `${path}/trust`)).status, 400)
  assert.equal(daemon.services.asked, [])
})

test('a plugin that is not there is not found', async () => {
  const { status, document } = await daemon.ask('GET', '/v1/plugins/gone')
  assert.is(status, 404)
  assert.is(document.code, 'PLUGIN_NOT_FOUND')
})

test('decisions are for root and the owner, who else is admitted may only look', async () => {
  // What the socket's mode lets in is somebody of its group.
  const member = { uid: 4711, gid: 4711, pid: 1 }
  const group = await Daemon.start(new Access(process.geteuid!(), async () => member))
  try {
    assert.is((await group.ask('GET', path)).status, 200)
    assert.is((await group.ask('GET', `${path}/log`)).status, 200)
    for (const decision of ['trust', 'untrust', 'undo', 'forget', 'enable', 'disable', 'reload']) {
      const { status, document } = await group.post(`${path}/${decision}`, { build })
      assert.is(status, 403, decision)
      assert.is(document.code, 'NOT_PERMITTED')
      assert.match(document.found, 'user 4711')
    }
    assert.equal(group.services.asked, [])
  } finally {
    await group.stop()
  }
})

test.run()
