import { join } from 'node:path'
import type { ConformanceReport } from '@claimd/sdk/conformance'
import type { VerifyOptions } from '../conformance/index.js'
import {
  checkConnectionConfig,
  copyPlugin,
  defaultDeadlines,
  fixtureHandlers,
  type Handlers,
  Places,
} from '../plugin-host/index.js'
import type { Daemon, DaemonOptions } from './daemon.js'
import { packageVersion } from './own-package.js'
import { makeTrialHost } from './trial-host.js'

/**
 * Verifies a plugin with the conformance kit: the real parts, and links that the kit plays.
 * @param startDaemon with handlers that serve plugins in place of the host's own
 */
export async function verifyPlugin(
  options: VerifyOptions,
  startDaemon: (options: DaemonOptions, serviceHandlers: Handlers) => Promise<Daemon>,
): Promise<ConformanceReport> {
  // Loaded only here: a daemon should not carry them.
  const [kit, { SimulatedSource }] = await Promise.all([
    import('../conformance/index.js'),
    import('../links/simulator/index.js'),
  ])
  const hostVersion = packageVersion()
  const deadlines = defaultDeadlines
  return kit.verifyPlugin(options, {
    hostVersion,
    limits: deadlines,
    copyPlugin: (source, to) => copyPlugin(source, to, hostVersion),
    makePluginHost: (...given) => makeTrialHost({ hostVersion, deadlines }, given),
    fitSchema: async (schema, configs) => {
      const connections = configs.map((config) => ({ name: 'it', config }))
      const [checked] = await checkConnectionConfig([{ schema, connections }], {
        signal: new AbortController().signal,
      })
      return configs.map((_, at) => checked!.failed === null && checked!.faults[at]!.length === 0)
    },
    stagedCopy: (state, plugin, build) => join(new Places(state).stagedPlugin(plugin), build),
    makeLinks: (links) => new SimulatedSource({ links: [...links] }),
    startDaemon: (daemonOptions, machine) =>
      startDaemon({ ...daemonOptions, dev: true }, fixtureHandlers(machine)),
  })
}
