import type { ClaimdError, ConnectionConfiguration, ErrorDocument } from '@claimd/sdk'
import * as assert from 'uvu/assert'
import { suite } from '../../../harness.js'
import { Desk, keepOpen } from '../../core/connections/desk.js'
import { link, who } from '../../core/rig.js'

const test = suite('app/services/connections')

const secret = { properties: { password: { writeOnly: true } } }
const usual = {
  behaviour: 'default',
  idleTimeout: 60,
  reconnect: { algorithm: 'exponential', delay: 1, limit: 300, afterwards: 300 },
  enabled: true,
}

/** A desk, and its services as an operator asks them. */
function opened(options: ConstructorParameters<typeof Desk>[0] = {}) {
  const desk = new Desk({ connections: {}, ...options })
  desk.rig.settingsSchemas.set('wired', secret)
  const { connections } = desk.rig.services
  const reply = <Reply>(promise: Promise<Reply>) => desk.rig.reply(promise)
  return {
    desk,
    connections,
    reply,
    add: (name: string, configuration: ConnectionConfiguration) =>
      reply(connections.add(name, configuration, who)),
    update: (name: string, configuration: ConnectionConfiguration, change = connections.get(name).change!) =>
      reply(connections.update(name, configuration, { change, immediate: false }, who)),
    configOf: (name: string) => desk.rig.vault.configOf(desk.detail(name)!.settings!.config),
  }
}

async function failure(promise: Promise<unknown>): Promise<ClaimdError> {
  try {
    await promise
  } catch (error) {
    return error as ClaimdError
  }
  return assert.unreachable('it succeeded') as never
}

test('what is configured is shown with all defaults, and its secrets are not', async () => {
  const { add, connections, desk } = opened()
  const added = await add('office', { type: 'wired', config: { password: 'hunter2', port: 5 } })
  assert.equal([added.result, added.connection], ['SUCCESS', 'office'])
  const shown = connections.get('office')
  assert.equal(shown.configuration, { type: 'wired', config: { password: '***', port: 5 }, ...usual })
  assert.equal([shown.source, shown.change], ['api', added.change])
  assert.not.match(JSON.stringify([shown, desk.rig.events, [...desk.rig.store.load().rows]]), 'hunter2')
})

test('what the file configures is shown as well; where no plugin has the type, every value may be a secret', () => {
  const { connections, desk } = opened({ connections: { office: { idleTimeout: null, enabled: false } } })
  const { configuration, source, change } = connections.get('office')
  assert.equal(
    [source, change, configuration!.idleTimeout, configuration!.enabled],
    ['file', null, 'never', false],
  )
  desk.rig.settingsSchemas.delete('wired')
  assert.equal(connections.get('office').configuration!.config, {})
})

test('an edit that leaves a secret masked keeps it, and one with a new secret takes that', async () => {
  const { add, update, configOf } = opened()
  await add('office', { type: 'wired', config: { password: 'hunter2', port: 5 } })
  await update('office', { type: 'wired', config: { password: '***', port: 6 } })
  assert.equal(configOf('office'), { password: 'hunter2', port: 6 })
  await update('office', { type: 'wired', config: { password: 'other' } })
  assert.equal(configOf('office'), { password: 'other' })
})

test('a mask that stands for no secret is refused with its place, and nothing is configured', async () => {
  const { add, update, connections, desk } = opened()
  const error = await failure(add('office', { type: 'wired', config: { password: '***' } }))
  assert.equal(
    [error.code, error.result, (error.document as ErrorDocument).parameter],
    ['CONNECTION_CONFIG_INVALID', 'INVALID_PARAMETER', 'config.password'],
  )
  assert.equal(connections.list().connections, [])
  await add('office', { type: 'wired', config: { password: 'hunter2' } })
  desk.rig.settingsSchemas.set('other', secret)
  const moved = await failure(update('office', { type: 'other', config: { password: '***' } }))
  assert.is(moved.code, 'CONNECTION_CONFIG_INVALID', 'a secret is not handed to the plugin of another type')
})

