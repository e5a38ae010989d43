import type { Permissions } from '../../permissions.js'
import type { Fault } from '../faults.js'

/** A plugin. */
export interface OfPlugin {
  /** The name of the plugin. */
  plugin: string
}

/** An operator's decision about a plugin. */
export interface OfDecision {
  plugin: string
  /** The operator. */
  who: string
}

/** Two builds of a plugin: the hashes of their content, 64 hexadecimal digits. */
export interface OfReload {
  plugin: string
  /** The build that answered before. */
  from: string
  /** Its version. */
  fromVersion: string
  /** The build that answers now, or was to. */
  to: string
  /** Its version. */
  toVersion: string
}

/** The version of a plugin that runs, or ran. */
export interface OfVersion {
  plugin: string
  version: string
  /** The hash of its content, 64 hexadecimal digits. */
  build: string
}

/** Where a plugin was found. */
export interface OfFolder {
  plugin: string
  /** The version that its manifest names. */
  version: string | null
  folder: string
  /** The hash of the folder's content, 64 hexadecimal digits. */
  build: string | null
}

/** Events about plugins and their processes. */
export interface PluginEvents {
  /** a plugin was found */
  'plugin-added': OfFolder
  /** another version lies in its folder */
  'plugin-changed': OfFolder & {
    /** Whether what lay there before had faults. */
    mended: boolean
  }
  /** its folder is gone */
  'plugin-removed': {
    plugin: string
    folder: string
  }
  /** it has faults; `faults` names them */
  'plugin-rejected': {
    plugin: string
    /** The version that its manifest names. */
    version: string | null
    folder: string
    /** What is wrong with it: place, found, expected and remedy of each. */
    faults: readonly Fault[]
  }
  /** a folder of plugins cannot be read, watched or tidied */
  'plugin-folder-problem': {
    /** Empty: it is not about one plugin. */
    plugin: string
    /** What is wrong, with which folder. */
    problem: string
  }
  /** its process runs, and it is activated */
  'plugin-started': OfVersion & {
    /** Its process. */
    pid: number | null
    /** How long its start took, in milliseconds. */
    ms: number
  }
  /** its process ended */
  'plugin-ended': OfVersion & {
    /** Why. */
    because: string
    /** How often its process ended without being asked to, since the host started; left out where it was asked to. */
    restarts?: number
  }
  /** its process does not answer */
  'plugin-stuck': OfVersion & {
    /** What it did not do. */
    because: string
    /** How often its process ended without being asked to, since the host started. */
    restarts: number
  }
  /** a new version is tried beside the one that runs */
  'plugin-reload-started': OfReload
  /** the new version answers */
  'plugin-reloaded': {
    plugin: string
    /** The build that answers now. */
    to: string
    /** Its version. */
    toVersion: string
    /** The build to go back to when the new one fails; `null` when there is none. */
    from: string | null
    /** How many adapters it was asked about, which it takes over. */
    adapters: number
    /** How long that took since its files were touched, in milliseconds; `null` when that is not known. */
    ms: number | null
    /** What it took over by: what it recognised, or that nothing ran. */
    because: string
  }
  /** the new version is not taken; the one before stays */
  'plugin-reload-failed': OfReload & {
    /** Why. */
    reason: string
  }
  /** the new version has proved itself */
  'plugin-probation-over': {
    plugin: string
    /** The build that counts as good now. */
    to: string
    /** Its version. */
    toVersion: string
  }
  /** the new version failed; the one before answers again */
  'plugin-rolled-back': OfReload & {
    /** Why. */
    reason: string
  }
  /** a build failed too often, and is not started again */
  'plugin-quarantined': OfVersion & {
    /** What it failed by. */
    because: string
  }
  /** an operator lets builds that failed be tried again */
  'plugin-quarantine-lifted': OfDecision
  /** an operator granted what it asks for */
  'plugin-trusted': OfDecision & {
    /** Its version. */
    version: string | null
    /** The build that was looked at. */
    build: string
    /** What it asks for, and may now. */
    permissions: Permissions
  }
  /** an operator took that back */
  'plugin-untrusted': OfDecision
  /** an operator lets it run */
  'plugin-enabled': OfDecision
  /** an operator stopped it */
  'plugin-disabled': OfDecision & {
    /** Why, in the operator's words; `null` when none was given. */
    reason: string | null
  }
  /** an operator had everything taken back that it changed */
  'plugin-undone': OfDecision & {
    /** What came of it. */
    outcome: string
  }
  /** what a removed plugin stored is kept for the same build */
  'plugin-data-kept': OfDecision
  /** what a removed plugin stored was removed */
  'plugin-data-removed': OfDecision & {
    /** Whether it had stored anything. */
    hadData: boolean
  }
  /** what a removed plugin stored could not be removed yet */
  'plugin-data-left': OfPlugin & {
    /** Why. */
    because: string
  }
  /** its log cannot be written */
  'plugin-log-unwritable': OfPlugin & {
    /** The path of the log. */
    log: string
    /** Why. */
    because: string
  }
  /** what became of a version cannot be stored */
  'plugin-record-lost': OfPlugin & {
    /** What could not be stored, and why. */
    problem: string
  }
  /** another plugin has a connection type that it names */
  'connection-type-taken': {
    plugin: string
    /** The connection type. */
    connectionType: string
    /** The plugin that has its connections. */
    owner: string
  }
}
