import type { ChildProcess } from 'node:child_process'
import type { RequestMethod } from '@claimd/sdk/wire'
import type { ProviderEvent } from '../../core/claims/report-event.js'
import type { Deadlines } from '../deadlines.js'
import type { AcceptedPlugin } from '../discovery/found-plugin.js'
import type { LogLines } from '../logs/log-lines.js'
import type { NoteDetails, PluginNoteType } from '../plugin-note.js'
import type { Facts } from './facts.js'
import type { Instance } from './instance.js'
import type { SupervisorOptions } from './state.js'
import type { ConfigOf } from './wire-calls.js'

/** What a supervisor tells, also within calls of its methods: the plugin host passes it on, see `Outgoing`. */
export interface SupervisorListener {
  event(event: ProviderEvent): void
  /** Its providers are others now, or can be asked again, or cannot for the moment. */
  availability(why: string): void
  note<Type extends PluginNoteType>(type: Type, details: NoteDetails<Type>): void
}

/** What the supervisor of a plugin needs of the host. */
export interface SupervisorNeeds extends Omit<Facts, 'now' | 'random'> {
  deadlines: Deadlines
  options: Omit<SupervisorOptions, 'probationMs'>
  log: LogLines
  launch(version: AcceptedPlugin): ChildProcess
  /** The path of the data folder, links followed. */
  data(): string
  configOf: ConfigOf
  /** One of its processes asks the host for something. */
  serve(instance: Instance, isCurrent: () => boolean, method: RequestMethod, params: object): Promise<object>
  /** The build failed, and is not to be run again. */
  quarantine(build: string, reason: string): void
  /** The build has passed its probation. */
  rememberGood(build: string): void
}
