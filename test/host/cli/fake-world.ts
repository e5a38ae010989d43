import { EventEmitter } from 'node:events'
import type { ControlClient } from '../../../host/cli/client.js'
import { main } from '../../../host/cli/program.js'
import type { World } from '../../../host/cli/world.js'
import type { DaemonOptions } from '../../../host/core/engine/daemon.js'
import * as documents from './documents.js'

/** A world in memory: what was written, which socket was dialled, what the client was asked. */
export interface FakeWorld extends World {
  out: string
  err: string
  dialled: string[]
  asked: unknown[][]
  started: DaemonOptions[]
  checked: string[]
  exits: number[]
  outlives: boolean
  signals: EventEmitter
}

export function fakeWorld(
  commandLine: readonly string[],
  options: {
    client?: Partial<ControlClient>
    terminal?: { columns: number }
    env?: NodeJS.ProcessEnv
    startDaemon?: World['startDaemon']
    checkPlugin?: World['checkPlugin']
  } = {},
): FakeWorld {
  const stream = (write: (text: string) => void) => ({
    write,
    ...(options.terminal && { isTTY: true, columns: options.terminal.columns }),
  })
  const world: FakeWorld = {
    args: commandLine,
    env: options.env ?? {},
    uid: 1000,
    stdout: stream((text) => {
      world.out += text
    }),
    stderr: stream((text) => {
      world.err += text
    }),
    now: () => documents.now,
    defaultSocket: async () => '/run/default.sock',
    connect: async (socket) => {
      world.dialled.push(socket)
      return fakeClient(world.asked, options.client)
    },
    checkPlugin: async (folder) => {
      world.checked.push(folder)
      if (!options.checkPlugin) throw new Error('this test checks no plugin')
      return options.checkPlugin(folder)
    },
    startDaemon: async (settings) => {
      world.started.push(settings)
      if (!options.startDaemon) throw new Error('this test starts no daemon')
      return options.startDaemon(settings)
    },
    signals: new EventEmitter(),
    exit: (code) => {
      world.exits.push(code)
    },
    outliveReaders: () => {
      world.outlives = true
    },
    out: '',
    err: '',
    dialled: [],
    asked: [],
    started: [],
    checked: [],
    exits: [],
    outlives: false,
  }
  return world
}

/** Follows a command line; arguments are split at spaces. */
export async function claimd(
  line: string | readonly string[],
  options: Parameters<typeof fakeWorld>[1] = {},
): Promise<FakeWorld & { code: number }> {
  const world = fakeWorld(typeof line === 'string' ? line.split(' ').filter(Boolean) : line, options)
  const code = await main(world)
  return Object.assign(world, { code })
}

function fakeClient(asked: unknown[][], client: Partial<ControlClient> = {}): ControlClient {
  const answers: ControlClient = {
    status: async () => documents.status,
    adapters: async () => documents.adapters,
    adapter: async () => ({ revision: 41, ...documents.adapters.adapters[1]! }),
    connections: async () => documents.connections,
    providers: async () => documents.providers,
    plugins: async () => documents.plugins,
    explain: async () => documents.explain,
    offer: async () => documents.offer,
    release: async (adapter) => ({
      result: 'SUCCESS',
      adapter,
      provider: 'claimd-as-found/as-found',
      connection: 'eth0',
      message: `the claim on ${adapter} is ended`,
    }),
    disconnect: async (connection) => ({
      result: 'SUCCESS',
      connection,
      message: `connection ${connection} is disconnected`,
    }),
    disconnectAll: async () => documents.disconnectAll,
    events: async function* () {
      yield documents.event({ revision: 42 })
    },
    ...client,
  }
  const recorded = Object.entries(answers).map(([name, answer]) => [
    name,
    (...args: unknown[]) => {
      asked.push([name, ...args])
      return (answer as (...args: unknown[]) => unknown)(...args)
    },
  ])
  return Object.fromEntries(recorded)
}
