/**
 * The documents of the control API, which are also what `claimd --json` prints.
 *
 * Fields are added in later versions, never renamed. Times are RFC 3339 in UTC; absent values are `null`.
 */
import type { Adapter } from './adapter.js'
import type { ResultCode } from './result-codes.js'

/**
 * What claimd makes of an adapter.
 *
 * - `ignored`: never offered (loopback, a port of a bridge, or what the operator ignores)
 * - `unmanaged`: nobody holds it
 * - `offered`: nobody holds it and providers are being asked
 * - `claimed`: a provider holds it; claimd refuses to disconnect it
 * - `orphaned`: claimed and protected, while its provider cannot answer for it
 * - `connecting`, `managed`: claimd itself brings it up, or has
 * - `absent`: the link is gone; shown only where the past is shown
 */
export type AdapterState =
  | 'ignored'
  | 'unmanaged'
  | 'offered'
  | 'claimed'
  | 'orphaned'
  | 'connecting'
  | 'managed'
  | 'absent'

/** A row of `adapters`. */
export interface AdapterRow extends Adapter {
  state: AdapterState
  /** Why it is in that state, in words. */
  because: string
  /** Claimed and protected, but not yet confirmed by its provider since the host started. */
  provisional: boolean
  /** The full id of the provider that holds it. */
  provider: string | null
  /** The name of the connection that it is held for. */
  connection: string | null
  /** When the claim began. */
  since: string | null
  /**
   * Whether it only passes the traffic of containers or virtual machines through: a `veth` end without an
   * address of its own whose peer is in another network namespace, or a bridge of such with its ports.
   */
  plumbing: boolean
}

export interface AdaptersDocument {
  /** The journal's revision that this document shows. */
  revision: number
  adapters: AdapterRow[]
}

/** One adapter. */
export interface AdapterDocument extends AdapterRow {
  /** The journal's revision that this document shows. */
  revision: number
  /** What claimd has changed about it for plugins, and has not taken back; oldest first. */
  changes: AdapterChange[]
}

/** A change to a link that claimd made for a plugin. It is undone when an operator disables or removes the plugin with `--undo`. */
export interface AdapterChange {
  /** In words, such as `address 10.0.0.2/24 on eth0`. */
  what: string
  plugin: string
  /** The connection that it was made for; `null` for a link that the plugin made. */
  connection: string | null
  /** RFC 3339. */
  at: string
}

/**
 * Which adapters to show: those that every key given here lets through. A key with several values lets
 * through what fits one of them. Globs are those of match rules: `*`, `?`, `[a-z]`, `[!a-z]`.
 */
export interface AdapterFilter {
  /**
   * Globs on its name or one of its alternative names, also behind `name:`; or its id, behind `id:` where an adapter is
   * called so.
   */
  name?: readonly string[]
  state?: readonly AdapterState[]
  /** Globs. */
  kind?: readonly string[]
  /** Globs on the full id of the provider that holds it, on what stands behind a `/` in it, or on its plugin's name. */
  provider?: readonly string[]
  /** Globs on its link-layer address, or on one of its IP addresses with or without the prefix length. */
  address?: readonly string[]
  plumbing?: boolean
}

/** The state of a connection, as Compact 2013 has them. */
export type ConnectionState =
  | 'disconnected'
  | 'disconnected-unavailable'
  | 'disconnected-disabled'
  | 'connecting'
  | 'connecting-associating'
  | 'connecting-authenticating'
  | 'connecting-waiting-for-ip'
  | 'connected'
  | 'suspended'
  | 'disconnecting'

export interface ConnectionRow {
  name: string
  /** The connection type that the operator configured; `null` for a volatile connection. */
  type: string | null
  /** The full id of the provider that holds it or would serve it. */
  provider: string | null
  /** The name of the adapter that is held for it. */
  adapter: string | null
  state: ConnectionState
  /** Whether it is in the operator's configuration, and not only as long as its claim lives. */
  configured: boolean
  /** `out-of-band`: somebody else brought it up and a provider claimed it. `dialled`: claimd connected it. */
  origin: 'out-of-band' | 'dialled' | null
  since: string | null
}

export interface ConnectionsDocument {
  revision: number
  connections: ConnectionRow[]
}

/** Which connections to show, in the manner of {@link AdapterFilter}. */
export interface ConnectionFilter {
  /** Globs. */
  name?: readonly string[]
  state?: readonly ConnectionState[]
  /** Globs on the full id of its provider, or on what stands behind a `/` in it. */
  provider?: readonly string[]
  /**
   * Globs on the name of the adapter that is held for it, also behind `name:`; or that adapter's id, behind `id:` where
   * an adapter is called so.
   */
  adapter?: readonly string[]
}

