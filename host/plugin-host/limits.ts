import { argumentLimits } from '@claimd/sdk/wire'

/** How long the host waits, in milliseconds. All can be set when the host is made. */
export interface Deadlines {
  /** From the acknowledgement of an offer to its answer. */
  offerMs: number
  verifyMs: number
  activateMs: number
  deactivateMs: number
  /** From sending a list, or a ping, to its acknowledgement; longer means that the plugin's loop is stuck. */
  acknowledgeMs: number
  /** How long a version that has just taken over is watched before it counts as good. */
  probationMs: number
  /** How long a folder must be gone before its plugin ends: a build or a checkout removes it for a moment. */
  removalMs: number
}

export const defaultDeadlines: Deadlines = {
  offerMs: 2000,
  verifyMs: 2000,
  activateMs: 10_000,
  deactivateMs: 5000,
  acknowledgeMs: 3000,
  probationMs: 10_000,
  removalMs: 2000,
}

/** Questions that one plugin is asked at the same time; the rest wait in the host. */
export const outstandingLimit = 32
/** Of them, so many travel in one list: while one list is answered, another is on its way. */
export const listLimit = 16
/** Answers that came after the deadline are still recognised for this many questions of a plugin. */
export const lateLimit = 256

/** The longest line a plugin may send, in bytes. */
export const lineLimit = 1024 * 1024
/** How deep objects and lists may be nested in a line that a plugin sends. */
export const depthLimit = 100
/** What a plugin may send unasked: so much at once, and so much a second. */
export const unaskedMessages = { burst: 1000, perSecond: 1000 }
export const channelBytes = { burst: 4 * 1024 * 1024, perSecond: 4 * 1024 * 1024 }
/** What every call adds to that, for its answer. */
export const callAllowance = { messages: 2, bytes: 1024 }
/** Requests of one plugin that may be open at the same time. */
export const requestLimit = 32
/** The longest result of a request, in bytes of JSON. */
export const resultLimit = 4 * 1024 * 1024
/** Results go out while less than this waits to be read by the plugin, in bytes. */
export const drainMark = 256 * 1024
/** Results that may wait for that, in bytes; then there are errors instead. */
export const waitingResultsLimit = 8 * 1024 * 1024
/** Refusals of one plugin that are recorded within a window; what is over is counted. */
export const refusalBudget = { count: 10, windowMs: 60_000 }
/** Programs, watches and subscriptions that one plugin may have at the same time. */
export const handleLimits = { programs: 16, watches: 32, subscriptions: 32 }
/**
 * Programs that plugins start: kept of the output of one that is run to its end, in bytes of each stream; how long
 * one may take after SIGTERM, in milliseconds; its descriptors, and the processes of its user.
 */
export const programLimits = { kept: 256 * 1024, termGraceMs: 2000, nofile: 1024, nproc: 128 }
/** How much of a program's output the host takes in a second, in bytes; more has to wait. */
export const programOutputRate = 4 * 1024 * 1024
/** The largest file that is read for a plugin, in bytes. */
export const fileLimit = 1024 * 1024
/** One list of files: how many, out of how many entries of folders, and how deep below the `**`. */
export const listLimits = { files: 1000, entries: 20_000, depth: 16 }
/**
 * Watching files for a plugin: what comes within so many milliseconds is one change; what the kernel has no events of
 * is looked at so often; and so many folders are watched at once.
 */
export const watchLimits = { coalesceMs: 50, pollMs: 5000, folders: 64 }
/** How often one plugin may ask for adapters to be offered again; more often, and it has to wait. */
export const offerRequests = { burst: 4, perSecond: 1 }
/** What one plugin may keep: keys, bytes of keys and values in all, bytes of one value as JSON. */
export interface KeepLimits {
  keys: number
  bytes: number
  valueBytes: number
}

export const storageLimits: KeepLimits = { keys: 256, bytes: 1024 * 1024, valueBytes: argumentLimits.value }
export const secretLimits: KeepLimits = {
  keys: 64,
  bytes: 256 * 1024,
  valueBytes: argumentLimits.secretBytes,
}
/** How often one plugin may write to either of them. */
export const storageWrites = { burst: 64, perSecond: 20 }
/**
 * The system bus: how long a connection and a call may take, and how soon a lost one is made again, in milliseconds;
 * signals that may wait for a plugin, and the longest one, in characters of JSON.
 */
export const dbusLimits = {
  connectMs: 5000,
  callMs: 25_000,
  reconnectMs: { first: 500, most: 30_000 },
  waitingSignals: 64,
  signalLength: 256 * 1024,
}

/** What may wait in the host because a plugin does not read its channel, in bytes. */
export const unreadLimit = 8 * 1024 * 1024

