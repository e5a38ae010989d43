import * as assert from 'uvu/assert'
import { settingsFor } from '../../../../host/core/connections/settings.js'
import type { AnyQuestion, ConnectionAnswerEvent } from '../../../../host/core/kernel/provider-port.js'
import { suite } from '../../../harness.js'
import { link, mine } from '../rig.js'
import { codeOf, Desk } from './desk.js'

const test = suite('core/connections, edits')

const settings = (name: string, config: Record<string, unknown> = {}, more = {}) =>
  settingsFor({ name, type: 'wired', config, ...more })

const add = (desk: Desk, name = 'lab', config = {}) =>
  desk.ask({ type: 'add-connection', settings: settings(name, config), who: 'root' }) as Promise<{
    change: string
  }>

const edit = (desk: Desk, change: string, config: object, immediate = false) =>
  desk.ask({
    ...{ type: 'edit-connection', settings: settings('lab', config as Record<string, unknown>) },
    ...{ change, immediate, who: 'root' },
  }) as Promise<{ change: string; deferred: boolean }>

test('SC-56: a connection that was just added can be connected', async () => {
  const desk = new Desk()
  await add(desk)
  assert.equal(
    desk.rig.askedOfConnections.map(({ kind }) => kind),
    ['validate'],
  )
  await desk.connect('lab')
  assert.is(desk.row('lab').state, 'connected')
  assert.ok(desk.rig.types().includes('connection-added'))
})

test('CM-15: a type that no provider has is refused, and so is what its provider does not take', async () => {
  const desk = new Desk({
    dials: {
      validate: () => ({
        ...{ result: 'INVALID_PARAMETER', reason: 'no' },
        faults: [{ field: 'address', found: 'x', expected: 'an address' }],
      }),
    },
  })
  const vpn = { ...settings('lab'), type: 'vpn' }
  assert.is(
    await codeOf(desk.ask({ type: 'add-connection', settings: vpn, who: 'root' })),
    'CONNECTION_TYPE_UNKNOWN',
  )
  assert.is(await codeOf(add(desk)), 'CONNECTION_CONFIG_INVALID')
  assert.is(desk.detail('lab'), null, 'nothing is half done')
})

test('CM-16: a name that is taken is refused, and its provider is not asked', async () => {
  const desk = new Desk()
  await add(desk)
  const asked = desk.rig.askedOfConnections.length
  assert.is(await codeOf(add(desk)), 'CONNECTION_EXISTS')
  assert.is(await codeOf(add(desk, 'office')), 'CONNECTION_EXISTS')
  assert.is(desk.rig.askedOfConnections.length, asked)
})

test('CM-17: an edit of what somebody else has changed meanwhile is refused, and nothing changes', async () => {
  const desk = new Desk()
  const { change } = await add(desk)
  const second = await edit(desk, change, { a: 1 })
  assert.is(await codeOf(edit(desk, change, { a: 2 })), 'CONNECTION_CHANGED')
  assert.is(desk.detail('lab')!.settings!.config, '{"a":1}')
  assert.is(desk.detail('lab')!.change, second.change)
  assert.is(await codeOf(edit(desk, '1', {})), 'CONNECTION_CHANGED')
})

test('CM-18: an edit that needs a disconnect is made at once, or counts from the next connect on', async () => {
  const desk = new Desk()
  const { change } = await add(desk)
  await desk.connect('lab')
  const later = await edit(desk, change, { a: 1 })
  assert.is(later.deferred, true)
  assert.equal(desk.acts, ['connect lab'])
  assert.is(desk.detail('lab')!.deferred, true)
  const now = await edit(desk, later.change, { a: 2 }, true)
  assert.is(now.deferred, false)
  assert.equal(desk.acts, ['connect lab', 'disconnect lab', 'connect lab'])
  assert.equal(
    desk.rig.acts.map(({ parameters }) => parameters.connection.config),
    ['{}', '{}', '{"a":2}'],
    'it is taken down with what it was connected with',
  )
})

test('rule 3: the connection of a claim is not deleted, and not changed at once in a way that needs a disconnect', async () => {
  const desk = new Desk({ connections: {}, links: [] })
  const { change } = await add(desk)
  desk.rig.provide([desk.dialler({ offer: () => ({ ...mine('lab'), volatile: false }) })])
  desk.rig.link(link('eth0'))
  assert.is(desk.row('lab').origin, 'out-of-band')
  assert.is(
    await codeOf(desk.ask({ type: 'delete-connection', connection: 'lab', who: 'root' })),
    'CLAIMED_OUT_OF_BAND',
  )
  assert.is(await codeOf(edit(desk, change, { a: 1 }, true)), 'CLAIMED_OUT_OF_BAND')
  assert.is((await edit(desk, change, { a: 1 })).deferred, true)
})

