import type { Answer, PluginState } from '@claimd/sdk'
import type { AnyQuestion, DialAct, Question } from '../../core/kernel/provider-port.js'
import type { AcceptedPlugin } from '../discovery/found-plugin.js'
import type { HeldClaim } from './facts.js'
import { type Lineage, newLineage } from './lineage.js'

/** How a plugin is supervised; does not change while the host runs. */
export interface SupervisorOptions {
  /** How long a version that has just taken over is watched before it counts as good, in milliseconds. */
  probationMs: number
  /** The port of this machine at which debuggers may attach to the plugin; 0: any; `null`: none. */
  inspect: number | null
  /** Whether a process waits for the next version all the time. */
  spareWaits: boolean
}

/**
 * `waiting`: a process without code yet. `over`: it failed or is stopped, and answers nothing; it stays here until the
 * system says that it is gone.
 */
export type ProcessPhase = 'waiting' | 'activating' | 'active' | 'over'

/** One process of the plugin. It is never started again. */
export interface Process {
  readonly id: number
  /** What is loaded, or is being loaded; before that, the version whose permissions it was started with. */
  version: AcceptedPlugin
  phase: ProcessPhase
  /** Monotonic milliseconds. */
  readonly startedAt: number
  /** The questions that it has to answer, by id. */
  readonly open: Map<number, OpenQuestion>
  /** The acts that it was sent and that have not ended, by their keys. */
  readonly acts: Map<string, OpenAct>
}

export interface OpenAct {
  act: DialAct
  /** Its result is not wanted any more. */
  isCancelled: boolean
}

export interface OpenQuestion {
  question: AnyQuestion
  /** When it was put to the process, or sent to the plugin: monotonic milliseconds. */
  at: number
  isSent: boolean
}

/** A version that is tried beside the current one. */
export interface Trial {
  version: AcceptedPlugin
  process: Process
  /** `passed`: it takes over as soon as no act of the current version is open. */
  phase: 'loading' | 'verifying' | 'passed'
  /** What it was shown of the claims that it recognised, by fence: as long as that is so, its word counts. */
  readonly recognised: Map<number, string>
  /** The fences of claims of which it could not tell yet. */
  readonly pending: Set<number>
  rounds: number
  /** The claims of this round that are not answered yet, by fence. */
  readonly asked: Map<number, { claim: HeldClaim; shown: string }>
  /** Whether it waits, or has waited long enough, for open acts. */
  waitsForActs: 'not yet' | 'waits' | 'waited'
}

/** The current version, which is watched, gives a claim up: the version before is asked. */
export interface Doubt {
  readonly id: number
  /** What gives it up: the answer to a question of the core, or a report that the connection is lost. */
  from:
    | { kind: 'answer'; question: Question; answer: Answer; ms: number }
    | { kind: 'report'; connection: string; fence: number; reason: string }
  /** Why the version would be replaced, for people. */
  why: string
  claim: Omit<Question, 'id'>
  /** The process that is doubted. */
  about: Process
  tries: number
  /** Waits for the process of the version before to become active. */
  waits: boolean
}

/** A question of the supervisor itself: what it is for. */
export type OwnQuestion =
  | { for: 'trial'; process: number; fence: number }
  /** The current version is asked whether it would give up what the version that is tried does not recognise. */
  | { for: 'trial-current'; process: number; fence: number; why: string; asked: number; tries: number }
  | { for: 'doubt'; process: number; doubt: number }

/** All that the supervisor of one plugin knows. */
export interface State {
  readonly name: string
  readonly options: SupervisorOptions
  standing: PluginState
  because: string
  restarts: number
  /** The last start failed: until one succeeds its providers are not back. */
  failing: boolean
  /** Why it failed the last time. */
  lastFailure: string
  /** Failures in a row, for the back-off. */
  failures: number
  /** When the current version failed, monotonic milliseconds: see `spendCrash`. */
  crashes: number[]
  /** The operator's word: why it is disabled; `null` when it is not. */
  disabled: string | null
  /** Why it ends for good; `null` while it does not. */
  retired: string | null
  /** The current version, and where to go back to. */
  lineage: Lineage
  /** What lies in the folder. */
  wanted: AcceptedPlugin
  /** What lies there now is no plugin. */
  isRejected: boolean
  /** Why what lies in the folder is not the current version; `null` when it is. */
  objection: string | null
  /** When what lies in the folder began to be written, monotonic milliseconds; `null` when that is not known. */
  touchedAt: number | null
  /** All processes, also those that end. */
  readonly processes: Map<number, Process>
  lastProcess: number
  /** The process of the current version. */
  current: Process | null
  /** The process of the version to go back to, while the current one is watched. */
  standby: Process | null
  /** Such a process while it is started because the current version is doubted. */
  standbyStart: Process | null
  /** Without code, for the next version. */
  spare: Process | null
  trial: Trial | null
  readonly doubts: Map<number, Doubt>
  lastDoubt: number
  readonly own: Map<number, OwnQuestion>
  /** The core numbers its questions from 1 up; those of the supervisor have numbers below 0. */
  lastOwn: number
  /** Of the claims that were taken over, those of which the current version could not tell yet: their fences. */
  unconfirmed: Set<number>
  /** Which provider a claim belongs to, by adapter: a report names only the claim's fence. */
  readonly claims: Map<string, { provider: string; fence: number }>
  /** The same of a connection that was brought up, by its fence. */
  readonly dialled: Map<number, string>
  /** How often the probation was prolonged for an act of the version before. */
  prolonged: number
  /** Questions that could not be put to a process, and are asked once more in a moment. */
  later: AnyQuestion[]
  /** Acts that wait for a process that is active. */
  waitingActs: DialAct[]
  /** A debugger may attach to the current process as soon as no other one has the port. */
  wantsInspect: boolean
}

export const notNeeded = 'nothing has needed it yet'

/** What is found of a plugin when its supervisor is made. */
export interface FirstVersions {
  /** What lies in its folder. */
  found: AcceptedPlugin
  /** The version to begin with, if it is not that one. */
  lastGood: AcceptedPlugin | null
  /** The one that was found has passed its probation before. */
  isGood: boolean
  /** Why it is disabled; `null` when it is not. */
  disabled: string | null
}

export function newState(options: SupervisorOptions, first: FirstVersions): State {
  const { found, lastGood, isGood, disabled } = first
  return {
    name: found.name,
    options,
    standing: 'idle',
    because: notNeeded,
    restarts: 0,
    failing: false,
    lastFailure: '',
    failures: 0,
    crashes: [],
    disabled,
    retired: null,
    lineage: newLineage(lastGood ?? found, lastGood !== null || isGood),
    wanted: found,
    isRejected: false,
    objection: null,
    touchedAt: null,
    processes: new Map(),
    lastProcess: 0,
    current: null,
    standby: null,
    standbyStart: null,
    spare: null,
    trial: null,
    doubts: new Map(),
    lastDoubt: 0,
    own: new Map(),
    lastOwn: 0,
    unconfirmed: new Set(),
    claims: new Map(),
    dialled: new Map(),
    prolonged: 0,
    later: [],
    waitingActs: [],
    wantsInspect: false,
  }
}
