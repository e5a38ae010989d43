import type { ConnectionHold } from '@claimd/sdk/client'
import * as assert from 'uvu/assert'
import { main } from '../../../../host/cli/program.js'
import { claimdError } from '../../../../host/core/errors.js'
import { suite } from '../../../harness.js'
import { claimd, fakeWorld } from '../fake-world.js'

const test = suite('cli/commands/hold')

const never = new Promise<never>(() => {})
function held(more: Partial<ConnectionHold> = {}): ConnectionHold {
  const connected = Promise.resolve()
  return { connection: 'office', owner: 'client 8', connected, ended: never, release: () => {}, ...more }
}
const unreachable = () => claimdError('DAEMON_UNREACHABLE', { message: 'claimd has ended' })

test('hold runs a command once the connection is up, and ends with its exit code', async () => {
  let released = 0
  const world = await claimd('hold office --timeout 5 --once -- rsync -a --json x', {
    client: { holdConnection: async () => held({ release: () => released++ }) },
    runs: () => ({ ended: Promise.resolve(23), kill: () => {} }),
  })
  assert.is(world.code, 23)
  assert.equal(world.asked.at(-1), ['run', 'rsync', '-a', '--json', 'x'])
  assert.is(released, 1)
  const [, name, options] = world.asked[0] as [string, string, Record<string, unknown>]
  assert.equal([name, options.mode, options.timeout], ['office', 'once', 5])
  assert.equal([world.out, world.err], ['', ''])
})

test('hold waits for another attempt when the first one fails', async () => {
  const connected = Promise.reject(claimdError('CONNECT_FAILED', { message: 'office is not connected' }))
  connected.catch(() => {})
  const world = await claimd('hold office -- true', {
    client: {
      holdConnection: async (_, { onEvent } = {}) => {
        setTimeout(() => {
          const up = { type: 'connection-state', about: { connection: 'office' }, state: 'connected' }
          onEvent!(up as never)
        }, 0)
        return held({ connected })
      },
    },
  })
  assert.equal([world.code, world.asked.at(-1)], [0, ['run', 'true']])
})

test('hold runs nothing when the connection does not come up', async () => {
  const connected = Promise.reject(claimdError('CONNECT_FAILED', { message: 'office is not connected' }))
  connected.catch(() => {})
  const world = await claimd('hold office --once -- true', {
    client: { holdConnection: async () => held({ connected }) },
  })
  assert.is(world.code, 4)
  assert.match(world.err, 'office is not connected')
  assert.not(world.asked.some(([call]) => call === 'run'))
})

test('hold without a command is a usage error', async () => {
  const world = await claimd('hold office')
  assert.is(world.code, 2)
})

test('SC-48: the command goes on when the daemon goes away, and the connection is held again', async () => {
  let end: (code: number) => void = () => {}
  let calls = 0
  const world = await claimd('hold office -- sleep 9', {
    client: {
      holdConnection: async () => {
        calls++
        if (calls === 1) return held({ ended: Promise.reject(unreachable()) })
        if (calls === 2) throw unreachable()
        setTimeout(() => end(0), 0)
        return held()
      },
    },
    runs: () => ({
      ended: new Promise((resolve) => {
        end = resolve
      }),
      kill: () => {},
    }),
  })
  assert.is(world.code, 0)
  assert.match(world.err, 'claimd has ended; connection office is held again when the daemon is back')
  assert.match(world.err, 'connection office is held again\n')
})

test('a hold that is revoked is told, and the command goes on', async () => {
  const ended = Promise.resolve({ by: 'revoked', because: 'root disconnected it' } as const)
  const world = await claimd('hold office -- true', {
    client: { holdConnection: async () => held({ ended }) },
    runs: () => ({ ended: new Promise((resolve) => setTimeout(resolve, 20, 0)), kill: () => {} }),
  })
  assert.is(world.code, 0)
  assert.match(world.err, 'connection office is not held any more: root disconnected it')
})

test('an interrupt before the connection is up releases it', async () => {
  const world = fakeWorld(['hold', 'office', '--', 'true'], {
    client: {
      holdConnection: (_, { signal } = {}) => {
        setTimeout(() => world.signals.emit('SIGINT'), 0)
        return new Promise((_resolve, reject) => {
          signal!.addEventListener('abort', () => reject(signal!.reason))
        })
      },
    },
  })
  assert.is(await main(world), 130)
  assert.is(world.signals.listenerCount('SIGINT'), 0)
})

test.run()