/** One provider's part in a round. */
export interface RoundAnswer {
  provider: string
  plugin: string
  version: string
  /** What it answered; `null` if it was skipped or has not answered yet. A failure of any kind is `UNEXPECTED`. */
  result: ResultCode | null
  reason: string | null
  evidence: string | null
  /** How long the answer took, in milliseconds; `null` if it was skipped or has not answered yet. */
  ms: number | null
  /** Why it was not asked; `null` if it was. */
  skipped: string | null
}

/** All offers of one adapter at one time. Providers that come after the winner are not listed. */
export interface Round {
  at: string
  /** What started it, in words. */
  trigger: string
  /** Of the providers that no rule of their manifests makes fit, the first eight are listed. */
  answers: RoundAnswer[]
  /** How many more of those there were; {@link ExplainDocument.order} has all that are there now. */
  unlisted: number
  /** How it ended, in words; `null` while it is under way. */
  outcome: string | null
}

/** A provider's place in the order in which an adapter would be offered now. */
export interface Candidate {
  provider: string
  /** Why it has this place, in words. */
  place: string
  /** Why it would not be asked; `null` if it would. */
  skipped: string | null
}

export interface ExplainDocument {
  /** The adapter's name. */
  adapter: string
  id: string
  state: AdapterState
  because: string
  provider: string | null
  connection: string | null
  /** Oldest first. */
  rounds: Round[]
  /** The order in which providers would be asked now; empty when the adapter is gone. */
  order: Candidate[]
}

/**
 * The state of a plugin's process.
 *
 * `rejected`: its manifest is faulty. `disabled`: by the operator. `untrusted`: it asks for permissions that
 * nobody has granted. `idle`: not started, because nothing needed it. `backing-off`: it failed and is started
 * again later. `stuck`: it does not acknowledge. `quarantined`: this build failed too often and is not started
 * any more.
 */
export type PluginState =
  | 'rejected'
  | 'disabled'
  | 'untrusted'
  | 'idle'
  | 'starting'
  | 'running'
  | 'stuck'
  | 'backing-off'
  | 'quarantined'
  | 'stopping'

export interface ProviderRow {
  /** `<plugin>/<id>` */
  id: string
  plugin: string
  version: string
  label: string
  band: Band
  priority: number
  state: PluginState
  because: string
  /** How often its process ended without being asked to, since the host started. */
  restarts: number
  /** How many adapters it holds. */
  holds: number
}

export interface ProvidersDocument {
  revision: number
  providers: ProviderRow[]
}

/** A fault in a file: where, what was found, what was expected, and what to do. */
export interface Fault {
  file: string
  /** The place in the file: a key, or line and column; empty for the whole file. */
  field: string
  found: string
  expected: string
  remedy: string
}

export interface PluginRow {
  name: string
  version: string | null
  /** The hash of the folder's content, 64 hexadecimal digits; `null` while that could not be read. */
  build: string | null
  folder: string
  bundled: boolean
  state: PluginState
  because: string
  /** Whether it runs as soon as an operator grants what it asks for. */
  awaitsTrust: boolean
  /** Why what lies in its folder now does not run, though another version of it may; `null` where there is no such. */
  notTaken: { because: string; awaitsTrust: boolean } | null
  pid: number | null
  restarts: number
  providers: string[]
  /** The walls that would have to stand around its process and do not, by name; see {@link PluginDetail.walls}. */
  wallsMissing: string[]
  /** Connection types that it names and that belong to another plugin: it is not given their connections. */
  takenTypes: TakenType[]
  faults: Fault[]
}

/** A connection type, and the plugin that has its connections. */
export interface TakenType {
  type: string
  owner: string
}

export interface PluginsDocument {
  revision: number
  plugins: PluginRow[]
  /** Folders of plugins that cannot be read, and for each why. Default: none. */
  unreadable: UnreadableFolder[]
}

/** A folder in which plugins would be looked for, or that of one plugin, which could not be read or copied. */
export interface UnreadableFolder {
  path: string
  because: string
  /** What to do; `null`: make it a folder that the user of the daemon can read. It is tried again by itself. */
  remedy: string | null
}

/** One version of a plugin that the host keeps a copy of. */
export interface PluginVersionRow {
  version: string
  /** The hash of its content, 64 hexadecimal digits. */
  build: string
  /** The private copy that it runs from; `null` when there is none. */
  staged: string | null
  pid: number | null
}

