/** What runs in a plugin's process: it loads the plugin and serves the host over the channel. */
import { Socket } from 'node:net'
import { pathToFileURL } from 'node:url'
import {
  type ActivateParams,
  type CallsParams,
  type CancelParams,
  type ConfiguredParams,
  channelDescriptor,
  hostMethods,
  type ReleasedParams,
} from '@claimd/sdk/wire'
import { createMessageConnection, ResponseError } from 'vscode-jsonrpc/node'
import { ActivePlugin, deepFreeze, type Notify } from './active-plugin.js'
import { CallRunner } from './call-runner.js'
import { LineReader } from './line-reader.js'
import { LineWriter } from './line-writer.js'
import { loadModule } from './load-module.js'
import { thrownText, thrownTextWithPlace } from './thrown-text.js'

const socket = new Socket({ fd: channelDescriptor })
const connection = createMessageConnection(
  new LineReader(socket, { limit: Number.POSITIVE_INFINITY }),
  new LineWriter(socket),
)
const notify: Notify = (method, params) => void connection.sendNotification(method, params).catch(() => {})

/** The folder of a file, as stack traces write it. */
const folderUrl = (file: string) => new URL('.', pathToFileURL(file)).href

let plugin: ActivePlugin | null = null
let calls: CallRunner | null = null

connection.onRequest(hostMethods.activate, async (params: ActivateParams) => {
  try {
    const active = new ActivePlugin(await loadModule(params.entry), params, notify)
    plugin = active
    await active.activate()
    active.checkRegistered(params.providers)
    calls = new CallRunner(active, notify, folderUrl(params.entry))
    return {}
  } catch (thrown) {
    if (thrown instanceof Error) console.error(thrown.stack)
    return new ResponseError(0, thrownTextWithPlace(thrown, folderUrl(params.entry)))
  }
})

connection.onRequest(hostMethods.calls, (params: CallsParams) => {
  calls?.take(params.calls)
  return {}
})

connection.onNotification(hostMethods.cancel, (params: CancelParams) => calls?.cancel(params.ids))

connection.onNotification(hostMethods.released, (params: ReleasedParams) => {
  for (const { provider, adapter, ...was } of params.released) {
    Promise.resolve()
      .then(() => plugin?.provider(provider)?.released?.({ adapter: deepFreeze(adapter), ...was }))
      .catch((thrown) => console.error(`released: ${thrownText(thrown)}`))
  }
})

connection.onNotification(hostMethods.configured, (params: ConfiguredParams) =>
  plugin?.configure(params.configured),
)

connection.onRequest(hostMethods.ping, () => ({}))

connection.onRequest(hostMethods.deactivate, async () => {
  calls?.cancelAll()
  await plugin?.deactivate((thrown) => console.error(`deactivate: ${thrownText(thrown)}`))
  return {}
})

// Without its host a plugin has nothing to do here.
connection.onClose(() => process.exit(0))
connection.listen()
