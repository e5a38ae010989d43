import type { ActionEvents } from './action-events.js'
import type { AdapterEvents } from './adapter-events.js'
import type { EventType } from './catalogue.js'
import type { ClaimEvents } from './claim-events.js'
import type { ConfigurationEvents } from './configuration-events.js'
import type { ConnectionEvents } from './connection-events.js'
import type { DaemonEvents } from './daemon-events.js'
import type { PluginEvents } from './plugin-events.js'

const adapterTypes: Record<keyof AdapterEvents, true> = {
  'adapter-appeared': true,
  'adapter-changed': true,
  flapping: true,
  'adapter-renamed': true,
  'adapter-ignored': true,
  'adapter-moved': true,
  'adapter-removed': true,
  round: true,
}

const claimTypes: Record<keyof ClaimEvents, true> = {
  claimed: true,
  'handed-over': true,
  verified: true,
  'verify-pending': true,
  orphaned: true,
  'given-up': true,
  'claim-restored': true,
  'claim-ended': true,
  released: true,
  'release-ended': true,
  'connection-renamed': true,
  refused: true,
  'answer-void': true,
}

const connectionTypes: Record<keyof ConnectionEvents, true> = {
  'connection-added': true,
  'connection-edited': true,
  'connection-deleted': true,
  'connection-hidden': true,
  'connection-state': true,
  'connect-progress': true,
  'request-opened': true,
  'request-completed': true,
  'hold-placed': true,
  'hold-ended': true,
  'connects-stopped': true,
  'take-over-begun': true,
  'take-over-undone': true,
}

const actionTypes: Record<keyof ActionEvents, true> = {
  acts: true,
  'action-refused': true,
  'act-failed': true,
  'link-made': true,
  'link-removed': true,
  undone: true,
  'undo-failed': true,
  'undo-unknown': true,
  'undo-not-struck': true,
  'report-refused': true,
  'permission-refused': true,
}

const pluginTypes: Record<keyof PluginEvents, true> = {
  'plugin-added': true,
  'plugin-changed': true,
  'plugin-removed': true,
  'plugin-rejected': true,
  'plugin-folder-problem': true,
  'plugin-started': true,
  'plugin-ended': true,
  'plugin-stuck': true,
  'plugin-reload-started': true,
  'plugin-reloaded': true,
  'plugin-reload-failed': true,
  'plugin-probation-over': true,
  'plugin-rolled-back': true,
  'plugin-quarantined': true,
  'plugin-quarantine-lifted': true,
  'plugin-trusted': true,
  'plugin-untrusted': true,
  'plugin-enabled': true,
  'plugin-disabled': true,
  'plugin-undone': true,
  'plugin-data-kept': true,
  'plugin-data-removed': true,
  'plugin-data-left': true,
  'plugin-log-unwritable': true,
  'plugin-record-lost': true,
  'connection-type-taken': true,
}

const configurationTypes: Record<keyof ConfigurationEvents, true> = {
  'configuration-changed': true,
  'configuration-faulty': true,
  'configuration-doubt': true,
  'configuration-mended': true,
  'configuration-unkept': true,
  'configuration-kept': true,
}

const daemonTypes: Record<keyof DaemonEvents, true> = {
  started: true,
  stopped: true,
  degraded: true,
  recovered: true,
  'links-limited': true,
  'links-unchangeable': true,
  'socket-missing': true,
  'socket-restored': true,
  'state-folder-missing': true,
  'state-folder-restored': true,
  'recording-ended': true,
  'internal-error': true,
  resync: true,
}

/** Every type of event that a client can ask for. */
export const eventTypes = Object.keys({
  ...adapterTypes,
  ...claimTypes,
  ...connectionTypes,
  ...actionTypes,
  ...pluginTypes,
  ...configurationTypes,
  ...daemonTypes,
} satisfies Record<EventType, true>) as EventType[]
