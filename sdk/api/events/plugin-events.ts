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
  /** The build that answers now, or was to. */
  to: string
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
  'plugin-changed': OfFolder
  /** its folder is gone */
  'plugin-removed': {
    plugin: string
    folder: string
  }
  /** it has faults; `faults` names them */
  'plugin-rejected': {
    plugin: string
    folder: string
    /** What is wrong with it: place, found, expected and remedy of each. */
    faults: readonly Fault[]
  }
  /** a folder of plugins cannot be read, watched or tidied */
  'plugin-folder-problem': {
    /** Empty: it is not about one plugin. */
    plugin: string
  }
  /** its process runs, and it is activated */
  'plugin-started': {
    plugin: string
    /** Its process. */
    pid: number | null
    /** How long its start took, in milliseconds. */
    ms: number
  }
  /** its process ended */
  'plugin-ended': {
    plugin: string
    /** How often its process ended without being asked to, since the host started; left out where it was asked to. */
    restarts?: number
  }
  /** its process does not answer */
  'plugin-stuck': {
    plugin: string
    /** How often its process ended without being asked to, since the host started. */
    restarts?: number
  }
  /** a new version is tried beside the one that runs */
  'plugin-reload-started': OfReload
  /** the new version answers */
  'plugin-reloaded': {
    plugin: string
    /** The build that answers now. */
    to: string
    /** The build to go back to when the new one fails; `null` when there is none. */
    from: string | null
    /** How many adapters it was asked about, which it takes over. */
    adapters: number
    /** How long that took since its files were touched, in milliseconds; `null` when that is not known. */
    ms: number | null
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
  }
  /** the new version failed; the one before answers again */
  'plugin-rolled-back': OfReload & {
    /** Why. */
    reason: string
  }
  /** a build failed too often, and is not started again */
  'plugin-quarantined': OfPlugin
  /** an operator lets builds that failed be tried again */
  'plugin-quarantine-lifted': OfPlugin
  /** an operator granted what it asks for */
  'plugin-trusted': OfDecision & {
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
  'plugin-data-removed': OfDecision
  /** what a removed plugin stored could not be removed yet */
  'plugin-data-left': OfPlugin
  /** its log cannot be written */
  'plugin-log-unwritable': OfPlugin
  /** what became of a version cannot be stored */
  'plugin-record-lost': OfPlugin
  /** another plugin has a connection type that it names */
  'connection-type-taken': {
    plugin: string
    /** The connection type. */
    connectionType: string
    /** The plugin that has its connections. */
    owner: string
  }
}
