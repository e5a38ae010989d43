import 'reflect-metadata'
import type { ConformanceReport } from '@claimd/sdk/conformance'
import { container, type DependencyContainer, instanceCachingFactory } from 'tsyringe'
import { ClosingSteps } from './app/closing-steps.js'
import { ConfigVault } from './app/config-vault.js'
import type { Daemon, DaemonOptions } from './app/daemon.js'
import { LogLineListeners } from './app/log-line-listeners.js'
import { packageVersion } from './app/own-package.js'
import { DaemonControlServer } from './app/parts/daemon-control-server.js'
import { DaemonEngine } from './app/parts/daemon-engine.js'
import { DaemonLedger } from './app/parts/daemon-ledger.js'
import { DaemonPluginHost } from './app/parts/daemon-plugin-host.js'
import { openLinks } from './app/parts/links.js'
import { servicesOf } from './app/parts/services.js'
import { RunningDaemon } from './app/running-daemon.js'
import { tokens } from './app/tokens.js'
import { verifyPlugin as verifyWith } from './app/verify-plugin.js'
import type { VerifyOptions } from './conformance/index.js'
import { Holdings } from './core/holdings.js'
import type { Handlers } from './plugin-host/index.js'
import { ConfigurationSource, openStoreOrStandIn } from './store/index.js'

export { checkPlugin, tools } from './app/offline-tools.js'

/**
 * Starts the daemon: the composition root.
 * @param serviceHandlers serve plugins in place of the host's own
 * @throws a `ClaimdError` when it cannot start; then nothing is left behind
 */
export async function startDaemon(options: DaemonOptions, serviceHandlers: Handlers = {}): Promise<Daemon> {
  const closing = new ClosingSteps()
  try {
    // A container of its own, so that two daemons in one process (as in tests) share nothing.
    const parts = container.createChildContainer()
    parts.register(tokens.options, { useValue: options })
    parts.register(tokens.closing, { useValue: closing })
    parts.register(tokens.serviceHandlers, { useValue: serviceHandlers })
    await openParts(parts, options, closing)
    registerParts(parts)
    const daemon = parts.resolve(RunningDaemon)
    await daemon.start()
    return daemon
  } catch (error) {
    // What failed first is what matters; that closing failed as well is only told beside it.
    await closing.run().catch((also: unknown) => {
      if (error instanceof Error) error.cause ??= also
    })
    throw error
  }
}

/** Verifies a plugin with the conformance kit: the real parts, and links that the kit plays. */
export function verifyPlugin(options: VerifyOptions): Promise<ConformanceReport> {
  return verifyWith(options, startDaemon)
}

/** What has to be opened, which can fail and takes time: the other parts are made of it. */
async function openParts(
  parts: DependencyContainer,
  options: DaemonOptions,
  closing: ClosingSteps,
): Promise<void> {
  const store = openStoreOrStandIn(options.state, { anyOwner: options.dev ?? false })
  closing.add(() => store.close())
  parts.register(tokens.store, { useValue: store })
  parts.register(tokens.records, { useValue: store.records })
  parts.register(tokens.vault, { useValue: new ConfigVault(store.records) })
  parts.register(tokens.kept, { useValue: 'scratch' in store ? store.scratch : options.state })
  const file = new ConfigurationSource(options.config, options.configRequired, store.records, options.dev)
  parts.register(tokens.configuration, { useValue: file.read() })
  parts.register(tokens.configurationFile, { useValue: file })
  const { source, changer } = await openLinks(options)
  closing.add(() => changer.close())
  parts.register(tokens.links, { useValue: source })
  parts.register(tokens.changer, { useValue: changer })
}

/** Each of these is made once, when it is first asked for. */
function registerParts(parts: DependencyContainer): void {
  parts.register(tokens.version, { useValue: packageVersion() })
  parts.register(tokens.logLines, { useValue: new LogLineListeners() })
  parts.register(tokens.late, {
    useValue: {
      engine: () => parts.resolve(tokens.engine),
      holdings: () => parts.resolve(tokens.holdings),
      ledger: () => parts.resolve(tokens.ledger),
    },
  })
  parts.registerSingleton(tokens.ledger, DaemonLedger)
  parts.registerSingleton(tokens.plugins, DaemonPluginHost)
  parts.registerSingleton(tokens.engine, DaemonEngine)
  parts.registerSingleton(tokens.control, DaemonControlServer)
  parts.register(tokens.holdings, {
    useFactory: instanceCachingFactory(() => new Holdings(parts.resolve(tokens.engine))),
  })
  parts.register(tokens.services, { useFactory: instanceCachingFactory(servicesOf) })
}