/** Something that a process is kept from, and whether it is on this machine. */
export interface PluginWall {
  /** What it keeps the plugin from, in a few words. */
  wall: string
  stands: boolean
  /** By what it stands; where it does not: why, and what is not stopped for that. */
  because: string
}

/** An operator's grant of permissions. */
export interface PluginTrustRow {
  /** The build that was looked at. */
  build: string
  who: string
  at: string
}

/** Everything about one plugin. Its `version` and `build` are those that answer, as in a row. */
export interface PluginDetail extends PluginRow {
  /** What lies in its folder now: the version that asks to be trusted, and runs when nothing is against it. */
  inFolder: { version: string | null; build: string }
  /** The version that answers, or would if there were a question. */
  active: PluginVersionRow | null
  /** A new version that is being tried beside the active one. */
  candidate: PluginVersionRow | null
  /** The version that the host goes back to when a new one fails. */
  lastGood: PluginVersionRow | null
  permissions: {
    /** What it asks for, a sentence each; empty when it needs no trust. */
    asked: string[]
    /** What it may, a sentence each. */
    granted: string[]
    /** What it asks for and was not granted. While there is any, this version is not started. */
    missing: string[]
    /** Who granted it; `null` when nobody has, or nobody had to. */
    trust: PluginTrustRow | null
  }
  /** The walls around its process, or around that which would run now. */
  walls: PluginWall[]
  /** The memory of its process, in bytes; `null` when it does not run. */
  memory: number | null
  /** The user that it runs as; `null` when that is the daemon's own. */
  user: { uid: number; gid: number } | null
  /** The folder that it may write to. */
  data: string
  /** The file of its log. */
  log: string
  /** What it tried outside of what was granted since the daemon started, oldest first; the last twenty. */
  refusals: { at: string; message: string }[]
}

export interface PluginDocument extends PluginDetail {
  /** What it changed about links, and was not taken back; oldest first. */
  changes: AdapterChange[]
  /** The journal's revision that this document shows. */
  revision: number
}

/** The end of a plugin's log, or what came after a place in it. */
export interface PluginLogDocument {
  plugin: string
  /** The file. */
  log: string
  /** Oldest first, as they are in the file. */
  lines: string[]
  /** Where to go on: what is asked for with `since` comes after these lines. */
  next: string
}

/** The answer to an operator's decision about a plugin; it is on the disk by then. */
export interface PluginDecisionDocument {
  result: 'SUCCESS'
  plugin: string
  /** What comes of it, in words. */
  message: string
  /** What became of its changes to links, in words, where it was disabled. */
  links?: string
}

export interface StatusDocument {
  version: string
  revision: number
  pid: number
  since: string
  node: string
  /** Where adapters come from: `netlink`, `polling` where the kernel's events cannot be had, or `simulator`. */
  links: string
  /** Why they come from there, and what is not known for that; `null` when all is as usual. */
  linksBecause: string | null
  /** The network namespace whose adapters these are, as `/proc/PID/ns/net` names it; `simulated` for a simulator. */
  networkNamespace: string
  /**
   * Whether udev runs and names the links there; `elsewhere` when it does not look after that network namespace, `null`
   * for a simulator.
   */
  udev: 'runs' | 'absent' | 'elsewhere' | null
  /** The configuration file. */
  config: string
  /** What is wrong with that file, so that the last accepted one is in force; `null` when nothing is. */
  configurationFault: ErrorDocument | null
  /**
   * What is wrong in the configuration that is in force: connection types, providers and plugins that do not exist,
   * and settings that do not fit the schema of their provider.
   */
  configurationDoubts: Fault[]
  state: string
  socket: string
  plugins: string[]
  /** `running`, or `degraded` when the journal cannot be written: claims stay protected, none is made. */
  health: 'running' | 'degraded'
  /** Why it is degraded; `null` when it is not. */
  because: string | null
  /** What to do about that; claimd goes on by itself then, unless it says otherwise. */
  remedy: string | null
  /** How many adapters are in each state. */
  adapters: Partial<Record<AdapterState, number>>
  /** How many adapters are container plumbing, see {@link AdapterRow.plumbing}; they are in `adapters` too. */
  plumbing: number
  /** How many plugins are in each state. */
  pluginStates: Partial<Record<PluginState, number>>
  /** How often the kernel's events overflowed and everything was read anew. */
  resyncs: number
  /** How many of the kernel's messages could not be read and were skipped. */
  malformed: number
}

