import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { suite } from '../harness.js'
import { Lab, until } from './lab.js'

// Whole processes take their time on a busy machine.
const test = suite('system/bad-connections', { timeout: 180_000 })
let lab: Lab

const ethernet = (name: string, more = {}) => ({
  type: 'ethernet',
  config: { match: { name }, method: 'static', addresses: ['192.0.2.7/24'] },
  ...more,
})
const good = ethernet('eth2')

/** One daemon for all: nothing of what is refused may change it. */
test.before(async () => {
  lab = new Lab()
  lab.configure({
    connections: {
      office: ethernet('eth0'),
      off: ethernet('eth0', { enabled: false }),
      ghost: { type: 'ghost', config: {} },
      lan: {
        type: 'ethernet',
        config: { match: { name: 'eth1' }, method: 'static', addresses: ['10.0.0.1/24'] },
      },
    },
  })
  const links = [{ name: 'eth0' }, { name: 'eth1', addresses: ['10.0.0.1/24'] }]
  await lab.simulate(lab.simulation({ links }), true).answers()
  await until(
    async () => (await lab.get('connections/lan')).state === 'connected',
    async () => JSON.stringify(await lab.get('connections')),
  )
  assert.is((await lab.http('POST', '/v1/connections/home/add', good)).json.result, 'SUCCESS')
})
test.after(() => lab.close())

/** What must be as it was: all that is known of connections. */
async function everything() {
  const { connections, added, hidden } = await lab.get('connections')
  const details = await Promise.all(
    connections.map(async ({ name }: { name: string }) => {
      const { revision: _, ...detail } = await lab.get(`connections/${name}`)
      return detail
    }),
  )
  return JSON.stringify([connections, added, hidden, details])
}

interface Case {
  /** `connect office` is `POST /v1/connections/office/connect`; else a method and a path. */
  call: string
  body?: unknown
  result: string
  code: string
  /** What the error names. */
  at?: string
}

const invalid = { result: 'INVALID_PARAMETER', code: 'USAGE' }
const unknown = { result: 'CONNECTION_DOES_NOT_EXIST', code: 'CONNECTION_NOT_FOUND' }
const long = 'x'.repeat(300)
const { type: _, ...untyped } = good

