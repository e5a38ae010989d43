/** What runs in a plugin's process: it loads the plugin and serves the host over the channel. */
import { Socket } from 'node:net'
import { pathToFileURL } from 'node:url'
import {
  type ActivateParams,
  type ActParams,
  type CallsParams,
  type CancelActParams,
  type CancelParams,
  type ClaimedParams,
  type ConfiguredParams,
  channelDescriptor,
  type HandleParams,
  hostMethods,
  type InspectParams,
  type ReleasedParams,
} from '@claimd/sdk/wire'
import { ActRunner } from './act-runner.js'
import { ActivePlugin, deepFreeze } from './active-plugin.js'
import { CallRunner } from './call-runner.js'
import { HostRequests, type Notify } from './host-requests.js'
import { createMessageConnection, type Message, ResponseError } from './json-rpc.js'
import { LineReader } from './line-reader.js'
import { LineWriter } from './line-writer.js'
import { loadModule } from './load-module.js'
import { refusedByNode } from './refused-by-node.js'
import { thrownText, thrownTextWithPlace } from './thrown-text.js'

// Node would open a debugger for it, and that runs code as the plugin. The host opens one where it is asked to.
process.on('SIGUSR1', () => {})

const socket = new Socket({ fd: channelDescriptor })
const writer = new LineWriter(socket)
const connection = createMessageConnection(
  new LineReader(socket, { limit: Number.POSITIVE_INFINITY, admit: (document) => !taken(document) }),
  writer,
)
const notify: Notify = (method, params) => void writer.write({ jsonrpc: '2.0', method, params } as Message)

const requests = new HostRequests((line) => writer.writeLine(line))

/** The folder of a file, as stack traces write it. */
const folderUrl = (file: string) => new URL('.', pathToFileURL(file)).href

let plugin: ActivePlugin | null = null
let calls: CallRunner | null = null
let acts: ActRunner | null = null

connection.onRequest(hostMethods.activate, async (params: ActivateParams) => {
  try {
    const active = new ActivePlugin(await loadModule(params.entry), params, notify, requests)
    plugin = active
    await active.activate()
    active.checkRegistered(params.providers)
    const [send, folder] = [(line: string) => writer.writeLine(line), folderUrl(params.entry)]
    calls = new CallRunner(active, send, folder)
    acts = new ActRunner(active, send, notify, folder)
    return {}
  } catch (thrown) {
    if (thrown instanceof Error) console.error(thrown.stack)
    return new ResponseError(0, thrownTextWithPlace(thrown, folderUrl(params.entry)))
  }
})

connection.onRequest(hostMethods.ping, () => ({}))

connection.onRequest(hostMethods.inspect, async ({ port }: InspectParams) => {
  const { open } = await import('node:inspector')
  open(port, '127.0.0.1')
  return {}
})

connection.onRequest(hostMethods.deactivate, async () => {
  calls?.cancelAll()
  acts?.cancelAll()
  await plugin?.deactivate((thrown) => console.error(`deactivate: ${thrownText(thrown)}`))
  return {}
})

/**
 * Whether a message was taken at once: lists of calls, which are acknowledged before any of them runs, operations, and
 * notifications and responses, which keep their order with them. The library would take one message in a turn
 * of the loop.
 */
function taken(document: { id?: number; method?: string; params?: object }): boolean {
  const { id, method, params } = document
  switch (method) {
    case undefined:
      requests.settle(document as Parameters<HostRequests['settle']>[0])
      return true
    case hostMethods.handle:
      requests.told(params as HandleParams)
      return true
    case hostMethods.calls:
      void writer.write({ jsonrpc: '2.0', id, result: {} } as Message)
      calls?.take((params as CallsParams).calls)
      return true
    case hostMethods.act:
      acts?.take(id!, params as ActParams)
      return true
    case hostMethods.cancelAct:
      acts?.cancel(params as CancelActParams)
      return true
    case hostMethods.cancel:
      calls?.cancel((params as CancelParams).ids)
      return true
    case hostMethods.claimed:
      for (const one of (params as ClaimedParams).claimed) void tellClaimed(one)
      return true
    case hostMethods.released:
      for (const one of (params as ReleasedParams).released) void tellReleased(one)
      return true
    case hostMethods.configured:
      plugin?.configure((params as ConfiguredParams).configured)
      return true
    default:
      return false
  }
}

async function tellClaimed({ provider, adapter, ...now }: ClaimedParams['claimed'][number]): Promise<void> {
  try {
    await plugin?.provider(provider)?.claimed?.({ adapter: deepFreeze(adapter), ...now })
  } catch (thrown) {
    console.error(`claimed: ${thrownText(thrown)}`)
  }
}

async function tellReleased({
  provider,
  adapter,
  ...was
}: ReleasedParams['released'][number]): Promise<void> {
  try {
    await plugin?.provider(provider)?.released?.({ adapter: deepFreeze(adapter), ...was })
  } catch (thrown) {
    console.error(`released: ${thrownText(thrown)}`)
  }
}

// Node ends the process; what it prints of a refusal names no way out.
process.on('uncaughtExceptionMonitor', (thrown) => {
  if (refusedByNode(thrown) !== '') console.error(thrownText(thrown))
})

// Without its host a plugin has nothing to do here.
connection.onClose(() => process.exit(0))
connection.listen()
