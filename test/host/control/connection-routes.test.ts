import * as assert from 'uvu/assert'
import { Access } from '../../../host/control/access.js'
import { suite } from '../../harness.js'
import { type Answer, Daemon } from './daemon.js'
import { connectionDocument, pending } from './fake-services.js'

const test = suite('control/connection routes')
let daemon: Daemon

test.before(async () => {
  daemon = await Daemon.start()
  daemon.services.requests.set(7, pending)
})
test.after(() => daemon.stop())
test.before.each(() => {
  daemon.services.asked.length = 0
})

const path = '/v1/connections/office'
const who = { uid: process.geteuid!(), gid: process.getegid!(), pid: process.pid }

function isUsage({ status, document }: Answer, field: string, words = ''): void {
  assert.equal([status, document.code, document.parameter], [400, 'USAGE', field], JSON.stringify(document))
  assert.ok(document.found !== null && document.expected !== null, JSON.stringify(document))
  assert.ok(document.message.includes(field), document.message)
  assert.ok(JSON.stringify(document).includes(words), `${words} is not in ${JSON.stringify(document)}`)
}

test('a connection is shown, and explained, under either spelling of its name', async () => {
  const revision = daemon.services.revision
  const { status, document } = await daemon.ask('GET', path)
  assert.equal([status, document], [200, { revision, ...connectionDocument }])
  assert.is((await daemon.ask('GET', `${path}/explain`)).document.state, 'disconnected')
  assert.equal((await daemon.ask('GET', `${path}/type-specific`)).document.info, { signal: 71 })
  for (const call of ['', '/explain', '/type-specific']) {
    const gone = await daemon.ask('GET', `/v1/connections/${encodeURIComponent('Bu\u0308ro')}${call}`)
    assert.equal([gone.status, gone.document.code], [404, 'CONNECTION_NOT_FOUND'])
    assert.is(gone.document.found, 'B\u00fcro')
  }
})

test('connect answers 202 while it is not up, and 200 when it is; its body may be left out', async () => {
  const begun = await daemon.ask('POST', `${path}/connect`)
  assert.equal([begun.status, begun.document.result, begun.document.request], [202, 'PENDING', 7])
  assert.equal(daemon.services.asked, [{ call: 'connect', name: 'office', reason: '{}', who }])
  assert.is((await daemon.post('/v1/connections/up/connect', {})).status, 200)
  const options = { mode: 'once', timeout: 0.5, takeOver: { reason: 'it is ours' }, key: '🔑'.repeat(64) }
  assert.is((await daemon.post(`${path}/connect`, options)).status, 202)
  assert.equal(JSON.parse(daemon.services.asked.at(-1)!.reason!), options)
})

test('each parameter of connect that is wrong, too long or unknown is told by its name', async () => {
  const tell = (body: unknown) => daemon.post(`${path}/connect`, body)
  for (const mode of ['Keep', '', 5, null, ['keep']]) isUsage(await tell({ mode }), 'mode', 'keep')
  for (const timeout of [0, -1, 604_801, '5', null])
    isUsage(await tell({ timeout }), 'timeout', '0.1 to 604800')
  for (const key of ['', 'x'.repeat(65), 'a\nb', 5]) isUsage(await tell({ key }), 'key', '1 to 64')
  for (const takeOver of [true, 'reason', null]) isUsage(await tell({ takeOver }), 'takeOver')
  isUsage(await tell({ takeOver: {} }), 'takeOver.reason', 'nothing')
  for (const reason of ['', ' ', 'x'.repeat(501), 'a\u0000'])
    isUsage(await tell({ takeOver: { reason } }), 'takeOver.reason')
  isUsage(await tell({ takeOver: { reason: 'x', raeson: 'x' } }), 'takeOver.raeson', 'reason')
  isUsage(await tell({ tiemout: 5 }), 'tiemout', 'timeout')
  for (const body of [[], 'x', 5]) assert.is((await tell(body)).document.code, 'USAGE')
  assert.equal(daemon.services.asked, [])
})

