import type { AdapterChange } from './adapters.js'
import type { PluginRow } from './plugins.js'

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
