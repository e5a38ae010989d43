import type {
  AdapterDocument,
  AdapterFilter,
  AdaptersDocument,
  ConnectionFilter,
  ConnectionsDocument,
  DisconnectAllDocument,
  DisconnectDocument,
  EventDocument,
  ExplainDocument,
  JournalDocument,
  JournalFilter,
  OfferDocument,
  PluginDecisionDocument,
  PluginDocument,
  PluginLogDocument,
  PluginsDocument,
  ProvidersDocument,
  ReleaseDocument,
  StatusDocument,
} from '@claimd/sdk'

/** Who asks, as the kernel says (SO_PEERCRED). */
export interface Who {
  uid: number
  gid: number
  pid: number
}

/** A line that a plugin has logged. */
export interface LogLine {
  plugin: string
  /** Where it came from, such as `stdout` or `warn`. */
  stream: string
  text: string
  /** RFC 3339. */
  at: string
}

/**
 * What the running daemon offers to those who talk to it. Every call shows, and answers with, only what is
 * durable already; a failed call throws a `ClaimdError`. An adapter is named by its id or its name.
 */
export interface Service {
  status(): StatusDocument
  adapters(filter?: AdapterFilter): AdaptersDocument
  adapter(adapter: string): AdapterDocument
  connections(filter?: ConnectionFilter): ConnectionsDocument
  providers(): ProvidersDocument
  plugins(): PluginsDocument
  plugin(name: string): PluginDocument
  /** The last lines of its log, or with `since` (the `next` of an earlier answer) those that came after. */
  pluginLog(name: string, lines: number, since: string | null): Promise<PluginLogDocument>
  /** @param build the one that the operator has looked at */
  trustPlugin(name: string, build: string, who: Who): Promise<PluginDecisionDocument>
  untrustPlugin(name: string, who: Who): Promise<PluginDecisionDocument>
  /** Takes back what the plugin changed about links, newest first; also of one that is gone. */
  undoPlugin(name: string, who: Who): Promise<PluginDecisionDocument>
  /** Removes what a removed plugin stored, or keeps it, as was said when it was removed. */
  forgetPlugin(name: string, who: Who): Promise<PluginDecisionDocument>
  enablePlugin(name: string, who: Who): Promise<PluginDecisionDocument>
  /** @param options.undo whether to take back what it changed about links, before others are offered what it holds */
  disablePlugin(
    name: string,
    options: { reason: string | null; undo: boolean },
    who: Who,
  ): Promise<PluginDecisionDocument>
  reloadPlugin(name: string, who: Who): Promise<PluginDecisionDocument>
  explain(adapter: string): ExplainDocument
  /** Starts a round and waits for its end. */
  offer(adapter: string, who: Who): Promise<OfferDocument>
  release(adapter: string, reason: string, who: Who): Promise<ReleaseDocument>
  disconnect(connection: string, who: Who): Promise<DisconnectDocument>
  disconnectAll(who: Who): Promise<DisconnectAllDocument>
  /** A page of the journal. */
  journalPage(filter: JournalFilter): JournalDocument
  /** The oldest revision that can still be read; 0 when there is none. */
  oldestRevision(): number
  /** Events after `revision`, oldest first. */
  events(revision: number, limit: number): EventDocument[]
  /** Calls back with every batch of new events, once they are durable. Returns what ends it. */
  onEvents(listener: (events: readonly EventDocument[]) => void): () => void
  /**
   * Calls back at once when nothing can be stored any more, with why, and with `null` when it can again: the events
   * of that come only when they are stored. Returns what ends it.
   */
  onHealth(listener: (because: string | null) => void): () => void
  /** Calls back with every line that a plugin logs. Returns what ends it. */
  onLogLine(listener: (line: LogLine) => void): () => void
}
