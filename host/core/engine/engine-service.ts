import type {
  AdapterChange,
  AdapterDocument,
  AdapterFilter,
  AdapterRow,
  AdapterState,
  AdaptersDocument,
  ConnectionFilter,
  DisconnectAllDocument,
  DisconnectDocument,
  EventDocument,
  ExplainDocument,
  Fault,
  JournalDocument,
  JournalFilter,
  PluginDecisionDocument,
  PluginDocument,
  Refusal,
  ReleaseDocument,
  Round,
  StatusDocument,
} from '@claimd/sdk'
import { ClaimdError } from '@claimd/sdk'
import type { Link } from '../adapters/link.js'
import { plumbingAmong } from '../adapters/plumbing.js'
import type { Context } from '../claims/context.js'
import {
  findAdapter,
  findAdapterOrGone,
  findAdapterToAct,
  isCalled,
  offerDocument,
} from '../claims/operator.js'
import { roundDocument } from '../claims/round-record.js'
import { adapterRow, adapterState, candidates, connectionRows } from '../claims/views.js'
import type { CoreEngine } from '../core-engine.js'
import type { Store } from '../kernel/store-port.js'
import { describeStaying, describeUndoing } from '../ledger/describe-undoing.js'
import type { Undoing } from '../ledger/ledger.js'
import { shellWord } from '../shell-word.js'
import { adapterTest, connectionTest } from './filters.js'
import { journalPage } from './journal.js'
import type { ConfigurationPart, PluginsPart } from './parts.js'
import type { LogLine, Service, Who } from './service.js'

/** So many rounds of an adapter are shown at most, the newest ones. */
const roundsShown = 1_000

/** What holds of an adapter that is gone. */
const absent = { state: 'absent', provider: null, connection: null } as const

/** What the service shows besides the engine's own. */
export interface Surroundings {
  plugins: PluginsPart
  /** What was changed about an adapter for plugins. @param adapter its id */
  changes(adapter: string): AdapterChange[]
  /** What a plugin changed about links, and was not taken back; oldest first. */
  changesBy(plugin: string): AdapterChange[]
  /** Takes back what a plugin changed about links. */
  undo(plugin: string): Promise<Undoing[]>
  /** What the source of links says of itself. */
  links(): Pick<
    StatusDocument,
    'links' | 'linksBecause' | 'networkNamespace' | 'udev' | 'resyncs' | 'malformed'
  >
  configuration: Pick<ConfigurationPart, 'fault' | 'unkept'>
  onLogLine(listener: (line: LogLine) => void): () => void
  /** The user that the daemon runs as: besides root, only this one may end claims. */
  owner: number
  /** Who asks, in words for the records, such as `root (uid 0)`. */
  describe(who: Who): string
  /** What stays the same while the daemon runs. */
  facts: Pick<
    StatusDocument,
    'version' | 'pid' | 'since' | 'node' | 'config' | 'state' | 'socket' | 'plugins'
  >
}

/** The daemon's service: readings of the engine's state, and requests to it. */
export class EngineService implements Service {
  constructor(
    private readonly engine: CoreEngine,
    private readonly store: Store,
    private readonly surroundings: Surroundings,
  ) {}

  status(): StatusDocument {
    const records = [...this.context.adapters.values()]
    const isPlumbing = this.plumbing()
    return {
      ...this.surroundings.facts,
      revision: this.engine.revision,
      health: this.engine.degraded === null ? 'running' : 'degraded',
      because: this.engine.degraded?.because ?? null,
      remedy: this.engine.degraded?.remedy ?? null,
      configurationFault: this.surroundings.configuration.fault,
      configurationDoubts: [...this.unkeptFault(), ...this.surroundings.plugins.configurationDoubts()],
      adapters: count(records.map(adapterState)) as Partial<Record<AdapterState, number>>,
      plumbing: records.filter(({ link }) => isPlumbing(link)).length,
      pluginStates: count(this.surroundings.plugins.pluginRows().map((row) => row.state)),
      ...this.surroundings.links(),
    }
  }

