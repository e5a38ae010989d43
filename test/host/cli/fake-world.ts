import { EventEmitter } from 'node:events'
import type { ConnectionChangeDocument, PluginDecisionDocument } from '@claimd/sdk'
import type { FoundSocket } from '@claimd/sdk/client'
import type { DaemonOptions } from '../../../host/app/daemon.js'
import type { Tools } from '../../../host/app/tools.js'
import type { ControlClient } from '../../../host/cli/client.js'
import { main } from '../../../host/cli/program.js'
import type { RunningCommand } from '../../../host/cli/run-command.js'
import type { World } from '../../../host/cli/world.js'
import type { FoundDaemon } from '../../../host/lib/find-daemon.js'
import * as documents from './documents.js'

/** A world in memory: what was written, which socket was dialled, what the client was asked. */
export interface FakeWorld extends World {
  out: string
  err: string
  dialled: string[]
  asked: unknown[][]
  /** What the person at the terminal was asked. */
  questions: string[]
  /** The editors that were run. */
  editors: string[]
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
    /** How claimd is called; by default `claimd`. */
    command?: string
    /** What the person at the terminal answers; nobody is there without it. */
    answer?: string | string[]
    /** What comes from standard input. */
    input?: string
    /** The editor: changes the file, and returns its exit code. By default it changes nothing. */
    edit?: (file: string) => number
    /** A command that is run. By default it ends at once. */
    runs?: () => RunningCommand
    /** A daemon that runs without its socket. */
    found?: FoundDaemon
    folder?: string
    /** Which daemon is found when none is named. */
    listening?: FoundSocket
    tools?: Partial<Tools>
    startDaemon?: World['startDaemon']
    verifyPlugin?: World['verifyPlugin']
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
    command: () => options.command ?? 'claimd',
    folder: options.folder ?? '/home/somebody',
    stdout: stream((text) => {
      world.out += text
    }),
    stderr: stream((text) => {
      world.err += text
    }),
    now: () => documents.now,
    defaultSocket: async () => '/run/default.sock',
    findSocket: async () => options.listening ?? { socket: '/run/default.sock', other: null },
    connect: async (socket) => {
      world.dialled.push(socket)
      return fakeClient(world.asked, options.client)
    },
    networkNamespace: () => 'net:[1]',
    findDaemon: async () => options.found ?? null,
    ask: async (question) => {
      world.questions.push(question)
      const { answer = null } = options
      return Array.isArray(answer) ? (answer[world.questions.length - 1] ?? null) : answer
    },
    input: async () => options.input ?? '',
    runCommand: async (command) => {
      world.asked.push(['run', ...command])
      return options.runs?.() ?? { ended: Promise.resolve(0), kill: () => {} }
    },
    edit: async (editor, file) => {
      world.editors.push(editor)
      return options.edit?.(file) ?? 0
    },
    tools: async () => ({
      pack: async (...args) => {
        world.asked.push(['pack', ...args])
        return documents.packed
      },
      install: async (...args) => {
        world.asked.push(['install', ...args])
        return documents.installed
      },
      remove: async (name, state, { before, keepData }) => {
        await before?.()
        world.asked.push(['remove', name, state, keepData])
        return { name, version: '1.2.0', folder: `${state}/plugins/${name}` }
      },
      forget: async (...args) => {
        world.asked.push(['forget', ...args])
        return 'what it stored is removed'
      },
      replay: async (file) => {
        world.asked.push(['replay', file])
        throw new Error('this test replays nothing')
      },
      isBundled: async (name) => name === '@claimd/ethernet',
      examineConfiguration: async (...args) => {
        world.asked.push(['examineConfiguration', ...args])
        return { fault: null, doubts: [], connections: ['home', 'office'], plugins: ['@acme/claimd-lab'] }
      },
      examine: async (...args) => {
        world.asked.push(['examine', ...args])
        return documents.machine
      },
      ...options.tools,
    }),
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
    verifyPlugin: async (asked) => {
      if (!options.verifyPlugin) throw new Error('this test verifies nothing')
      return options.verifyPlugin(asked)
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
    questions: [],
    editors: [],
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

/** @param asked gets each call with its arguments */
export function fakeClient(asked: unknown[][], client: Partial<ControlClient> = {}): ControlClient {
  const answers: ControlClient = {
    status: async () => documents.status,
    adapters: async () => documents.adapters,
    adapter: async () => ({
      revision: 41,
      changes: [],
      predecessor: null,
      ...documents.adapters.adapters[1]!,
    }),
    connections: async () => documents.connections,
    providers: async () => documents.providers,
    plugins: async () => documents.plugins,
    plugin: async () => documents.plugin,
    pluginLog: async () => documents.pluginLog,
    trustPlugin: async (plugin) => decided(plugin, 'is trusted'),
    untrustPlugin: async (plugin) => decided(plugin, 'is not trusted any more'),
    undoPlugin: async (plugin) => decided(plugin, 'has changed nothing any more'),
    forgetPlugin: async (plugin) => decided(plugin, 'has stored nothing any more'),
    enablePlugin: async (plugin) => decided(plugin, 'is enabled'),
    disablePlugin: async (plugin) => decided(plugin, 'is disabled'),
    reloadPlugin: async (plugin) => decided(plugin, 'was looked at'),
    explain: async () => documents.explain,
    offer: async () => documents.offer,
    release: async (adapter) => ({
      result: 'SUCCESS',
      adapter,
      provider: 'claimd-as-found/as-found',
      connection: 'eth0',
      message: `the claim on ${adapter} is ended`,
    }),
    connection: async () => documents.connection,
    explainConnection: async () => documents.explainConnection,
    typeSpecific: async (connection) => ({
      ...{ connection, provider: 'lab/main', result: 'NOT_IMPLEMENTED', info: null },
      because: 'it has no method typeSpecific',
    }),
    addConnection: async (name) => changed(name, 'is configured'),
    updateConnection: async (name) => changed(name, 'is configured in another way'),
    deleteConnection: async (name) => changed(name, 'is not configured any more'),
    holdConnection: async (connection) => ({
      ...{ connection, owner: 'client 8', connected: Promise.resolve() },
      ...{ ended: new Promise(() => {}), release: () => {} },
    }),
    connect: async (connection) => ({
      request: 7,
      result: 'PENDING',
      connection,
      owner: 'operator',
      message: 'it is being connected',
    }),
    request: async () => documents.request,
    cancelRequest: async () => documents.request,
    waitForRequest: async () => documents.request,
    disconnect: async (connection) => ({
      result: 'SUCCESS',
      connection,
      message: `connection ${connection} is disconnected`,
    }),
    disconnectAll: async () => documents.disconnectAll,
    journal: async function* () {
      yield documents.event({ revision: 41 })
    },
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

function changed(connection: string, what: string): ConnectionChangeDocument {
  return { result: 'SUCCESS', connection, change: '2', deferred: false, message: `${connection} ${what}` }
}

function decided(plugin: string, what: string): PluginDecisionDocument {
  return { result: 'SUCCESS', plugin, message: `${plugin} ${what}` }
}