const cases: Case[] = [
  // connect
  { call: 'connect none', ...unknown },
  { call: 'connect none', body: { takeOver: { reason: 'x' } }, ...unknown },
  { call: `connect ${long}`, ...invalid, at: 'name' },
  { call: 'connect off', result: 'CONNECTION_ACQUIRE_FAILED', code: 'CONNECTION_DISABLED' },
  { call: 'connect ghost', result: 'CONNECTION_ACQUIRE_FAILED', code: 'PROVIDER_UNAVAILABLE' },
  { call: 'connect office', body: [], ...invalid },
  { call: 'connect office', body: 'now', ...invalid },
  { call: 'connect office', body: { mode: 'ever' }, ...invalid, at: 'mode' },
  { call: 'connect office', body: { mode: 1 }, ...invalid, at: 'mode' },
  { call: 'connect office', body: { timeout: '5' }, ...invalid, at: 'timeout' },
  { call: 'connect office', body: { timeout: 0 }, ...invalid, at: 'timeout' },
  { call: 'connect office', body: { timeout: -1 }, ...invalid, at: 'timeout' },
  { call: 'connect office', body: { timeout: 1e9 }, ...invalid, at: 'timeout' },
  { call: 'connect office', body: { takeOver: true }, ...invalid, at: 'takeOver' },
  { call: 'connect office', body: { takeOver: {} }, ...invalid, at: 'takeOver.reason' },
  { call: 'connect office', body: { takeOver: { reason: '' } }, ...invalid, at: 'takeOver.reason' },
  {
    call: 'connect office',
    body: { takeOver: { reason: 'x'.repeat(5000) } },
    ...invalid,
    at: 'takeOver.reason',
  },
  {
    call: 'connect office',
    body: { takeOver: { reason: 'x', force: true } },
    ...invalid,
    at: 'takeOver.force',
  },
  { call: 'connect office', body: { key: '' }, ...invalid, at: 'key' },
  { call: 'connect office', body: { key: 'x'.repeat(65) }, ...invalid, at: 'key' },
  { call: 'connect office', body: { key: 'a\nb' }, ...invalid, at: 'key' },
  { call: 'connect office', body: { priority: 1 }, ...invalid, at: 'priority' },
  // disconnect
  { call: 'disconnect none', ...unknown },
  { call: `disconnect ${long}`, ...invalid, at: 'name' },
  { call: 'disconnect lan', result: 'NOT_ALLOWED', code: 'CLAIMED_OUT_OF_BAND' },
  { call: 'disconnect office', body: { ifUnused: 'yes' }, ...invalid, at: 'ifUnused' },
  { call: 'disconnect office', body: { force: true }, ...invalid, at: 'force' },
  // requests
  { call: 'GET /v1/requests/999999', result: 'INVALID_PARAMETER', code: 'REQUEST_NOT_FOUND' },
  { call: 'GET /v1/requests/0', ...invalid, at: 'id' },
  { call: 'GET /v1/requests/-1', ...invalid, at: 'id' },
  { call: 'GET /v1/requests/one', ...invalid, at: 'id' },
  { call: `GET /v1/requests/${'9'.repeat(20)}`, ...invalid, at: 'id' },
  { call: 'POST /v1/requests/999999/cancel', result: 'INVALID_PARAMETER', code: 'REQUEST_NOT_FOUND' },
  { call: 'POST /v1/requests/one/cancel', ...invalid, at: 'id' },
  // show, explain
  { call: 'GET /v1/connections/none', ...unknown },
  { call: 'GET /v1/connections/none/explain', ...unknown },
  { call: `GET /v1/connections/${long}`, ...invalid, at: 'name' },
  { call: `GET /v1/connections/${long}/explain`, ...invalid, at: 'name' },
  { call: 'GET /v1/connections?state=up', ...invalid, at: 'state' },
  { call: 'GET /v1/connections?color=red', ...invalid, at: 'color' },
  // add
  { call: 'add -x', body: good, result: 'INVALID_CONNECTION', code: 'CONNECTION_NAME_MALFORMED', at: 'name' },
  {
    call: 'add a/b',
    body: good,
    result: 'INVALID_CONNECTION',
    code: 'CONNECTION_NAME_MALFORMED',
    at: 'name',
  },
  {
    call: `add ${'x'.repeat(200)}`,
    body: good,
    result: 'INVALID_CONNECTION',
    code: 'CONNECTION_NAME_MALFORMED',
  },
  { call: `add ${long}`, body: good, ...invalid, at: 'name' },
  { call: 'add office', body: good, result: 'CONNECTION_ALREADY_EXISTS', code: 'CONNECTION_EXISTS' },
  { call: 'add home', body: good, result: 'CONNECTION_ALREADY_EXISTS', code: 'CONNECTION_EXISTS' },
  { call: 'add new', ...invalid },
  { call: 'add new', body: [good], ...invalid },
  { call: 'add new', body: untyped, ...invalid, at: 'type' },
  { call: 'add new', body: { ...good, type: 5 }, ...invalid, at: 'type' },
  { call: 'add new', body: { ...good, type: '' }, ...invalid, at: 'type' },
  {
    call: 'add new',
    body: { ...good, type: 'carrier-pigeon' },
    result: 'INVALID_CONNECTION_TYPE',
    code: 'CONNECTION_TYPE_UNKNOWN',
  },
  { call: 'add new', body: { ...good, config: [] }, ...invalid, at: 'config' },
  { call: 'add new', body: { ...good, colour: 'red' }, ...invalid, at: 'colour' },
  { call: 'add new', body: { ...good, behaviour: 'sometimes' }, ...invalid, at: 'behaviour' },
  { call: 'add new', body: { ...good, behaviour: 'on-demand-when-roaming' }, ...invalid, at: 'behaviour' },
  { call: 'add new', body: { ...good, idleTimeout: -1 }, ...invalid, at: 'idleTimeout' },
  { call: 'add new', body: { ...good, idleTimeout: 'soon' }, ...invalid, at: 'idleTimeout' },
  { call: 'add new', body: { ...good, enabled: 'yes' }, ...invalid, at: 'enabled' },
  { call: 'add new', body: { ...good, reconnect: 'often' }, ...invalid, at: 'reconnect' },
  {
    call: 'add new',
    body: { ...good, reconnect: { algorithm: 'hourly' } },
    ...invalid,
    at: 'reconnect.algorithm',
  },
  {
    call: 'add new',
    body: { ...good, reconnect: { algorithm: 'linear', delay: 0 } },
    ...invalid,
    at: 'reconnect.delay',
  },
  {
    call: 'add new',
    body: { ...good, config: { match: { name: 'eth0' }, method: 'static' } },
    ...{ result: 'INVALID_PARAMETER', code: 'CONNECTION_CONFIG_INVALID', at: 'config.addresses' },
  },
  {
    call: 'add new',
    body: { ...good, config: { ...good.config, addresses: ['192.0.2.7'] } },
    ...{ result: 'INVALID_PARAMETER', code: 'CONNECTION_CONFIG_INVALID', at: 'config.addresses' },
  },
  {
    call: 'add new',
    body: { ...good, config: { ...good.config, gateway: '10.0.0.1' } },
    ...{ result: 'INVALID_PARAMETER', code: 'CONNECTION_CONFIG_INVALID', at: 'config.gateway' },
  },
  {
    call: 'add new',
    body: { ...good, config: { ...good.config, dns: ['192.0.2.1'] } },
    ...{ result: 'INVALID_PARAMETER', code: 'CONNECTION_CONFIG_INVALID', at: 'config.dns' },
  },
  // update
  { call: 'update none', body: { ...good, change: '1' }, ...unknown },
  { call: 'update home', body: good, ...invalid, at: 'change' },
  { call: 'update home', body: { ...good, change: 1 }, ...invalid, at: 'change' },
  { call: 'update home', body: { ...good, change: '' }, ...invalid, at: 'change' },
  { call: 'update home', body: { ...good, change: '1', immediate: 'yes' }, ...invalid, at: 'immediate' },
  {
    call: 'update home',
    body: { ...good, change: '0' },
    result: 'INCONSISTENT_CONFIGURATION',
    code: 'CONNECTION_CHANGED',
  },
  {
    call: 'update office',
    body: { ...good, change: '1' },
    result: 'NOT_ALLOWED',
    code: 'CONNECTION_IN_FILE',
  },
  // delete
  { call: 'delete none', ...unknown },
  { call: `delete ${long}`, ...invalid, at: 'name' },
  { call: 'delete office', result: 'NOT_ALLOWED', code: 'CONNECTION_IN_FILE' },
  { call: 'delete lan', result: 'NOT_ALLOWED', code: 'CONNECTION_IN_FILE' },
]

