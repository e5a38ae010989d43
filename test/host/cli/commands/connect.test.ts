import { setImmediate } from 'node:timers/promises'
import type { ConnectionDocument, EventDocument } from '@claimd/sdk'
import * as assert from 'uvu/assert'
import type { ControlClient } from '../../../../host/cli/client.js'
import { main } from '../../../../host/cli/program.js'
import { claimdError } from '../../../../host/core/errors.js'
import { suite } from '../../../harness.js'
import * as documents from '../documents.js'
import { claimd, fakeWorld } from '../fake-world.js'

const test = suite('cli/commands/connect')

const about = { connection: 'office' }
const state = (revision: number, name: string, because: string) =>
  documents.event({ revision, type: 'connection-state', about, state: name, because })
const completed = (outcome: object = {}) =>
  documents.event({
    revision: 50,
    type: 'request-completed',
    about,
    request: 7,
    result: 'SUCCESS',
    code: null,
    cause: null,
    outcome: 'connection office is connected',
    ...outcome,
  })
const steps = [
  state(42, 'connecting', 'somebody wants it up'),
  documents.event({
    revision: 43,
    type: 'connect-progress',
    about: { connection: 'home' },
    text: 'of another',
  }),
  state(44, 'connecting-waiting-for-ip', 'asked for an address'),
  documents.event({ revision: 45, type: 'connect-progress', about, text: '2 of 3 tries' }),
]

function telling(...events: EventDocument[]): Partial<ControlClient> {
  return {
    events: async function* () {
      yield* events
    },
  }
}

const noAnswer = { result: 'CONNECTION_ACQUIRE_FAILED', code: 'CONNECT_FAILED', cause: 'no-answer' }
const failed = completed({ ...noAnswer, outcome: 'connection office is not connected: no answer' })

test('connect waits, tells each step on standard error, and then what came of it', async () => {
  const world = await claimd('connect office', { client: telling(...steps, completed()) })
  assert.is(world.code, 0, world.err)
  assert.is(world.out, 'connection office is connected\n')
  assert.is(
    world.err,
    `office: it is being connected
office: connecting: somebody wants it up
office: waiting for an address: asked for an address
office: 2 of 3 tries
`,
  )
  assert.equal(world.asked.slice(0, 2), [
    ['connect', 'office', { mode: 'keep' }],
    ['request', 7],
  ])
  const types = ['connection-state', 'connect-progress', 'request-completed']
  assert.equal(world.asked[2], ['events', { since: 41, types, connection: 'office' }])
})

test('on a terminal the steps are one line, which fits, and which is gone in the end', async () => {
  const world = await claimd('connect office', {
    client: telling(...steps, completed()),
    terminal: { columns: 40 },
    env: { NO_COLOR: '1' },
  })
  assert.not.match(world.err, '\n')
  const lines = world.err.split('\r\x1b[K')
  assert.is(lines.at(-1), '', 'nothing is left')
  assert.ok(lines.includes('office: waiting for an address: asked …'), JSON.stringify(lines))
  assert.ok(lines.every((line) => line.length < 40))
  const dumb = await claimd('connect office', {
    client: telling(...steps, completed()),
    terminal: { columns: 80 },
    env: { TERM: 'dumb' },
  })
  assert.not.match(dumb.err, '\x1b')
})

test('what is up already, or not to be waited for, is told at once', async () => {
  const up = {
    request: 7,
    result: 'SUCCESS',
    connection: 'office',
    owner: 'operator',
    message: 'office is up',
  } as const
  const world = await claimd('connect office', { client: { connect: async () => up } })
  assert.equal([world.code, world.out, world.err], [0, 'office is up\n', ''])
  const begun = await claimd('connect office --no-wait')
  assert.equal([begun.code, begun.out], [0, 'it is being connected (request 7)\n'])
  assert.equal(JSON.parse((await claimd('connect office --no-wait --json')).out), {
    request: 7,
    result: 'PENDING',
    connection: 'office',
    owner: 'operator',
    message: 'it is being connected',
  })
  assert.is(begun.asked.length, 1)
})

test('options are what the daemon is asked for', async () => {
  const client = telling(completed())
  const line = ['connect', 'a,b', '--once', '--timeout', '2.5', '--take-over', '--reason', 'it is ours']
  const world = await claimd(line, { client })
  assert.equal(world.asked[0], [
    'connect',
    'a,b',
    { mode: 'once', timeout: 2.5, takeOver: { reason: 'it is ours' } },
  ])
  assert.equal(
    (world.asked[2]![1] as { connection?: string }).connection,
    undefined,
    'a name that looks like two',
  )
  for (const bad of [
    'connect office --take-over',
    'connect office --reason x',
    'connect office --timeout 0',
    'connect office --timeout 5s',
    'connect office --timeout 604801',
    'connect',
    'connect a b',
  ]) {
    const { code, asked } = await claimd(bad)
    assert.equal([code, asked], [2, []], bad)
  }
  assert.is((await claimd(['connect', 'office', '--take-over', '--reason', ' '])).code, 2)
})

