import * as assert from 'uvu/assert'
import { suite } from '../../harness.js'
import { adapter } from '../cli/documents.js'
import { type Answer, Daemon } from './daemon.js'
import { refusal } from './fake-services.js'
import { servedCalls } from './served-calls.js'

const test = suite('control/routes')
let daemon: Daemon

test.before(async () => {
  daemon = await Daemon.start()
})
test.after(() => daemon.stop())
test.before.each(() => {
  daemon.services.asked.length = 0
})

const shape = ['code', 'expected', 'found', 'message', 'remedy', 'result']

function isError(answer: Answer, status: number, code: string) {
  assert.is(answer.status, status)
  assert.is(answer.document.code, code)
  const { parameter: _, ...rest } = answer.document
  assert.equal(Object.keys(rest).sort(), shape)
  assert.is(answer.headers['claimd-version'], '1.2.3')
  assert.match(String(answer.headers['content-type']), 'application/json')
}

test("every reading answers with the service's document", async () => {
  const { status: daemonStatus, adapters, connections, plugins } = daemon.services
  const readings = {
    status: () => daemonStatus.get(),
    adapters: () => adapters.list(),
    connections: () => connections.list(),
    providers: () => plugins.providers(),
    plugins: () => plugins.list(),
  }
  // A page, and a stream.
  const otherwise = ['events', 'journal']
  const all = servedCalls().flatMap((call) => /^GET \/v1\/(\w+)$/.exec(call)?.[1] ?? [])
  assert.equal(Object.keys(readings).concat(otherwise).sort(), all.sort())
  for (const [name, read] of Object.entries(readings)) {
    const { status, headers, document } = await daemon.ask('GET', `/v1/${name}`)
    assert.is(status, 200)
    assert.is(headers['claimd-version'], '1.2.3')
    assert.equal(document, read())
  }
})

test('the journal is asked for with a filter, which is checked', async () => {
  const query = 'adapter=eth0,3.1&type=claimed&since=2026-01-31T14:03:00.000Z&after=7&limit=10'
  const { status, document } = await daemon.ask('GET', `/v1/journal?${query}`)
  assert.is(status, 200)
  assert.equal(document.next, null)
  assert.equal(daemon.services.filters.at(-1), {
    adapter: ['eth0', '3.1'],
    type: ['claimed'],
    since: '2026-01-31T14:03:00.000Z',
    after: 7,
    limit: 10,
  })
  for (const faulty of ['since=14:03', 'limit=0', 'after=x', 'type=claimd', 'plugin=', 'unknown=1'])
    isError(await daemon.ask('GET', `/v1/journal?${faulty}`), 400, 'USAGE')
})

test('explain is asked for a moment, which is checked', async () => {
  const path = '/v1/adapters/lan0/explain'
  const { status, document } = await daemon.ask('GET', `${path}?at=2026-01-01T00:00:01.000Z`)
  assert.equal([status, document.adapter, document.at], [200, 'lan0', '2026-01-01T00:00:01.000Z'])
  for (const faulty of ['at=14:03', 'at=', 'since=1'])
    isError(await daemon.ask('GET', `${path}?${faulty}`), 400, 'USAGE')
})

test('explain, offer, release and disconnect carry the name and who asks', async () => {
  const explained = await daemon.ask('GET', '/v1/adapters/2.1/explain')
  assert.is(explained.document.adapter, '2.1')
  assert.is((await daemon.ask('POST', '/v1/adapters/eth0/offer')).document.result, 'SUCCESS')
  assert.is((await daemon.post('/v1/adapters/eth0/release', { reason: 'spare ✓' })).status, 200)
  assert.is((await daemon.ask('POST', '/v1/connections/office/disconnect')).status, 200)
  const who = { uid: process.geteuid!(), gid: process.getegid!(), pid: process.pid }
  assert.equal(daemon.services.asked, [
    { call: 'offer', name: 'eth0', reason: null, who },
    { call: 'release', name: 'eth0', reason: 'spare ✓', who },
    { call: 'disconnect', name: 'office', reason: null, who },
  ])
})