  adapters(filter: AdapterFilter = {}): AdaptersDocument {
    const { context } = this
    const fits = adapterTest(filter, (word) => isCalled(context, word))
    const isPlumbing = this.plumbing()
    const adapters = [...context.adapters.values()]
      .sort((a, b) => a.link.index - b.link.index)
      .map((record) => wholeRow(adapterRow(context, record), isPlumbing(record.link)))
      .filter(fits)
    return { revision: this.engine.revision, adapters }
  }

  adapter(adapter: string): AdapterDocument {
    const { context } = this
    const record = findAdapter(context, adapter)
    const row = wholeRow(adapterRow(context, record), this.plumbing()(record.link))
    return { revision: this.engine.revision, changes: this.surroundings.changes(record.id), ...row }
  }

  connections(filter: ConnectionFilter = {}) {
    const { context } = this
    const idOf = (name: string) => context.byConnection.get(name)?.id ?? null
    const fits = connectionTest(filter, (word) => isCalled(context, word), idOf)
    return { revision: this.engine.revision, connections: connectionRows(context).filter(fits) }
  }

  providers() {
    const holds = new Map<string, number>()
    for (const { holding } of this.context.adapters.values()) {
      if (holding) holds.set(holding.provider, (holds.get(holding.provider) ?? 0) + 1)
    }
    const rows = this.surroundings.plugins
      .providerRows()
      .map((row) => ({ ...row, holds: holds.get(row.id) ?? 0 }))
    return { revision: this.engine.revision, providers: rows }
  }

  plugins() {
    const { plugins } = this.surroundings
    return {
      revision: this.engine.revision,
      plugins: plugins.pluginRows(),
      unreadable: plugins.unreadableFolders(),
    }
  }

  plugin(name: string): PluginDocument {
    const changes = this.surroundings.changesBy(name)
    return { revision: this.engine.revision, ...this.surroundings.plugins.detail(name), changes }
  }

  async pluginLog(name: string, lines: number, since: string | null) {
    return await this.surroundings.plugins.log(name, lines, since)
  }

  async trustPlugin(name: string, build: string, who: Who) {
    return this.surroundings.plugins.trust(name, build, this.surroundings.describe(who))
  }

  async untrustPlugin(name: string, who: Who) {
    return this.surroundings.plugins.untrust(name, this.surroundings.describe(who))
  }

  async undoPlugin(plugin: string, who: Who): Promise<PluginDecisionDocument> {
    return { result: 'SUCCESS', plugin, message: await this.undo(plugin, this.surroundings.describe(who)) }
  }

  async forgetPlugin(name: string, who: Who) {
    return this.surroundings.plugins.forget(name, this.surroundings.describe(who))
  }

  async enablePlugin(name: string, who: Who) {
    return this.surroundings.plugins.setEnabled(name, true, this.surroundings.describe(who), null)
  }

  async disablePlugin(
    name: string,
    { reason, undo }: { reason: string | null; undo: boolean },
    who: Who,
  ): Promise<PluginDecisionDocument> {
    const { plugins, describe, changesBy } = this.surroundings
    const asker = describe(who)
    let links = ''
    const before = async () => {
      links = undo ? await this.undo(name, asker) : describeStaying(changesBy(name))
    }
    const document = await plugins.setEnabled(name, false, asker, reason, before)
    if (links === '') return document
    const remedy = undo ? '' : `; to take that back: claimd plugin disable ${shellWord(name)} --undo`
    return { ...document, message: `${document.message}; ${links}${remedy}`, links }
  }

  async reloadPlugin(name: string, who: Who) {
    return await this.surroundings.plugins.reload(name, this.surroundings.describe(who))
  }

  /** @returns what came of it, in words */
  private async undo(plugin: string, who: string): Promise<string> {
    const message = describeUndoing(await this.surroundings.undo(plugin))
    const note = { type: 'plugin-undone', plugin, who, message: `${who} had ${message}` }
    this.engine.submit({ type: 'note', note })
    return message
  }

  explain(adapter: string): ExplainDocument {
    const { context } = this
    const record = findAdapterOrGone(context, adapter)
    const rounds = this.store.rounds(record.id, roundsShown)
    if ('because' in record) {
      const { name, id, because } = record
      return { ...absent, adapter: name, id, because, rounds, order: [] }
    }
    if (record.round) rounds.push(roundDocument(record.round, null))
    const { name, id, state, because, provider, connection } = adapterRow(context, record)
    return {
      adapter: name,
      id,
      state,
      because,
      provider,
      connection,
      rounds,
      order: candidates(context, record),
    }
  }

