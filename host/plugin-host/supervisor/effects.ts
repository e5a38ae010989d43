import type { ProviderEvent } from '../../core/claims/report-event.js'
import type { ActResult, AnyQuestion, DialAct, DialAnswer } from '../../core/kernel/provider-port.js'
import type { AcceptedPlugin } from '../discovery/found-plugin.js'
import type { PluginNoteType } from '../plugin-note.js'

/**
 * The timers of a supervisor, each of which is set once at most. `retry`: a plugin that failed may start again;
 * `probation`: the current version has proved good; `trial`: a trial is made for which no process could be started;
 * `spare`: the spare process is no longer needed; `acts`: a trial that was passed waits no longer for open acts.
 */
export type TimerName = 'retry' | 'probation' | 'trial' | 'spare' | 'acts'

/** What the supervisor wants done. Processes are known by number. */
export type Effect =
  | { do: 'spawn'; process: number; version: AcceptedPlugin }
  | { do: 'activate'; process: number; version: AcceptedPlugin }
  | { do: 'ask'; process: number; questions: readonly AnyQuestion[] }
  /** Another process answers these: what was not sent yet is not sent, and answers to the rest are ignored. */
  | { do: 'take-back'; process: number; ids: readonly number[] }
  /** The plugin is told that these answers are not wanted any more. */
  | { do: 'cancel'; process: number; ids: readonly number[] }
  | { do: 'act'; process: number; act: DialAct }
  /** The plugin is told that the result of the act is not wanted any more; the event `act-overdue` comes after a while. */
  | { do: 'cancel-act'; process: number; act: Pick<DialAct, 'fence' | 'kind'> }
  /** Lets debuggers attach, at that port of this machine. */
  | { do: 'inspect'; process: number; port: number }
  /** Lets it deactivate, and ends it. */
  | { do: 'stop'; process: number }
  /** Ends it without asking it: it failed. */
  | { do: 'kill'; process: number }
  /** Sets a timer, or with `null` clears it. */
  | { do: 'timer'; timer: TimerName; ms: number | null }
  /** Asks once more, when the caller is done: it may be about to enable or to trust the plugin. */
  | { do: 'ask-later' }
  /** For the core. */
  | { do: 'tell'; event: ProviderEvent }
  | { do: 'tell-act-result'; act: DialAct; result: ActResult<DialAnswer> }
  /** The providers are others now, or can be asked again, or cannot for the moment. */
  | { do: 'tell-availability'; why: string }
  /** For the journal; that the details are those of the type is checked where it is told. */
  | { do: 'note'; type: PluginNoteType; details: object }
  /** The build failed, and is not run again. */
  | { do: 'quarantine'; build: string; reason: string }
  /** The build has passed its probation. */
  | { do: 'remember-good'; build: string }