test('a name may hold any character and be as long as 63 of the longest', async () => {
  const names = [
    'a b',
    'ä/ö',
    '%',
    '..',
    '?x=1#y',
    'disconnect-all',
    '日'.repeat(63),
    '🔌'.repeat(31),
    ':id',
    '*',
  ]
  for (const name of names) {
    const answer = await daemon.ask('POST', `/v1/connections/${encodeURIComponent(name)}/disconnect`)
    assert.is(answer.document.connection, name)
  }
  const other = encodeURIComponent('Bu\u0308ro')
  const answer = await daemon.ask('POST', `/v1/connections/${other}/disconnect`)
  assert.is(answer.document.connection, 'B\u00fcro', 'both spellings mean the one name')
})

test('disconnecting all is one call, which reports refusals in its document', async () => {
  const { status, document } = await daemon.ask('POST', '/v1/disconnect')
  assert.is(status, 200)
  assert.equal(document, { disconnected: [], refused: [refusal], failed: [] })
  assert.is(daemon.services.asked[0]?.call, 'disconnect-all')
})

test('a refusal is the whole refusal document, with 409', async () => {
  const { status, document } = await daemon.ask('POST', '/v1/connections/held/disconnect')
  assert.is(status, 409)
  assert.equal(document, refusal)
})

test('an error of the service has the status of its code', async () => {
  isError(await daemon.ask('GET', '/v1/adapters/gone/explain'), 404, 'ADAPTER_NOT_FOUND')
})

test('an unexpected error says nothing of its cause to the one who asks, and all to the daemon', async () => {
  const answer = await daemon.ask('GET', '/v1/adapters/broken/explain')
  isError(answer, 500, 'INTERNAL')
  assert.not.match(JSON.stringify(answer.document), 'secret')
  assert.match(String(daemon.unexpected.splice(0)[0]), 'a secret of the daemon')
})

