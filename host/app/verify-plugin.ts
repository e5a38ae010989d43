import { join } from 'node:path'
import type { ConformanceReport } from '@claimd/sdk/conformance'
import type { VerifyOptions } from '../conformance/index.js'
import { sentenceOfNote } from '../core/views/events/event-document.js'
import {
  copyPlugin,
  defaultDeadlines,
  fixtureHandlers,
  type Handlers,
  offerHandlers,
  Places,
  PluginHost,
} from '../plugin-host/index.js'
import type { Daemon, DaemonOptions } from './daemon.js'
import { packageVersion } from './own-package.js'

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
    makePluginHost: ({ plugins, state }, listener, machine) =>
      new PluginHost(
        {
          folders: [{ path: plugins, bundled: false }],
          hostVersion,
          places: new Places(state),
          deadlines,
          dev: true,
          grantAll: true,
          // The kit offers by a schedule of its own, and its adapters have no links.
          handlers: {
            ...offerHandlers(async () => []),
            links: async () => ({}),
            ...fixtureHandlers(machine),
          },
        },
        {
          ...listener,
          note: (note) => listener.note({ ...note, message: sentenceOfNote(note) }),
          log: (_plugin, _stream, line) => listener.note({ type: 'plugin-log', message: line }),
          child: () => {},
        },
      ),
    stagedCopy: (state, plugin, build) => join(new Places(state).stagedPlugin(plugin), build),
    makeLinks: (links) => new SimulatedSource({ links: [...links] }),
    startDaemon: (daemonOptions, machine) =>
      startDaemon({ ...daemonOptions, dev: true }, fixtureHandlers(machine)),
  })
}