test('a connection that is used is not deleted; one that is not goes, also for the time after a restart', async () => {
  const desk = new Desk({ connections: {} })
  await add(desk)
  await desk.connect('lab')
  const remove = () => desk.ask({ type: 'delete-connection', connection: 'lab', who: 'root' })
  assert.is(await codeOf(remove()), 'CONNECTION_IN_USE')
  await desk.disconnect('lab')
  const restarted = new Desk({ connections: {}, store: desk.rig.store })
  assert.is(restarted.row('lab').state, 'disconnected')
  await remove()
  assert.is(desk.detail('lab'), null)
  assert.is(new Desk({ connections: {}, store: desk.rig.store }).detail('lab'), null)
})

test('what the configuration file has wins, and cannot be changed by a command', async () => {
  const desk = new Desk()
  const asked = {
    type: 'edit-connection',
    settings: settings('office'),
    change: '1',
    immediate: false,
  } as const
  assert.is(await codeOf(desk.ask({ ...asked, who: 'root' })), 'CONNECTION_IN_FILE')
  await add(desk, 'lab', { a: 1 })
  const connections = [{ name: 'lab', type: 'wired', config: { a: 2 } }]
  desk.rig.engine.submit({ type: 'settings', settings: { order: [], ignore: [], connections } })
  desk.run(0)
  assert.equal([desk.detail('lab')!.source, desk.detail('lab')!.settings!.config], ['file', '{"a":2}'])
  desk.rig.engine.submit({ type: 'settings', settings: { order: [], ignore: [], connections: [] } })
  desk.run(0)
  assert.equal([desk.detail('lab')!.source, desk.detail('lab')!.settings!.config], ['api', '{"a":1}'])
})

/** A desk on which what a provider is asked about an edit is answered only when the test says so. */
function slowDesk(): { desk: Desk; judge: () => void } {
  const desk = new Desk({ connections: {} })
  const held: AnyQuestion[] = []
  const ask = desk.rig.ask.bind(desk.rig)
  desk.rig.ask = (questions) => {
    held.push(...questions.filter(({ kind }) => kind === 'validate'))
    ask(questions.filter(({ kind }) => kind !== 'validate'))
  }
  const judge = () => {
    const answer = { result: 'SUCCESS' } as const
    desk.rig.engine.submit({
      ...{ type: 'connection-answer', question: held.shift(), answer, ms: 1 },
    } as ConnectionAnswerEvent)
    desk.run(0)
  }
  return { desk, judge }
}

test('what the file brings while a provider judges an edit wins over the edit', async () => {
  const { desk, judge } = slowDesk()
  const connections = [{ name: 'lab', type: 'wired', config: { file: 1 } }]
  const bring = (lab: typeof connections) => {
    desk.rig.engine.submit({ type: 'settings', settings: { order: [], ignore: [], connections: lab } })
    desk.run(0)
  }
  const adding = codeOf(
    desk.rig.engine.ask({ type: 'add-connection', settings: settings('lab'), who: 'root' }),
  )
  desk.run(0)
  bring(connections)
  judge()
  assert.is(await adding, 'CONNECTION_EXISTS')
  assert.equal([desk.detail('lab')!.source, desk.detail('lab')!.settings!.config], ['file', '{"file":1}'])
  bring([])
  assert.is(desk.detail('lab'), null, 'nothing of it was stored')

  const added = desk.rig.engine.ask({ type: 'add-connection', settings: settings('lab'), who: 'root' })
  desk.run(0)
  judge()
  const { change } = (await added) as { change: string }
  const editing = codeOf(
    desk.rig.engine.ask({
      ...{
        type: 'edit-connection',
        settings: settings('lab', { a: 1 }),
        change,
        immediate: false,
        who: 'root',
      },
    }),
  )
  desk.run(0)
  bring(connections)
  judge()
  assert.is(await editing, 'CONNECTION_IN_FILE')
  assert.equal([desk.detail('lab')!.source, desk.detail('lab')!.settings!.config], ['file', '{"file":1}'])
  bring([])
  assert.equal([desk.detail('lab')!.source, desk.detail('lab')!.settings!.config], ['api', '{}'])
})

test('an edit that cannot be stored does not hold', async () => {
  const desk = new Desk({ connections: {} })
  const { change } = await add(desk)
  desk.rig.store.failure = 'disk full'
  assert.is(await codeOf(edit(desk, change, { a: 1 })), 'STORE_DEGRADED')
  assert.is(desk.detail('lab')!.settings!.config, '{}')
  desk.rig.store.failure = null
  desk.run(5_000)
  assert.is(new Desk({ connections: {}, store: desk.rig.store }).detail('lab')!.settings!.config, '{}')
})

test.run()