test('a stale edit, a second connection of a name and a name that none may have are refused', async () => {
  const { add, update, connections } = opened()
  await add('office', { type: 'wired' })
  const { change } = connections.get('office')
  await update('office', { type: 'wired', enabled: false })
  const stale = await failure(update('office', { type: 'wired' }, change!))
  assert.equal([stale.code, stale.result], ['CONNECTION_CHANGED', 'INCONSISTENT_CONFIGURATION'])
  assert.is(connections.get('office').configuration!.enabled, false)
  assert.is((await failure(add('office', { type: 'wired' }))).code, 'CONNECTION_EXISTS')
  for (const name of ['-x', '..', 'a/b', ' ', 'x'.repeat(64)]) {
    const { code, document } = await failure(add(name, { type: 'wired' }))
    assert.equal([code, (document as ErrorDocument).parameter], ['CONNECTION_NAME_MALFORMED', 'name'], name)
  }
})

test('connect answers with a request that can be read, and cancelled', async () => {
  const { desk, connections, reply } = opened({
    connections: { office: {} },
    dials: { connect: keepOpen([]) },
  })
  const asked = await reply(connections.connect('office', { timeout: 5 }, who))
  assert.is(asked.result, 'PENDING')
  const open = connections.request(asked.request)
  assert.equal([open.result, open.connection, open.who], ['PENDING', 'office', 'uid 0'])
  assert.is(open.revision, desk.rig.engine.revision)
  assert.equal(
    connections.get('office').requests.map(({ id }) => id),
    [asked.request],
  )
  const cancelled = await reply(connections.cancelRequest(asked.request, who))
  assert.is(cancelled.id, asked.request)
  assert.is(desk.rig.cancelledActs.length, 1)
})

test('a request times out after so many seconds', async () => {
  const { desk, connections, reply } = opened({
    connections: { office: {} },
    dials: { connect: keepOpen([]) },
  })
  const { request } = await reply(connections.connect('office', { timeout: 2.5 }, who))
  // What the rig has settled took some virtual time already.
  desk.run(10_000)
  assert.is(connections.request(request).code, 'CONNECT_TIMED_OUT')
})

test('what is not there is told', async () => {
  const { connections, reply } = opened({ connections: { office: {} } })
  const codes = await Promise.all([
    failure((async () => connections.get('offise'))()),
    failure(connections.explain('offise')),
    failure(reply(connections.update('offise', { type: 'wired' }, { change: '1', immediate: false }, who))),
    failure(reply(connections.delete('offise', who))),
    failure(reply(connections.connect('offise', {}, who))),
    failure(reply(connections.disconnect('offise', who))),
  ])
  assert.equal(
    codes.map(({ code, document }) => `${code}: ${document.remedy}`),
    Array(6).fill('CONNECTION_NOT_FOUND: did you mean office?'),
  )
  assert.is(codes[0]!.remedy, 'did you mean office?')
  assert.is((await failure((async () => connections.request(9_999))())).code, 'REQUEST_NOT_FOUND')
  assert.is((await failure(connections.cancelRequest(9_999, who))).code, 'REQUEST_NOT_FOUND')
})

test('one caller may have a hundred requests open, and root more', async () => {
  const { connections, reply } = opened({ connections: { office: {} }, dials: { connect: keepOpen([]) } })
  const someone = { uid: 1_000, gid: 1_000, pid: 1 }
  for (let count = 0; count < 100; count++) await reply(connections.connect('office', {}, someone))
  assert.is((await failure(reply(connections.connect('office', {}, someone)))).code, 'TOO_MANY_REQUESTS')
  for (let count = 0; count < 101; count++) await reply(connections.connect('office', {}, who))
})