test('CM-15 CM-16: every parameter that is wrong has its result code, names what is wrong, and changes nothing', async () => {
  const before = await everything()
  const wrong: string[] = []
  for (const { call, body, result, code, at } of cases) {
    const [first = '', ...rest] = call.split(' ')
    const path = `/v1/connections/${encodeURIComponent(rest.join(' '))}/${first}`
    const asked =
      first === 'GET' || first === 'POST' ? ([first, rest[0]!] as const) : (['POST', path] as const)
    const { status, json } = await lab.http(...asked, body)
    const found = `${status} ${JSON.stringify(json)}`
    const isRight =
      (status === 503 || (status >= 400 && status < 500)) && json?.result === result && json?.code === code
    const named = JSON.stringify([json?.parameter, json?.found, json?.faults, json?.message])
    // A refusal names its adapter and its provider instead.
    const fields = ['message', 'remedy', ...(code === 'CLAIMED_OUT_OF_BAND' ? [] : ['found', 'expected'])]
    const isClear = fields.every((field) => typeof json?.[field] === 'string')
    if (!isRight || !isClear || (at !== undefined && !named.includes(at)))
      wrong.push(`${call} ${JSON.stringify(body)}: ${found}`)
  }
  assert.is(wrong.join('\n'), '')
  assert.is(await everything(), before)
})

test('a body that is nested too deep is refused, and so is another method', async () => {
  const deep = JSON.parse(`${'{"a":'.repeat(200)}1${'}'.repeat(200)}`)
  const { json: nested } = await lab.http('POST', '/v1/connections/new/add', { ...good, config: deep })
  assert.equal([nested.result, nested.code], ['INVALID_PARAMETER', 'USAGE'])
  const { status } = await lab.http('DELETE', '/v1/connections/home')
  assert.is(status, 405)
})

test('the commands say the same, each with the exit code of its error', async () => {
  const before = await everything()
  const file = (name: string, content: string) => {
    const path = join(lab.folder, name)
    writeFileSync(path, content)
    return path
  }
  const whole = file('good.json', JSON.stringify(good))
  const faulty = file('faulty.json', JSON.stringify({ ...good, config: { match: { name: 'eth0' } } }))
  const commands: [string[], number, string][] = [
    [['connect', 'none'], 10, 'CONNECTION_NOT_FOUND'],
    [['connect', 'off'], 13, 'CONNECTION_DISABLED'],
    [['connect', 'office', '--timeout', 'soon'], 2, 'USAGE'],
    [['connect', 'office', '--take-over'], 2, 'USAGE'],
    [['disconnect', 'lan'], 6, 'CLAIMED_OUT_OF_BAND'],
    [['disconnect', 'lan', '--all'], 2, 'USAGE'],
    [['connection', 'add', 'new'], 2, 'USAGE'],
    [['connection', 'add', 'new', '--file', join(lab.folder, 'missing.json')], 10, 'FILE_UNREADABLE'],
    [['connection', 'add', 'new', '--file', file('no.json', '{ oops')], 2, 'CONFIGURATION_INVALID'],
    [['connection', 'add', 'new', '--file', faulty], 2, 'CONNECTION_CONFIG_INVALID'],
    [['connection', 'add', 'new', '--type', 'carrier-pigeon'], 2, 'CONNECTION_TYPE_UNKNOWN'],
    [['connection', 'add', 'a/b', '--file', whole], 2, 'CONNECTION_NAME_MALFORMED'],
    [['connection', 'add', 'home', '--file', whole], 12, 'CONNECTION_EXISTS'],
    [['connection', 'edit', 'office', '--file', whole], 12, 'CONNECTION_IN_FILE'],
    [['connection', 'edit', 'home', '--file', faulty], 2, 'CONNECTION_CONFIG_INVALID'],
  ]
  const wrong: string[] = []
  for (const [args, exit, code] of commands) {
    const outcome = await lab.run(...args, '--json')
    const isClear = typeof outcome.json?.message === 'string' && typeof outcome.json?.remedy === 'string'
    if (outcome.code !== exit || outcome.json?.code !== code || !isClear)
      wrong.push(`${args.join(' ')}: exit ${outcome.code} ${outcome.stdout}${outcome.stderr}`)
  }
  assert.is(wrong.join('\n'), '')
  assert.is(await everything(), before)
})

test.run()
