import type { Answer, PluginState } from '@claimd/sdk'
import {
  type AnyQuestion,
  type ConnectionAnswerEvent,
  isAboutAdapter,
} from '../../core/kernel/provider-port.js'
import type { AcceptedPlugin } from '../discovery/found-plugin.js'
import type { NoteDetails, PluginNoteType } from '../plugin-note.js'
import type { AnyAnswer } from '../process/answer-checks.js'
import type { Effect, TimerName } from './effects.js'
import { becauseFailed, type Facts, type Refusal } from './facts.js'
import type { Process, State } from './state.js'

/** What follows from an event within the same step. */
export type Consequence =
  /** A question of the supervisor itself is answered, or its process cannot answer it any more. */
  | { type: 'own-answered'; id: number; answer: Answer }
  /** Doubts need not wait any longer: the version before can be asked now, or cannot, or another version is current. */
  | { type: 'doubts-go-on' }
  /** An act has ended: what waits for that may go on. */
  | { type: 'acts-changed' }

/** One event's step: what the supervisor knows and may look at, and what it wants done. */
export interface Step {
  readonly state: State
  readonly facts: Facts
  readonly effects: Effect[]
  readonly consequences: Consequence[]
  /** Why builds failed in this step, by build: the policy does not know of it yet. `null`: none has. */
  failed: Map<string, string> | null
}

/** Why a version may not run, or `null`. */
export function refusalOf({ facts, failed }: Step, version: AcceptedPlugin): Refusal | null {
  const reason = failed?.get(version.build)
  if (reason === undefined) return facts.refusal(version)
  return { state: 'quarantined', why: becauseFailed(reason), awaitsTrust: false }
}

/** The build failed, and is not run again. */
export function quarantine(step: Step, build: string, reason: string): void {
  step.failed ??= new Map()
  step.failed.set(build, reason)
  step.effects.push({ do: 'quarantine', build, reason })
}

export function become({ state }: Step, standing: PluginState, because: string): void {
  state.standing = standing
  state.because = because
}

export function note<Type extends PluginNoteType>(step: Step, type: Type, details: NoteDetails<Type>): void {
  step.effects.push({ do: 'note', type, details })
}

/** How notes tell which version they are about. */
export function versionOf({ version, build }: AcceptedPlugin): { version: string; build: string } {
  return { version, build }
}

/** How notes tell of a change of versions. */
export function changeOf(from: AcceptedPlugin, to: AcceptedPlugin) {
  return { from: from.build, fromVersion: from.version, to: to.build, toVersion: to.version }
}

export function tellAvailability(step: Step, why: string): void {
  step.effects.push({ do: 'tell-availability', why })
}

/** @param ms `null`: clears it */
export function setTimer(step: Step, timer: TimerName, ms: number | null): void {
  step.effects.push({ do: 'timer', timer, ms })
}

/** Gives the core an answer. */
export function deliver(step: Step, question: AnyQuestion, answer: AnyAnswer, ms: number): void {
  const { claims } = step.state
  if (!isAboutAdapter(question)) {
    const event = { type: 'connection-answer', question, answer, ms } as ConnectionAnswerEvent
    step.effects.push({ do: 'tell', event })
    return
  }
  const { adapter, provider, fence } = question
  // An answer may be late: what was claimed after it counts.
  if (answer.result === 'SUCCESS' && (claims.get(adapter.id)?.fence ?? 0) <= fence) {
    claims.set(adapter.id, { provider, fence })
  }
  step.effects.push({ do: 'tell', event: { type: 'answer', question, answer: answer as Answer, ms } })
}

/** The process, unless it answers nothing any more. */
export function alive(process: Process | null): Process | null {
  return process?.phase === 'over' ? null : process
}

export function titleOf({ name, version, build }: AcceptedPlugin): string {
  return `${name} ${version} (${build.slice(0, 8)})`
}
