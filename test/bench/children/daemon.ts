/**
 * A whole daemon that measures itself. Arguments: the folder for its state and socket, a script for the
 * simulator, a folder of plugins. Says what it found as one JSON document, with the heap after a collection.
 */
import { join } from 'node:path'
import { startDaemon } from '../../../host/main.js'

const [folder, simulate, plugins] = process.argv.slice(2) as [string, string, string]
const start = performance.now()
const daemon = await startDaemon({
  config: join(folder, 'config.json'),
  configRequired: false,
  plugins: [plugins],
  bundled: false,
  state: join(folder, 'state'),
  socket: join(folder, 'socket'),
  dev: false,
  inspect: [],
  simulate,
})
const startedMs = performance.now() - start
await daemon.settled
const settledMs = performance.now() - start
const { claimed } = daemon.services.status.get().adapters
const { rss } = process.memoryUsage()
gc!()
const { heapUsed, external } = process.memoryUsage()
process.send!({ startedMs, settledMs, claimed, rss, afterCollection: heapUsed + external })
await daemon.stop()
process.disconnect()
