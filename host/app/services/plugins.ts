import type {
  AdapterChange,
  PluginDecisionDocument,
  PluginDocument,
  PluginLogDocument,
  PluginsDocument,
  ProvidersDocument,
} from '@claimd/sdk'
import type { LogLine, PluginService, Who } from '../../control/index.js'
import type { CoreEngine } from '../../core/core-engine.js'
import { describeStaying, describeUndoing } from '../../core/ledger/describe-undoing.js'
import type { Undoing } from '../../core/ledger/ledger.js'
import { shellWord } from '../../core/shell-word.js'
import type { PluginHost } from '../../plugin-host/index.js'
import type { Callers } from './callers.js'
import { durableState } from './engine-state.js'

interface Sources {
  engine: CoreEngine
  plugins: Pick<
    PluginHost,
    | 'looked'
    | 'pluginRows'
    | 'unreadableFolders'
    | 'providerRows'
    | 'detail'
    | 'log'
    | 'trust'
    | 'untrust'
    | 'setEnabled'
    | 'forget'
    | 'reload'
  >
  callers: Callers
  /** What a plugin changed about links, and was not taken back; oldest first. */
  changesBy(plugin: string): AdapterChange[]
  /** Takes back what a plugin changed about links. */
  undo(plugin: string): Promise<Undoing[]>
  onLogLine(listener: (line: LogLine) => void): () => void
}

/** What can be seen and asked of plugins and their providers. */
export class Plugins implements PluginService {
  constructor(private readonly from: Sources) {}

  looked(): Promise<void> {
    return this.from.plugins.looked()
  }

  list(): PluginsDocument {
    const { engine, plugins } = this.from
    return {
      revision: engine.revision,
      plugins: plugins.pluginRows(),
      unreadable: plugins.unreadableFolders(),
    }
  }

  providers(): ProvidersDocument {
    const { engine, plugins } = this.from
    const holds = new Map<string, number>()
    for (const { holding } of durableState(engine).adapters.values()) {
      if (holding) holds.set(holding.provider, (holds.get(holding.provider) ?? 0) + 1)
    }
    const providers = plugins.providerRows().map((row) => ({ ...row, holds: holds.get(row.id) ?? 0 }))
    return { revision: engine.revision, providers }
  }

  get(name: string): PluginDocument {
    const { engine, plugins, changesBy } = this.from
    const changes = changesBy(name)
    return { revision: engine.revision, ...plugins.detail(name), changes }
  }

  async log(name: string, lines: number, since: string | null): Promise<PluginLogDocument> {
    return await this.from.plugins.log(name, lines, since)
  }

  onLogLine(listener: (line: LogLine) => void): () => void {
    return this.from.onLogLine(listener)
  }

  async trust(name: string, build: string, who: Who): Promise<PluginDecisionDocument> {
    return this.from.plugins.trust(name, build, this.describe(who))
  }

  async untrust(name: string, who: Who): Promise<PluginDecisionDocument> {
    return this.from.plugins.untrust(name, this.describe(who))
  }

  async undo(plugin: string, who: Who): Promise<PluginDecisionDocument> {
    return { result: 'SUCCESS', plugin, message: await this.takeBack(plugin, this.describe(who)) }
  }

  async forget(name: string, who: Who): Promise<PluginDecisionDocument> {
    return this.from.plugins.forget(name, this.describe(who))
  }

  async enable(name: string, who: Who): Promise<PluginDecisionDocument> {
    return this.from.plugins.setEnabled(name, true, this.describe(who), null)
  }

  async disable(
    name: string,
    { reason, undo }: { reason: string | null; undo: boolean },
    who: Who,
  ): Promise<PluginDecisionDocument> {
    const { plugins, changesBy } = this.from
    const asker = this.describe(who)
    let links = ''
    const before = async () => {
      links = undo ? await this.takeBack(name, asker) : describeStaying(changesBy(name))
    }
    const document = await plugins.setEnabled(name, false, asker, reason, before)
    if (links === '') return document
    const remedy = undo ? '' : `; to take that back: claimd plugin disable ${shellWord(name)} --undo`
    return { ...document, message: `${document.message}; ${links}${remedy}`, links }
  }

  async reload(name: string, who: Who): Promise<PluginDecisionDocument> {
    return await this.from.plugins.reload(name, this.describe(who))
  }

  private describe(who: Who): string {
    return this.from.callers.describe(who)
  }

  /** @returns what came of it, in words */
  private async takeBack(plugin: string, who: string): Promise<string> {
    const { engine, undo } = this.from
    const outcome = describeUndoing(await undo(plugin))
    engine.submit({ type: 'note', note: { type: 'plugin-undone', plugin, who, outcome } })
    return outcome
  }
}