test('disconnect takes ifUnused, which may be left out, and nothing else', async () => {
  assert.is((await daemon.ask('POST', `${path}/disconnect`)).status, 200)
  assert.is((await daemon.post(`${path}/disconnect`, { ifUnused: true })).status, 200)
  assert.is((await daemon.post(`${path}/disconnect`, { ifUnused: false })).status, 200)
  assert.equal(
    daemon.services.asked.map(({ call }) => call),
    ['disconnect', 'disconnect if unused', 'disconnect'],
  )
  for (const ifUnused of [1, 'true', null])
    isUsage(await daemon.post(`${path}/disconnect`, { ifUnused }), 'ifUnused')
  isUsage(await daemon.post(`${path}/disconnect`, { force: true }), 'force')
  assert.is(daemon.services.asked.length, 3)
})

test('a connection is added, updated and deleted', async () => {
  const configuration = {
    type: 'lab',
    config: { address: '10.0.0.1/24', deep: [{ a: null }] },
    behaviour: 'always-connected',
    idleTimeout: 'never',
    reconnect: { algorithm: 'linear', delay: 5, attempts: 3, afterwards: 'never' },
    enabled: false,
  }
  const added = await daemon.post(`${path}/add`, configuration)
  assert.equal([added.status, added.document.change], [200, '1'])
  await daemon.post(`${path}/update`, { ...configuration, change: '1' })
  await daemon.post(`${path}/update`, { type: 'lab', change: '2', immediate: true })
  assert.is((await daemon.ask('POST', `${path}/delete`)).status, 200)
  const told = daemon.services.asked.map(({ call, reason }) => [call, reason && JSON.parse(reason)])
  assert.equal(told, [
    ['add', configuration],
    ['update', { ...configuration, change: '1', immediate: false }],
    ['update', { type: 'lab', change: '2', immediate: true }],
    ['delete', null],
  ])
})

test('each field of a configuration that is wrong, missing, too long or unknown is told by its name', async () => {
  for (const [call, more] of [
    ['add', {}],
    ['update', { change: '1' }],
  ] as const) {
    const tell = (body: object) => daemon.post(`${path}/${call}`, { type: 'lab', ...more, ...body })
    for (const type of ['', 'Lab', 'a/b', 'x'.repeat(64), 5, null]) isUsage(await tell({ type }), 'type')
    isUsage(await daemon.post(`${path}/${call}`, more), 'type', 'nothing')
    for (const config of [null, [], 'x', 5]) isUsage(await tell({ config }), 'config', 'an object')
    for (const enabled of [null, 'yes', 1]) isUsage(await tell({ enabled }), 'enabled')
    for (const idleTimeout of [0, null, 'always', 604_801])
      isUsage(await tell({ idleTimeout }), 'idleTimeout')
    for (const behaviour of ['on_demand', null, 5])
      isUsage(await tell({ behaviour }), 'behaviour', 'on-demand')
    isUsage(await tell({ behaviour: 'per-policy' }), 'behaviour', 'policies, which this version')
    isUsage(await tell({ behaviour: 'on-demand-when-roaming' }), 'behaviour', 'mobile connections')
    for (const reconnect of [null, 'none', []]) isUsage(await tell({ reconnect }), 'reconnect')
    isUsage(await tell({ reconnect: { algorithm: 'none', delay: 5 } }), 'reconnect.delay')
    isUsage(await tell({ reconnect: { algorithm: 'linear', delay: -5 } }), 'reconnect.delay')
    isUsage(await tell({ reconnect: {} }), 'reconnect.algorithm', 'nothing')
    isUsage(await tell({ beahviour: 'default' }), 'beahviour', 'behaviour')
    isUsage(await tell({ name: 'office' }), 'name')
  }
  isUsage(await daemon.post(`${path}/add`, { type: 'lab', change: '1' }), 'change')
  isUsage(await daemon.post(`${path}/update`, { type: 'lab' }), 'change', 'nothing')
  for (const change of ['', 5, null, 'x'.repeat(65)])
    isUsage(await daemon.post(`${path}/update`, { type: 'lab', change }), 'change')
  isUsage(await daemon.post(`${path}/update`, { type: 'lab', change: '1', immediate: 1 }), 'immediate')
  assert.equal(daemon.services.asked, [])
})