test('a release needs a reason of 1 to 500 characters without control characters', async () => {
  const bad = ['', '   ', 'a\nb', 'a\u0000', '\u009b', '\ud800', 'x'.repeat(501), 5, null, ['x']]
  for (const reason of bad) {
    const answer = await daemon.post('/v1/adapters/eth0/release', { reason })
    isError(answer, 400, 'USAGE')
    assert.match(answer.document.message, "'reason' in the body")
    assert.match(answer.document.expected, '1 to 500 characters')
  }
  for (const body of [{}, { reason: 'x', force: true }, 'x', null, []]) {
    isError(await daemon.post('/v1/adapters/eth0/release', body), 400, 'USAGE')
  }
  isError(await daemon.ask('POST', '/v1/adapters/eth0/release'), 400, 'USAGE')
  const misspelt = await daemon.post('/v1/adapters/eth0/release', { reason: 'x', raeson: 'y' })
  assert.match(misspelt.document.message, "'raeson' in the body")
  assert.is(misspelt.document.found, 'the unknown key "raeson"')
  assert.is(misspelt.document.remedy, 'Did you mean "reason"?')
  const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`
  const headers = { 'content-type': 'application/json' }
  for (const body of [deep, `{"reason":${deep}}`]) {
    isError(await daemon.ask('POST', '/v1/adapters/eth0/release', { body, headers }), 400, 'USAGE')
  }
  const missing = await daemon.post('/v1/adapters/eth0/release', {})
  assert.is(missing.document.found, 'nothing')
  assert.match(missing.document.expected, '1 to 500 characters')
  assert.is((await daemon.post('/v1/adapters/eth0/release', { reason: '🔌'.repeat(500) })).status, 200)
  assert.is(daemon.services.asked.length, 1)
})

test('malformed, mislabelled and poisoned bodies are usage errors', async () => {
  const path = '/v1/adapters/eth0/release'
  const json = { 'content-type': 'application/json' }
  for (const body of ['{', '', '{"__proto__":{"reason":"x"},"reason":"x"}']) {
    isError(await daemon.ask('POST', path, { body, headers: json }), 400, 'USAGE')
  }
  const xml = { 'content-type': 'text/xml' }
  isError(await daemon.ask('POST', path, { body: '<reason/>', headers: xml }), 400, 'USAGE')
  isError(await daemon.ask('POST', path, { body: 'x', headers: { 'content-type': ';;' } }), 400, 'USAGE')
})

test('a body over 64 KB is too large, with its length announced or not', async () => {
  const body = JSON.stringify({ reason: 'x'.repeat(70_000) })
  const headers = { 'content-type': 'application/json' }
  const path = '/v1/adapters/eth0/release'
  isError(await daemon.ask('POST', path, { body, headers }), 413, 'REQUEST_TOO_LARGE')
  const chunked = { ...headers, 'transfer-encoding': 'chunked' }
  isError(await daemon.ask('POST', path, { body, headers: chunked }), 413, 'REQUEST_TOO_LARGE')
})

test('unknown paths: another version outside /v1/, not found below it', async () => {
  for (const path of ['/', '/v2/status', '/v1', '/favicon.ico', '/v10/status']) {
    isError(await daemon.ask('GET', path), 404, 'VERSION_MISMATCH')
  }
  for (const path of ['/v1/', '/v1/nothing', '/v1/status/', '/v1/adapters/a/b/offer']) {
    isError(await daemon.ask('GET', path), 404, 'NOT_FOUND')
  }
})

test('a path that cannot be decoded, or a name in it without end, is a usage error', async () => {
  isError(await daemon.ask('GET', '/v1/adapters/%zz/explain'), 400, 'USAGE')
  isError(await daemon.ask('GET', '/v1/adapters/%ff%fe/explain'), 400, 'USAGE')
  isError(await daemon.ask('GET', `/v1/adapters/${'x'.repeat(300)}/explain`), 400, 'USAGE')
})

test('a wrong method is 405 and says which is right', async () => {
  const wrong = [
    ['POST', '/v1/status', 'GET'],
    ['DELETE', '/v1/adapters/eth0/explain', 'GET'],
    ['GET', '/v1/adapters/eth0/release', 'POST'],
    ['PUT', '/v1/connections/x/disconnect', 'POST'],
    ['OPTIONS', '/v1/events', 'GET'],
  ] as const
  for (const [method, path, right] of wrong) {
    const answer = await daemon.ask(method, path)
    isError(answer, 405, 'METHOD_NOT_ALLOWED')
    assert.is(answer.headers.allow, right)
  }
  isError(await daemon.ask('PROPFIND', '/v1/status'), 405, 'METHOD_NOT_ALLOWED')
})

test('a wrong query or header of events is a usage error, before any stream begins', async () => {
  const queries = [
    'since=x',
    'since=-1',
    'since=1.5',
    'since=',
    'since=1&since=2',
    'adapter=',
    'type=',
    'type=claimed&type=released',
    'type=claimed,',
    'coalesce=0',
    'coalesce=60001',
    'coalesce=1.5',
    'adapter=a,,b',
    'connection=',
    'connection=a,,b',
    'connection=a&connection=b',
    'types=claimed',
  ]
  for (const query of queries) isError(await daemon.ask('GET', `/v1/events?${query}`), 400, 'USAGE')
  isError(await daemon.ask('GET', '/v1/events', { headers: { 'last-event-id': 'x' } }), 400, 'USAGE')
  assert.is(daemon.services.listeners, 0)
})

test('a request with an origin is refused', async () => {
  const headers = { origin: 'https://example.org' }
  isError(await daemon.ask('GET', '/v1/status', { headers }), 403, 'NOT_PERMITTED')
  isError(await daemon.ask('GET', '/nothing', { headers }), 403, 'NOT_PERMITTED')
  isError(await daemon.ask('PUT', '/v1/status', { headers: { origin: '' } }), 403, 'NOT_PERMITTED')
})

const row = (index: number) => adapter({ id: `${index}.1`, index, name: `veth${index}` })

test('one adapter is one row, with the revision', async () => {
  daemon.services.rows = [row(2), row(3)]
  const { status, document } = await daemon.ask('GET', '/v1/adapters/veth3')
  assert.equal(
    [status, document],
    [200, { revision: daemon.services.revision, changes: [], predecessor: null, ...row(3) }],
  )
  isError(await daemon.ask('GET', '/v1/adapters/veth4'), 404, 'ADAPTER_NOT_FOUND')
})

test('a list of any length is one whole document', async () => {
  for (const length of [0, 1, 250, 251, 500, 1_234]) {
    daemon.services.rows = Array.from({ length }, (_, at) => row(at + 1))
    const { status, headers, document } = await daemon.ask('GET', '/v1/adapters')
    assert.equal(
      [status, document],
      [200, { revision: daemon.services.revision, adapters: daemon.services.rows }],
    )
    assert.is(headers['content-type'], 'application/json; charset=utf-8')
  }
  daemon.services.rows = []
})

test('adapters and connections are filtered as the query says', async () => {
  const asked = async (path: string) => {
    assert.is((await daemon.ask('GET', path)).status, 200)
    return daemon.services.filters.pop()
  }
  assert.equal(await asked('/v1/adapters'), {})
  assert.equal(
    await asked(
      '/v1/adapters?state=claimed,orphaned&kind=veth&name=a*,b%3F&provider=p/q&address=10.*&plumbing=false',
    ),
    {
      name: ['a*', 'b?'],
      state: ['claimed', 'orphaned'],
      kind: ['veth'],
      provider: ['p/q'],
      address: ['10.*'],
      plumbing: false,
    },
  )
  assert.equal(await asked('/v1/connections?state=connected&name=o*&adapter=eth*&provider=x&type=lab,vpn*'), {
    name: ['o*'],
    state: ['connected'],
    type: ['lab', 'vpn*'],
    provider: ['x'],
    adapter: ['eth*'],
  })
})

test('a type of event that does not exist is a usage error that says what was meant', async () => {
  const answer = await daemon.ask('GET', '/v1/events?type=released,claimd')
  isError(answer, 400, 'USAGE')
  const { found, expected, remedy, parameter } = answer.document
  assert.equal([found, remedy, parameter], ['"claimd"', 'Did you mean "claimed"?', 'type'])
  assert.match(expected, /^one of adapter-appeared, .*, claim-ended, .*, resync$/)
  assert.is(daemon.services.listeners, 0)
})

test('what a filter cannot mean is a usage error that says what was meant', async () => {
  for (const query of ['state=', 'state=claimed,', 'kind=a&kind=b', 'plumbing=maybe']) {
    isError(await daemon.ask('GET', `/v1/adapters?${query}`), 400, 'USAGE')
  }
  const state = await daemon.ask('GET', '/v1/adapters?state=claimed,claimmed')
  isError(state, 400, 'USAGE')
  assert.equal([state.document.found, state.document.remedy], ['"claimmed"', 'Did you mean "claimed"?'])
  const key = await daemon.ask('GET', '/v1/adapters?stat=claimed')
  isError(key, 400, 'USAGE')
  assert.is(key.document.parameter, 'stat')
  assert.match(key.document.message, "'stat' in the query")
  assert.is(key.document.remedy, 'Did you mean "state"?')
  isError(await daemon.ask('GET', '/v1/connections?kind=veth'), 400, 'USAGE')
  isError(await daemon.ask('GET', '/v1/connections?state=claimed'), 400, 'USAGE')
})

test.run()