const trying: ConnectionDocument = {
  ...documents.connection,
  retryAt: documents.at(12, 30, 3),
}

test('a connect that fails exits by its code, and says whether claimd goes on trying', async () => {
  const client = { ...telling(failed), connection: async () => trying }
  const world = await claimd('connect office', { client })
  assert.is(world.code, 4)
  assert.is(world.out, '')
  assert.is(
    world.err,
    `office: it is being connected
claimd: connection office is not connected: no answer
  found: no-answer
  do:    claimd goes on trying, next in 3 s; to stop that: claimd disconnect office
`,
  )
  const once = await claimd('connect office --once', {
    client: { ...client, connection: async () => ({ ...trying, holdRows: [] }) },
  })
  assert.not.match(once.err, 'goes on trying')
  assert.match(once.err, 'do:    see: claimd connection show office')
  const { code, out } = await claimd('connect office --json', { client })
  assert.equal(
    [code, JSON.parse(out)],
    [
      4,
      {
        ...{
          result: 'CONNECTION_ACQUIRE_FAILED',
          code: 'CONNECT_FAILED',
          found: 'no-answer',
          expected: null,
        },
        message: 'connection office is not connected: no answer',
        remedy: 'claimd goes on trying, next in 3 s; to stop that: claimd disconnect office',
        connectCause: 'no-answer',
        request: 7,
      },
    ],
  )
})

test('exit codes tell failures apart', async () => {
  const codes = {
    CONNECT_TIMED_OUT: 3,
    CONNECT_FAILED: 4,
    CONNECT_CANCELLED: 4,
    CONNECT_INTERRUPTED: 4,
    RESOURCE_BUSY: 12,
    NO_ADAPTER: 13,
    CONNECTION_DISABLED: 13,
    PROVIDER_UNAVAILABLE: 13,
  }
  for (const [code, exit] of Object.entries(codes)) {
    const client = telling(completed({ ...noAnswer, code }))
    assert.is((await claimd('connect office', { client })).code, exit, code)
  }
  const refusing = { connect: () => Promise.reject(claimdError('ALREADY_CONNECTING', { message: 'busy' })) }
  assert.is((await claimd('connect office', { client: refusing })).code, 11)
})

test('where events were lost the request is read again; a daemon that goes away is told', async () => {
  let reads = 0
  const lost = documents.event({ revision: 60, type: 'resync', adapter: null, about: {} })
  const request = async () => ({
    ...documents.request,
    ...(++reads > 1 ? ({ result: 'SUCCESS', message: 'it is up' } as const) : {}),
  })
  const world = await claimd('connect office', { client: { ...telling(lost), request } })
  assert.equal([world.code, world.out], [0, 'it is up\n'])
  const gone = await claimd('connect office', { client: telling(...steps) })
  assert.is(gone.code, 8)
  assert.match(gone.err, 'claimd connection show office')
})

/** A connect that goes on until it is cancelled. */
function endless(outcome: EventDocument) {
  let cancel = () => {}
  const cancelled = new Promise<void>((resolve) => {
    cancel = resolve
  })
  const world = fakeWorld(['connect', 'office'], {
    client: {
      cancelRequest: async () => {
        cancel()
        return documents.request
      },
      events: async function* () {
        yield* steps
        await cancelled
        yield outcome
      },
    },
  })
  return world
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await setImmediate()
}

test('Ctrl-C cancels the request and says so; it exits when that is done', async () => {
  const cancelled = completed({
    ...noAnswer,
    code: 'CONNECT_CANCELLED',
    cause: 'cancelled',
    outcome: 'it was cancelled',
  })
  const world = endless(cancelled)
  const exit = main(world)
  await until(() => world.err.includes('2 of 3 tries'))
  world.signals.emit('SIGINT')
  assert.is(await exit, 4)
  assert.equal(
    world.asked.filter(([call]) => call === 'cancelRequest'),
    [['cancelRequest', 7]],
  )
  assert.match(world.err, 'office: interrupted, so request 7 is cancelled\n')
  assert.match(world.err, 'claimd: it was cancelled\n')
  assert.equal([world.exits, world.signals.listenerCount('SIGINT')], [[], 0])
})

test('a second Ctrl-C leaves at once; one that came too late is told', async () => {
  const world = endless(completed())
  const exit = main(world)
  await until(() => world.err.includes('2 of 3 tries'))
  world.signals.emit('SIGINT')
  world.signals.emit('SIGINT')
  assert.equal(world.exits, [130])
  assert.is(await exit, 0)
  assert.match(
    world.err,
    'note: it was up before it could be cancelled; to take it down: claimd disconnect office',
  )
})

test('disconnect --if-unused asks for that', async () => {
  assert.equal((await claimd('disconnect office --if-unused')).asked, [
    ['disconnect', 'office', { ifUnused: true }],
  ])
  assert.is((await claimd('disconnect --all --if-unused')).code, 2)
})

test.run()
