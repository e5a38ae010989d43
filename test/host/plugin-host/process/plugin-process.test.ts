import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as assert from 'uvu/assert'
import { defaultDeadlines } from '../../../../host/plugin-host/deadlines.js'
import type { AcceptedPlugin } from '../../../../host/plugin-host/discovery/found-plugin.js'
import { Jail } from '../../../../host/plugin-host/jail/jail.js'
import { LogLines } from '../../../../host/plugin-host/logs/log-lines.js'
import { PluginProcess } from '../../../../host/plugin-host/process/plugin-process.js'
import { suite } from '../../../harness.js'
import { fixtures } from '../support.js'

const test = suite('plugin-host/process')

const of = { plugin: 'good', version: '1.0.0', build: 'build-1' }
const runner = fileURLToPath(new URL('../../../../host/plugin-host/runner/runner.js', import.meta.url))
const launch = () =>
  Jail.withoutWalls().launch({
    plugin: 'good',
    runner,
    readable: [],
    data: null,
    network: false,
    inspect: false,
    sourceMaps: false,
  })

const good: AcceptedPlugin = {
  ...of,
  name: 'good',
  bundled: false,
  staged: join(fixtures, 'good'),
  entry: join(fixtures, 'good', 'index.js'),
  permissions: {},
  onStartup: false,
  connectionSchemas: [],
  providers: [
    {
      ...of,
      id: 'good/main',
      localId: 'main',
      label: 'main',
      band: 'likely',
      priority: 50,
      match: [],
      manages: [],
      configuredOnly: false,
      serial: true,
      deadlines: { connectMs: 60_000, disconnectMs: 10_000 },
      connectionTypes: [],
    },
  ],
}

test('a process that is killed at the very moment when it is to be stopped is waited for, and no longer', async () => {
  const ends: string[] = []
  const nothing = () => {}
  const log = new LogLines(nothing, nothing)
  const process = new PluginProcess(launch, defaultDeadlines, log, {
    acknowledged: nothing,
    results: nothing,
    progress: () => {},
    report: nothing,
    request: async () => ({}),
    stuck: nothing,
    broken: nothing,
    ended: (how) => ends.push(how),
  })
  await process.activate(good, [], '/')
  process.kill()
  // It has exited, and its channel is closed; that its streams have ended is still to be told.
  while (process.pid !== null) await new Promise(setImmediate)
  await process.stop()
  assert.equal(ends, ['process ended by SIGKILL'])
  assert.is(process.pid, null)
  log.close()
})

test.run()
