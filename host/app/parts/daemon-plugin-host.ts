import { inject, injectable } from 'tsyringe'
import type { LinkChanger } from '../../core/adapters/link-changer.js'
import type { ProviderEvent } from '../../core/claims/report-event.js'
import { isAnswerTo } from '../../core/kernel/provider-port.js'
import type { Records } from '../../core/kernel/store-port.js'
import type { Ledger } from '../../core/ledger/ledger.js'
import { type Handlers, linkHandlers, offerHandlers, Places, PluginHost } from '../../plugin-host/index.js'
import type { ConfigVault } from '../config-vault.js'
import type { DaemonOptions } from '../daemon.js'
import type { LogLineListeners } from '../log-line-listeners.js'
import { searchFolders } from '../own-package.js'
import { realTimers } from '../real-timers.js'
import { type LateParts, tokens } from '../tokens.js'

/** The plugin host of a daemon: its plugins act on the daemon's links, and its engine hears of them. */
@injectable()
export class DaemonPluginHost extends PluginHost {
  constructor(
    @inject(tokens.options) {
      config,
      plugins,
      bundled,
      dev = false,
      grantAll = dev,
      inspect = [],
    }: DaemonOptions,
    @inject(tokens.version) hostVersion: string,
    @inject(tokens.kept) kept: string,
    @inject(tokens.records) records: Records,
    @inject(tokens.vault) vault: ConfigVault,
    @inject(tokens.changer) changer: LinkChanger,
    @inject(tokens.ledger) ledger: Ledger,
    @inject(tokens.logLines) logLines: LogLineListeners,
    @inject(tokens.serviceHandlers) serviceHandlers: Handlers,
    @inject(tokens.late) late: LateParts,
  ) {
    super(
      {
        folders: searchFolders(plugins, bundled),
        hostVersion,
        places: new Places(kept),
        records,
        configuration: config,
        configOf: (fingerprint) => vault.configOf(fingerprint),
        dev,
        grantAll,
        inspect: new Map(inspect.map(({ plugin, port }) => [plugin, port])),
        handlers: {
          ...offerHandlers((plugin, adapter) =>
            late.engine().ask({ type: 'request-offers', plugin, adapter }),
          ),
          ...linkHandlers({
            changer,
            ledger,
            get holdings() {
              return late.holdings()
            },
          }),
          ...serviceHandlers,
        },
        held: (plugin) => late.holdings().heldBy(plugin),
      },
      {
        providersChanged: (providers) => late.engine().submit({ type: 'providers', providers }),
        event: (event) => late.engine().submit(withoutSecrets(event, vault)),
        note: (note) => late.engine().submit({ type: 'note', note }),
        log: (plugin, stream, text) => logLines.tell({ plugin, stream, text, at: realTimers.at() }),
        child: (child) => late.engine().submit({ type: 'child', ...child }),
      },
    )
  }
}

/** A provider may make a link key of its config, which may hold secrets: its fingerprint enters the core. */
function withoutSecrets(event: ProviderEvent, vault: ConfigVault): ProviderEvent {
  if (event.type !== 'connection-answer' || !isAnswerTo('resources', event)) return event
  const { linkKey } = event.answer
  if (linkKey === undefined) return event
  return { ...event, answer: { ...event.answer, linkKey: vault.fingerprintOf(linkKey) } }
}