/** Which events of the journal. Of several words for one thing, one has to fit. */
export interface JournalFilter {
  /** Ids, or globs on the names that they had; `id:3.2` and `name:eth*` mean only the one. */
  adapter?: readonly string[]
  /** Globs on names. */
  connection?: readonly string[]
  /** Globs on names of plugins, or on what comes last in them: `ethernet`. */
  plugin?: readonly string[]
  /** Types; one that does not exist is refused (`USAGE`). */
  type?: readonly string[]
  /** Not before this moment, RFC 3339 in UTC with milliseconds. */
  since?: string
  /** Not after this moment. */
  until?: string
  /** Only after this revision. Default: 0. */
  after?: number
  /** At most so many on a page, 1 to 10,000. Default: 1,000. */
  limit?: number
}

/** A page of the journal, oldest first. */
export interface JournalDocument {
  /** The journal's last revision. */
  revision: number
  events: EventDocument[]
  /** The `after` of the next page, which may hold nothing; `null` at the end. */
  next: number | null
}

/** What `claimd config check --json` prints for a file without faults; faults are an {@link ErrorDocument}. */
export interface ConfigurationCheckDocument {
  result: 'SUCCESS'
  file: string
  /** How many connections it configures. */
  connections: number
  /** The names of the plugins that it was compared with. */
  plugins: string[]
}

/** Something that `claimd doctor` looked at. */
export interface Finding {
  /** `wrong`: keeps claimd or a plugin from its work. `limited`: claimd does without it. */
  verdict: 'ok' | 'limited' | 'wrong'
  subject: string
  found: string
  /** What to do about it; `null` when there is nothing. */
  remedy: string | null
}

/** What `claimd doctor --json` prints. */
export interface DoctorDocument {
  /** Whether a daemon answered. */
  daemon: boolean
  findings: Finding[]
}

/** A refusal: the connection is claimed, so claimd does not disconnect it. */
export interface Refusal {
  result: 'NOT_ALLOWED'
  code: string
  message: string
  adapter: string
  provider: string
  connection: string
  remedy: string
}

/** Any other error. */
export interface ErrorDocument {
  result: ResultCode
  code: string
  message: string
  found: string | null
  expected: string | null
  remedy: string | null
  /** Every fault of a file, where the error is that it has some. */
  faults?: Fault[]
  /** The parameter of a request (in its path, query, headers or body) that is invalid, where the error is about one. */
  parameter?: string
}

/** The answer to `disconnect` of one connection. */
export interface DisconnectDocument {
  result: 'SUCCESS'
  connection: string
  message: string
}

/** The answer to `disconnect --all`. */
export interface DisconnectAllDocument {
  disconnected: string[]
  refused: Refusal[]
  failed: ErrorDocument[]
}

/** The answer to `release`. */
export interface ReleaseDocument {
  result: 'SUCCESS'
  adapter: string
  /** Who held it; `null` if nobody did. */
  provider: string | null
  connection: string | null
  message: string
}

/** The answer to `offer`, once the round has ended. */
export interface OfferDocument {
  result: 'SUCCESS'
  adapter: string
  state: AdapterState
  because: string
  provider: string | null
  connection: string | null
  round: Round
}

/** One event, as `monitor` prints it. What else it holds depends on its type. */
export interface EventDocument {
  /** Rises with every event, is kept over restarts and never goes back. */
  revision: number
  at: string
  type: string
  /** The id of the adapter it is about. */
  adapter: string | null
  /** The name the adapter had at that moment. */
  name: string | null
  /** What happened, in words. */
  message: string
  /** In a coalesced stream: how many events it stands for, itself included, where that is more than one. */
  merged?: number
  [detail: string]: unknown
}

/**
 * A link that came back three times within ten seconds flaps. From then on this is told every ten seconds, instead of an
 * event for each change, until it has not come back for ten seconds. What becomes of its claim is told at once all the
 * same.
 */
export interface FlappingEvent extends EventDocument {
  type: 'flapping'
  /** How often it came back since that was told last; at first: the flaps with which it began, each of which was told. */
  count: number
  /** How often in all, since it began. */
  total: number
  /** Over how long `count` was counted. */
  seconds: number
  /** When it began, RFC 3339. */
  since: string
  /** How often it was offered since that was told last. Of rounds that changed nothing, only the newest is told. */
  rounds: number
  /** Whether it flaps no more: from now on each change is told again. */
  over: boolean
  /** What is another way than when that was told last, in words: `went down`, `10.0.0.1/24 removed`. */
  changes: string[]
}

/**
 * How sure a provider is of its answers: `exact` before `likely` before `generic`.
 * A generic provider is the safety net: its claim yields to any stronger provider.
 */
export type Band = 'exact' | 'likely' | 'generic'