/** The longest text (reason, evidence, error) that is kept from a plugin, in UTF-16 units. */
export const textLimit = 1000
/** The longest line of a plugin's log, in UTF-16 units; the rest of it is cut off. */
export const logLineLimit = 2048
/** What a plugin may log within a window; what is over is dropped and counted. */
export const logBudget = { units: 64 * 1024, windowMs: 10_000 }
/** The largest file of a plugin's log, in bytes; one older file is kept. */
export const logFileLimit = 1024 * 1024

/** The heap of a plugin's process, in MiB. */
export const heapLimitMb = 128
/** Of its nursery, each half, in MiB: with Node's 16 a busy plugin is 24 MB larger, and no faster. */
export const nurseryMb = 2
/** The kernel's limits of a plugin's process, as prlimit names them; bytes, where it is not a number of files. */
export const kernelLimits = {
  nofile: 256,
  core: 0,
  fsize: 64 * 1024 * 1024,
  memlock: 0,
  msgqueue: 0,
  rtprio: 0,
}
/**
 * What heap, Buffers and WebAssembly together may take beyond what a Node has at its start, in bytes. Over it
 * an allocation fails, which can be caught.
 */
export const memoryAllowance = 464 * 1024 * 1024
/** Of a user's processes; threads count, a Node has about ten, and during a reload a plugin has three. */
export const processLimit = 128
/** How far a plugin is behind the host for the processor (0 to 19), and before it when memory runs out (to 1000). */
export const processNice = 5
export const outOfMemoryScore = 500
/** How long preparing or trying a wall may take before the host starts without it, in milliseconds. */
export const prepareMs = 15_000
/** How often the machine's name servers are looked at, in milliseconds, where the kernel has no events of their file. */
export const nameServersMs = 5000
/** Waiting after a failure: the first time, at most, and how long a process must live to start over. */
export const backoffTimes = { firstMs: 1000, maxMs: 60_000, stableMs: 60_000, jitter: 0.2 }
/** So many failures of a build within the window, in milliseconds, and it is quarantined. */
export const crashBudget = { crashes: 3, windowMs: 5 * 60_000 }
/** So many quarantined builds of a plugin are remembered, the newest ones. */
export const quarantineLimit = 32
/** How long a process that was started at the first sign of a change waits for its code, in milliseconds. */
export const spareMs = 3000
/** When a trial is made again for which there was no process, in milliseconds. */
export const againMs = 5000
/** While a claim is made or changed as fast as a candidate verifies, it is given up after so many rounds. */
export const trialRounds = 5
/** A plugin that is told to deactivate shows within this many milliseconds that its loop turns. */
export const stopAcknowledgeMs = 1000
/** How long an ended plugin's pipes are read on, and a plugin that was told to end may take, in milliseconds. */
export const endGraceMs = 250

/** The largest manifest, in bytes. */
export const manifestLimit = 1024 * 1024
/** How many texts, numbers and the like claimd's part of a manifest may hold: each may be a fault to be told. */
export const manifestValues = 4000
/** How many entries of a list in a manifest are looked at closely; its schema allows no longer ones. */
export const manifestEntries = 256
/** What one plugin folder may hold. */
export const folderLimits = { files: 10_000, bytes: 256 * 1024 * 1024 }
/** How deep packages of a plugin may lie in each other's `node_modules`. */
export const packageDepth = 16
/** So many files of a plugin are read at a time: more would only take descriptors, which a host has for its links. */
export const openFiles = 8
/** So many plugin folders are looked at, at a time. */
export const openFolders = 24
/** How long a folder must stay the same before it is acted on, and how often that is tried, in a row. */
export const settle = { gapMs: 25, attempts: 20 }
/**
 * How soon a hint is acted on, in milliseconds. What lies in a plugin folder settles while it is looked at; in a
 * search folder, whole plugins are being copied.
 */
export const hintDelay = { pluginMs: 5, searchMs: 50 }
/** How deep below a plugin folder changes are noticed at once: `dist/lib/part/file` is 3. */
export const watchDepth = 6
/** So many folders of packages are watched for one plugin. */
export const packageFolderLimit = 1000
/**
 * When all folders are looked at, in milliseconds: once after a hint, since the system drops hints that come too fast;
 * and again and again where it gives none.
 */
export const rescanMs = { afterHint: 30_000, unwatched: 5000, afterFailure: 5000 }
/** How deep the schema of a connection's `config` may be nested. */
export const settingsDepth = 32
/** How many faults of one manifest are told; of the rest only how many they are. */
export const faultLimit = 100

/** Changes to links that may stand for one plugin: addresses, routes, links that it made. */
export const changesLimit = 1024
/** What is read of a log at once, in bytes: some thousand lines. */
export const logReadLimit = 1024 * 1024
/** So many refusals of a plugin are shown, the last ones. */
export const refusalsShown = 20
/** Checking settings of connections by a plugin's schema: how long for one schema, and with how much heap, in MiB. */
export const configurationCheck = { timeoutMs: 5000, heapMb: 32 }
/** How many faults of one connection's settings are told. */
export const connectionFaults = 10