  async offer(adapter: string, who: Who) {
    const { context } = this
    const record = findAdapterToAct(context, adapter)
    const asked = { type: 'offer', adapter: `id:${record.id}`, who: this.surroundings.describe(who) } as const
    const round = (await this.askFor(who, asked)) as Round
    return offerDocument(context, record, round)
  }

  async release(adapter: string, reason: string, who: Who) {
    const asked = { type: 'release', adapter, reason, who: this.surroundings.describe(who) } as const
    return (await this.engine.ask(asked)) as ReleaseDocument
  }

  async disconnect(connection: string, who: Who) {
    const asked = { type: 'disconnect', connection, who: this.surroundings.describe(who) } as const
    return (await this.askFor(who, asked)) as DisconnectDocument
  }

  async disconnectAll(who: Who) {
    const asked = { type: 'disconnect-all', who: this.surroundings.describe(who) } as const
    const all = (await this.engine.ask(asked)) as DisconnectAllDocument
    return { ...all, refused: all.refused.map((refusal) => this.refusalFor(who, refusal)) }
  }

  journalPage(filter: JournalFilter): JournalDocument {
    const { context } = this
    return journalPage(this.store, this.engine.revision, filter, (word) => isCalled(context, word))
  }

  oldestRevision(): number {
    return this.store.oldestRevision()
  }

  events(revision: number, limit: number): EventDocument[] {
    return this.store.events(revision, limit)
  }

  onEvents(listener: (events: readonly EventDocument[]) => void): () => void {
    return this.engine.onEvents(listener)
  }

  onHealth(listener: (because: string | null) => void): () => void {
    return this.engine.onHealth(listener)
  }

  onLogLine(listener: (line: LogLine) => void): () => void {
    return this.surroundings.onLogLine(listener)
  }

  private unkeptFault(): Fault[] {
    const { configuration, facts } = this.surroundings
    if (configuration.unkept === null) return []
    const found = `it is in force, but the state cannot hold it for the next start: ${configuration.unkept.message}`
    const remedy = 'See to the disk of the state folder; it is then stored without a restart'
    return [{ file: facts.config, field: '', found, expected: 'a state that can be written', remedy }]
  }

  private async askFor(who: Who, asked: Parameters<CoreEngine['ask']>[0]): Promise<unknown> {
    try {
      return await this.engine.ask(asked)
    } catch (error) {
      if (!(error instanceof ClaimdError) || !('provider' in error.document)) throw error
      throw new ClaimdError(this.refusalFor(who, error.document), { cause: error })
    }
  }

  /** What a refusal suggests ends a claim, which is for the owner only: others are told so. */
  private refusalFor({ uid }: Who, refusal: Refusal): Refusal {
    const { owner } = this.surroundings
    if (uid === 0 || uid === owner) return refusal
    const as = owner === 0 ? 'as root' : `as root or user ${owner}`
    return { ...refusal, remedy: `${as}, ${refusal.remedy}` }
  }

  /** What the engine knows, all of it durable by now. */
  private get context(): Context {
    this.engine.catchUp()
    return this.engine.claims.context
  }

  private plumbing(): (link: Link) => boolean {
    return plumbingAmong(linksOf(this.context.adapters.values()))
  }
}

/** A spread comes last: V8 takes thirty times as long for fields added to a row that was spread before them. */
function wholeRow(row: Omit<AdapterRow, 'plumbing'>, plumbing: boolean): AdapterRow {
  const others: Omit<AdapterRow, 'id' | 'name' | 'state' | 'plumbing'> = row
  return { id: row.id, name: row.name, state: row.state, plumbing, ...others }
}

function* linksOf(records: Iterable<{ link: Link }>): Generator<Link> {
  for (const { link } of records) yield link
}

function count<T extends string>(values: readonly T[]): Partial<Record<T, number>> {
  const counts: Partial<Record<T, number>> = {}
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1
  return counts
}
