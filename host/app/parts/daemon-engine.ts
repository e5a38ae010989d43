import { inject, injectable } from 'tsyringe'
import type { LinkSource } from '../../core/adapters/link.js'
import { neededConfigs } from '../../core/connections/rows.js'
import { CoreEngine, makeMachines } from '../../core/core-engine.js'
import type { Store } from '../../core/kernel/store-port.js'
import { UndoByFence } from '../../core/ledger/undo-by-fence.js'
import type { OperatorConfiguration } from '../../core/operator-configuration.js'
import type { PluginHost } from '../../plugin-host/index.js'
import { RecordingFile } from '../../recording/index.js'
import type { ClosingSteps } from '../closing-steps.js'
import type { ConfigVault } from '../config-vault.js'
import type { DaemonOptions } from '../daemon.js'
import { keepingConfigs } from '../keeping-configs.js'
import { realTimers } from '../real-timers.js'
import { settingsOf } from '../settings-of.js'
import { type LateParts, tokens } from '../tokens.js'

/** The engine of a daemon, which goes on from what is stored, and writes a recording if that is asked for. */
@injectable()
export class DaemonEngine extends CoreEngine {
  constructor(
    @inject(tokens.options) { record = null }: DaemonOptions,
    @inject(tokens.version) version: string,
    @inject(tokens.configuration) configuration: OperatorConfiguration,
    @inject(tokens.vault) vault: ConfigVault,
    @inject(tokens.store) store: Store,
    @inject(tokens.links) links: LinkSource,
    @inject(tokens.plugins) providers: PluginHost,
    @inject(tokens.closing) closing: ClosingSteps,
    @inject(tokens.late) late: LateParts,
  ) {
    const { where } = links
    const stored = store.load()
    const settings = settingsOf(configuration, vault)
    const beginning = { claimd: version, node: process.version, where, settings, stored }
    const machines = makeMachines(where, stored.rows, settings)
    const recorder = record === null ? null : new RecordingFile(record, beginning, (error) => tellEnd(error))
    if (recorder) closing.add(() => recorder.close())
    const acts = keepingConfigs(providers, vault)
    const undo = new UndoByFence(late.ledger(), (event) => late.engine().submit(event), links)
    vault.keepOnly(neededConfigs(stored.rows))
    super(machines, { stored, store, providers, acts, undo, timers: realTimers, recorder })

    function tellEnd(error: Error): void {
      const note = { type: 'recording-ended', file: record!, because: error.message } as const
      late.engine().submit({ type: 'note', note })
    }
  }
}
