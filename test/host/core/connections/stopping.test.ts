import * as assert from 'uvu/assert'
import { settingsFor } from '../../../../host/core/connections/settings.js'
import type { DialAct } from '../../../../host/core/kernel/provider-port.js'
import { suite } from '../../../harness.js'
import { link } from '../rig.js'
import { codeOf, Desk, keepOpen } from './desk.js'

const test = suite('core/connections/stopping')

const links = [link('eth0'), link('eth1')]

function desk(open: DialAct[], serial = false): Desk {
  return new Desk({
    links,
    connections: { up: { idleTimeout: 10 }, office: {} },
    provider: { serial },
    dials: {
      resources: ({ connection, adapters }) => {
        const name = connection.name === 'up' ? 'eth0' : 'eth1'
        return {
          result: 'SUCCESS',
          adapters: adapters.filter((one) => one.name === name).map(({ id }) => id),
        }
      },
      connect: (act) =>
        act.parameters.connection.name === 'up' ? { result: 'SUCCESS' } : keepOpen(open)(act),
    },
  })
}

/** Begins to stop. @returns whether nothing is under way any more */
function windDown({ rig }: Desk): () => boolean {
  let isQuiet = false
  void rig.engine.ask({ type: 'wind-down' }).then(() => {
    isQuiet = true
  })
  return () => isQuiet
}

test('while claimd is being stopped, what is being connected is taken back, and nothing is begun', async () => {
  const open: DialAct[] = []
  const one = desk(open)
  await one.connect('up')
  const { request } = await one.connect('office')
  assert.equal(one.acts, ['connect up', 'connect office'])
  const isQuiet = windDown(one)
  one.run(0)
  assert.equal(
    one.rig.cancelledActs.map(({ kind }) => kind),
    ['connect'],
  )
  assert.is(isQuiet(), false)
  assert.is(await codeOf(one.connect('up')), 'DAEMON_UNREACHABLE')
  assert.is(await codeOf(one.disconnect('up')), 'DAEMON_UNREACHABLE')
  one.rig.end(open[0]!, { outcome: 'done', answer: { result: 'CONNECTION_ACQUIRE_FAILED' } })
  one.run(0)
  await Promise.resolve()
  assert.equal([isQuiet(), one.rig.undone], [true, [open[0]!.fence]])
  assert.is(one.request(request)!.code, 'CONNECT_INTERRUPTED')
  // It would be dialled again by now, and what is unused be taken down.
  one.run(60_000)
  assert.equal(one.acts, ['connect up', 'connect office', 'disconnect office'])
  assert.equal([one.row('up').state, one.row('office').holds], ['connected', ['operator']])

  const { store } = one.rig
  const next = new Desk({
    store,
    connections: { up: {}, office: {} },
    links,
    dials: { status: () => ({ result: 'SUCCESS', state: 'connected' }) },
  })
  next.run(0)
  assert.equal([next.row('up').state, next.acts], ['connected', ['connect office']])
})

test('who waits for its turn when claimd is stopped is told at once, and its provider is never called', async () => {
  const open: DialAct[] = []
  const one = desk(open, true)
  await one.connect('office')
  const { request } = await one.connect('up')
  assert.is(one.request(request)!.result, 'PENDING')
  windDown(one)
  one.run(0)
  assert.is(one.request(request)!.code, 'CONNECT_INTERRUPTED')
  one.rig.end(open[0]!, { outcome: 'interrupted', reason: 'it was ended' })
  one.run(60_000)
  assert.equal(one.acts, ['connect office', 'disconnect office'])
  assert.equal(one.row('up').holds, ['operator'])
})

test('while claimd is being stopped, an edit takes nothing down', async () => {
  const one = new Desk({ connections: {} })
  const lab = (config: Record<string, unknown>) => settingsFor({ name: 'lab', type: 'wired', config })
  const { change } = await one.ask({ type: 'add-connection', settings: lab({}), who: 'root' })
  await one.connect('lab')
  const edit = () => {
    const asked = {
      type: 'edit-connection',
      settings: lab({ a: 1 }),
      change: change!,
      immediate: true,
    } as const
    return codeOf(one.rig.engine.ask({ ...asked, who: 'root' }))
  }
  const before = edit()
  windDown(one)
  one.run(0)
  assert.is(await before, 'DAEMON_UNREACHABLE', 'also one that its provider was asked about before')
  const during = edit()
  one.run(0)
  assert.is(await during, 'DAEMON_UNREACHABLE')
  assert.equal([one.row('lab').state, one.acts], ['connected', ['connect lab']])
})

test.run()
