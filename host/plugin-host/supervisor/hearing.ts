import type { Answer, Progress } from '@claimd/sdk'
import { type AnyQuestion, isAboutAdapter } from '../../core/kernel/provider-port.js'
import type { AnyAnswer } from '../process/answer-checks.js'
import { keyOf } from './acts.js'
import { doubtAnswer, doubtReport, type Report, report, secondOpinion } from './doubts.js'
import { confirmed } from './probation.js'
import type { Process } from './state.js'
import { deliver, type Step } from './step.js'
import { candidateAnswered, currentAnswered } from './trial.js'

/** What the processes of a plugin say, and what of it the core hears. */

/** An answer to a question of the core, or to one of the supervisor itself. */
export function answered(
  step: Step,
  process: Process,
  question: AnyQuestion,
  answer: AnyAnswer,
  ms: number,
): void {
  const { state, consequences } = step
  const { id } = question
  const isOpen = process.open.delete(id)
  if (id < 0) {
    if (isOpen) consequences.push({ type: 'own-answered', id, answer: answer as Answer })
    return
  }
  // A late answer, and one of a version that was taken over, is for the core to judge.
  if (isOpen && process === state.current && isAboutAdapter(question)) {
    if (question.kind === 'verify' && answer.result === 'SUCCESS') confirmed(step, question.fence)
    if (doubtAnswer(step, question, answer as Answer, ms)) return
  }
  deliver(step, question, answer, ms)
}

/** A question of the supervisor itself is answered. */
export function ownAnswered(step: Step, id: number, answer: Answer): void {
  const { own, trial } = step.state
  const asked = own.get(id)
  if (!asked) return
  own.delete(id)
  if (asked.for === 'doubt') secondOpinion(step, asked.doubt, asked.process, answer)
  // Of a trial that has ended, nothing counts any more.
  else if (trial?.process.id !== asked.process) return
  else if (asked.for === 'trial') candidateAnswered(step, trial, asked.fence, answer)
  else currentAnswered(step, trial, asked, answer)
}

/** How far a connect has come. @param provider the full id */
export function progressed(
  { effects }: Step,
  process: Process,
  { provider, fence, progress }: { provider: string; fence: number; progress: Progress },
): void {
  const open = process.acts.get(keyOf({ fence, kind: 'connect' }))
  // What it says of anything but its own connects, while they are open, does not count.
  if (open?.act.provider !== provider) return
  effects.push({ do: 'tell', event: { type: 'progress', provider, fence, progress } })
}

/** It reports on a connection. */
export function reported(step: Step, process: Process, { connection, fence, state, reason }: Report): void {
  // A version that is only tried, or only stands by, may not report.
  if (process !== step.state.current) return
  const isDoubted = state === 'lost' && doubtReport(step, connection, fence, reason)
  if (!isDoubted) report(step, { connection, fence, state, reason })
}
