import type { AnyQuestion, Question } from '../../core/kernel/provider-port.js'
import { unexpected } from '../answers.js'
import type { AcceptedPlugin } from '../discovery/found-plugin.js'
import { failActs, rememberDialled } from './acts.js'
import type { OwnQuestion, Process } from './state.js'
import { deliver, type Step } from './step.js'

/** Starts a process. @param version that will be loaded; of a spare one, a version with the same permissions */
export function spawn({ state, facts, effects }: Step, version: AcceptedPlugin): Process {
  const id = ++state.lastProcess
  const startedAt = facts.now()
  const process: Process = { id, version, phase: 'waiting', startedAt, open: new Map(), acts: new Map() }
  state.processes.set(id, process)
  effects.push({ do: 'spawn', process: id, version })
  return process
}

/** Loads a version. Questions that it is asked before it is active wait. */
export function activate({ effects }: Step, process: Process, version: AcceptedPlugin): void {
  process.version = version
  process.phase = 'activating'
  effects.push({ do: 'activate', process: process.id, version })
}

export function ask(
  { state, facts, effects }: Step,
  process: Process,
  questions: readonly AnyQuestion[],
): void {
  if (questions.length === 0) return
  const at = facts.now()
  for (const question of questions) {
    process.open.set(question.id, { question, at, isSent: false })
    // After a restart of the host, this is how it is known which provider has brought it up.
    if (question.kind === 'status') rememberDialled(state, question)
  }
  effects.push({ do: 'ask', process: process.id, questions })
}

/** Asks a question of the supervisor itself. The answer comes as a consequence. */
export function askOwn(
  step: Step,
  process: Process,
  what: OwnQuestion,
  question: Omit<Question, 'id'>,
): void {
  const { state, consequences } = step
  const id = --state.lastOwn
  state.own.set(id, what)
  if (process.phase === 'over')
    consequences.push({ type: 'own-answered', id, answer: unexpected('its process is gone') })
  else ask(step, process, [{ ...question, id }])
}

/**
 * Takes back the core's questions, for another process to answer. A question is harmless: it may be asked again.
 * @param unsent only those that were not sent; what was sent the process still answers
 */
export function takeBack(
  { effects }: Step,
  process: Process,
  { unsent }: { unsent: boolean },
): AnyQuestion[] {
  const taken = [...process.open.values()]
    .filter(({ question, isSent }) => question.id > 0 && !(unsent && isSent))
    .map(({ question }) => question)
  const ids = taken.map(({ id }) => id)
  for (const id of ids) process.open.delete(id)
  if (ids.length > 0) effects.push({ do: 'take-back', process: process.id, ids })
  return taken
}

/** Answers all that is open, because the process cannot; acts are interrupted, and never sent again. */
export function failOpen(step: Step, process: Process, why: string): void {
  const { facts, consequences } = step
  const now = facts.now()
  for (const { question, at } of process.open.values()) {
    if (question.id < 0) consequences.push({ type: 'own-answered', id: question.id, answer: unexpected(why) })
    else deliver(step, question, unexpected(why), Math.round((now - at) * 1000) / 1000)
  }
  process.open.clear()
  failActs(step, process, why)
}

/** Lets a process deactivate, and ends it. What is still open is failed. */
export function end(step: Step, process: Process, why: string): void {
  failOpen(step, process, why)
  process.phase = 'over'
  step.effects.push({ do: 'stop', process: process.id })
}