test('explain tells what happened to a connection, oldest first, and not to others', async () => {
  const { connections, reply } = opened({ connections: { office: {}, home: {} } })
  await reply(connections.connect('office', {}, who))
  const { state, events } = await connections.explain('office')
  assert.is(state, 'connected')
  const types = events.map(({ type }) => type)
  for (const type of ['request-opened', 'hold-placed', 'connection-state', 'request-completed'])
    assert.ok(types.includes(type), type)
  assert.ok(events.every(({ revision }, at) => at === 0 || revision > events[at - 1]!.revision))
  assert.equal((await connections.explain('home')).events, [])
})

test('status counts connections by their state', async () => {
  const { desk, connections, reply } = opened({ connections: { office: {}, home: {} } })
  await reply(connections.connect('office', {}, who))
  assert.equal(desk.rig.services.status.get().connections, { connected: 1, disconnected: 1 })
})

test('status counts those whose last attempt failed: until they are tried again, are up, or are disabled', async () => {
  let answer: { result: 'SUCCESS' } | { result: 'UNEXPECTED'; reason: string } = {
    result: 'UNEXPECTED',
    reason: 'no',
  }
  const { desk, connections, reply } = opened({
    connections: { once: {}, kept: {}, idle: {} },
    links: [link('eth0'), link('eth1')],
    dials: { connect: () => answer },
  })
  const failed = () => desk.rig.services.status.get().connectionsFailed
  assert.equal(failed(), {})
  await reply(connections.connect('once', { mode: 'once' }, who))
  await reply(connections.connect('kept', {}, who))
  assert.equal(failed(), { disconnected: 2 })
  answer = { result: 'SUCCESS' }
  desk.run(2_000)
  assert.is(desk.row('kept').state, 'connected')
  assert.equal(failed(), { disconnected: 1 })
})

test('a connection of the file hides one of its name that was added, which is told, at every start', async () => {
  const { desk, connections, add, reply } = opened()
  await add('office', { type: 'wired', config: { password: 'hunter2' } })
  await add('home', { type: 'wired' })
  const hiddenTold = (rig = desk.rig) => rig.events.filter(({ type }) => type === 'connection-hidden').length
  const file = (...names: string[]) => {
    const listed = names.map((name) => ({ name, type: 'wired', config: {} }))
    desk.rig.engine.submit({ type: 'settings', settings: { order: [], ignore: [], connections: listed } })
    desk.run(0)
  }
  const told = () => {
    const { added, hidden } = connections.list()
    const doubts = desk.rig.services.status.get().configurationDoubts.map(({ field }) => field)
    return [added, hidden, doubts, connections.get('office').hides, connections.get('office').source]
  }
  assert.equal(told(), [['home', 'office'], [], [], false, 'api'])
  file('office', 'other')
  assert.equal(told(), [['home', 'office'], ['office'], ['connections.office'], true, 'file'])
  file('office')
  assert.is(hiddenTold(), 1, 'it is told once')
  const file2 = new Desk({ connections: { office: {} }, store: desk.rig.store })
  assert.is(hiddenTold(file2.rig), 1)
  file()
  assert.equal(told(), [['home', 'office'], [], [], false, 'api'])
  assert.equal(connections.get('office').configuration!.config, { password: '***' })
  await reply(connections.delete('office', who))
})

test('the secrets of a connection are gone with it, and with what was up by them', async () => {
  const { desk, connections, add, update, reply } = opened()
  const kept = () =>
    ['one', 'two', 'three'].filter((one) => JSON.stringify([...desk.rig.kept.values()]).includes(one))
  const office = (password: string) => ({ type: 'wired', config: { password } })
  await add('office', office('one'))
  await add('same', office('one'))
  await reply(connections.connect('office', {}, who))
  await update('office', office('two'))
  assert.equal(kept(), ['one', 'two'], 'it is up with the one before')
  await failure(add('office', office('three')))
  await failure(update('office', office('three'), 'stale'))
  assert.equal(kept(), ['one', 'two'], 'what was refused leaves nothing')
  await reply(connections.disconnect('office', who))
  await reply(connections.delete('same', who))
  assert.equal(kept(), ['two'])
  await reply(connections.delete('office', who))
  assert.equal(kept(), [])
})

test.run()