test('a configuration that is nested too deep, or no object, is a usage error', async () => {
  const headers = { 'content-type': 'application/json' }
  for (const depth of [64, 20_000]) {
    const body = `{"type":"lab","config":{"x":${'['.repeat(depth)}${']'.repeat(depth)}}}`
    const { status, document } = await daemon.ask('POST', `${path}/add`, { body, headers })
    assert.equal([status, document.code], [400, 'USAGE'], `${depth}`)
    assert.match(document.expected, 'at most 64 deep')
  }
  const body = `{"type":"lab","config":{"x":${'['.repeat(62)}${']'.repeat(62)}}}`
  assert.is((await daemon.ask('POST', `${path}/add`, { body, headers })).status, 200)
  for (const bad of [null, [], 'x', 5])
    assert.is((await daemon.post(`${path}/add`, bad)).document.code, 'USAGE')
  assert.is((await daemon.ask('POST', `${path}/add`)).document.code, 'USAGE')
})

test('a request is shown and cancelled; what is no number of one is a usage error', async () => {
  const { status, document } = await daemon.ask('GET', '/v1/requests/7')
  assert.equal([status, document], [200, { revision: daemon.services.revision, ...pending }])
  assert.is((await daemon.ask('POST', '/v1/requests/7/cancel')).status, 200)
  assert.equal(daemon.services.asked, [{ call: 'cancel', name: '7', reason: null, who }])
  for (const id of ['0', '07', '-1', '1.5', 'x', '1e3', '9'.repeat(16)]) {
    isUsage(await daemon.ask('GET', `/v1/requests/${id}`), 'id')
    isUsage(await daemon.ask('POST', `/v1/requests/${id}/cancel`), 'id')
  }
  for (const method of ['GET', 'POST'] as const) {
    const gone = await daemon.ask(method, `/v1/requests/8${method === 'GET' ? '' : '/cancel'}`)
    assert.equal([gone.status, gone.document.code], [404, 'REQUEST_NOT_FOUND'])
  }
})

test('others than the owner connect, cancel and disconnect, and configure nothing', async () => {
  const nobody = { uid: 65_534, gid: 65_534, pid: 1 }
  const strangers = await Daemon.start(new Access(12_345, async () => nobody))
  strangers.services.requests.set(7, pending)
  try {
    for (const call of ['connect', 'disconnect'])
      assert.ok((await strangers.ask('POST', `${path}/${call}`)).status < 300)
    const over = await strangers.post(`${path}/connect`, { takeOver: { reason: 'mine' } })
    assert.equal([over.status, over.document.code], [403, 'NOT_PERMITTED'], 'a take-over ends a claim')
    assert.is((await strangers.ask('POST', '/v1/requests/7/cancel')).status, 200)
    for (const call of ['add', 'update', 'delete']) {
      const { status, document } = await strangers.post(`${path}/${call}`, { wrong: 1 })
      assert.equal([status, document.code], [403, 'NOT_PERMITTED'])
      assert.match(document.message, 'Only root and the user')
    }
    assert.equal(
      strangers.services.asked.map(({ call, who: { uid } }) => [call, uid]),
      [
        ['connect', nobody.uid],
        ['disconnect', nobody.uid],
        ['cancel', nobody.uid],
      ],
    )
  } finally {
    await strangers.stop()
  }
})

test('what is configured, or offered, before the plugins are known waits until they are', async () => {
  let look = () => {}
  daemon.services.looked = new Promise((resolve) => {
    look = resolve
  })
  const added = daemon.post(`${path}/add`, { type: 'lab' })
  const updated = daemon.post(`${path}/update`, { type: 'lab', change: '1' })
  const offered = daemon.ask('POST', '/v1/adapters/eth0/offer')
  assert.is((await daemon.ask('GET', path)).status, 200)
  assert.equal(daemon.services.asked, [])
  look()
  assert.is((await offered).status, 200)
  assert.equal([(await added).status, (await updated).status], [200, 200])
})

test.run()
