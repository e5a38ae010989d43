import type { Fault, PluginEvents } from '@claimd/sdk'
import { firstFault } from '../first-fault.js'
import type { Sentences } from './sentences.js'

export const pluginSentences: Sentences<keyof PluginEvents> = {
  'plugin-added': ({ plugin, version, folder }) => `${titleOf(plugin, version)} in ${folder}`,
  'plugin-changed': ({ plugin, version, folder, mended }) =>
    `${titleOf(plugin, version)} in ${folder}${mended ? ' has no faults any more' : ''}`,
  'plugin-removed': ({ folder }) => `${folder} is gone`,
  'plugin-rejected': ({ plugin, version, folder, faults }) =>
    `${titleOf(plugin, version)} in ${folder}: ${describeFaults(faults)}`,
  'plugin-folder-problem': ({ problem }) => problem,
  'plugin-started': ({ plugin, version, build, ms }) =>
    `${titleOf(plugin, version, build)} activated in ${ms} ms`,
  'plugin-ended': ({ plugin, version, build, because }) => `${titleOf(plugin, version, build)}: ${because}`,
  'plugin-stuck': ({ plugin, version, build, because }) => `${titleOf(plugin, version, build)}: ${because}`,
  'plugin-reload-started': ({ plugin, from, fromVersion, to, toVersion }) =>
    `${titleOf(plugin, toVersion, to)} is tried beside ${titleOf(plugin, fromVersion, from)}`,
  'plugin-reloaded': ({ plugin, to, toVersion, because }) =>
    `${titleOf(plugin, toVersion, to)} took over: ${because}`,
  'plugin-reload-failed': ({ plugin, from, fromVersion, to, toVersion, reason }) =>
    `${titleOf(plugin, toVersion, to)} is not taken: ${reason}; ${titleOf(plugin, fromVersion, from)} stays`,
  'plugin-probation-over': ({ plugin, to, toVersion }) => `${titleOf(plugin, toVersion, to)} counts as good`,
  'plugin-rolled-back': ({ plugin, from, fromVersion, to, toVersion, reason }) =>
    `${titleOf(plugin, toVersion, to)} is back: ${titleOf(plugin, fromVersion, from)}: ${reason}`,
  'plugin-quarantined': ({ plugin, version, build, because }) =>
    `${titleOf(plugin, version, build)}: this build failed: ${because}`,
  'plugin-quarantine-lifted': ({ plugin, who }) =>
    `${who} lets builds of ${plugin} that failed be tried again`,
  'plugin-trusted': ({ plugin, version, who }) =>
    `${who} granted ${titleOf(plugin, version)} what it asks for`,
  'plugin-untrusted': ({ plugin, who }) => `${who} took back what was granted to ${plugin}`,
  'plugin-enabled': ({ plugin, who }) => `${who} enabled ${plugin}`,
  'plugin-disabled': ({ plugin, who, reason }) =>
    `${who} disabled ${plugin}${reason === null ? '' : `: ${reason}`}`,
  'plugin-undone': ({ who, outcome }) => `${who} had ${outcome}`,
  'plugin-data-kept': ({ plugin, who }) => `what ${plugin} stored is kept for the same build, by ${who}`,
  'plugin-data-removed': ({ plugin, who, hadData }) =>
    hadData ? `what ${plugin} stored is removed, by ${who}` : `${plugin} had stored nothing, by ${who}`,
  'plugin-data-left': ({ plugin, because }) =>
    `what the removed plugin ${plugin} stored is still there: ${because}`,
  'plugin-log-unwritable': ({ log, because }) => `${log}: ${because}`,
  'plugin-record-lost': ({ problem }) => problem,
  'connection-type-taken': ({ plugin, connectionType, owner }) =>
    `connection type ${connectionType} belongs to ${owner}: ${plugin} is not given its connections`,
}

/** `acme 1.2.0`; of a version that runs, with the beginning of its build. */
function titleOf(plugin: string, version: string | null, build?: string): string {
  const title = `${plugin} ${version ?? ''}`.trim()
  return build === undefined ? title : `${title} (${build.slice(0, 8)})`
}

function describeFaults(faults: readonly Fault[]): string {
  return faults.length === 0 ? 'it has faults' : firstFault(faults)
}
