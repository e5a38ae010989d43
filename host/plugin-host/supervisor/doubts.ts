import type { Answer } from '@claimd/sdk'
import type { ReportEvent } from '../../core/claims/report-event.js'
import type { Question } from '../../core/kernel/provider-port.js'
import { isNo, unexpected } from '../answers.js'
import { askCurrent } from './current.js'
import { goBack, isWatched } from './probation.js'
import { askOwn } from './processes.js'
import { callStandby } from './standby.js'
import type { Doubt, Process } from './state.js'
import { deliver, type Step } from './step.js'

/** How often a version is asked for a second opinion whose process ends meanwhile, or does not start. */
const maxTries = 3

/**
 * A version that is watched gives a claim up: the version before is asked first. If that one says that the claim stands,
 * it takes over again. Else it depends on how the claim was given up. A no to a verify counts only if the version before
 * says no as well: if it cannot be told, the core asks again later. A report counts also where the version before cannot
 * tell: a report comes once, and the core cannot ask for it again, so it must not get lost.
 */

/** What a plugin says of a connection. */
export type Report = Pick<ReportEvent, 'connection' | 'fence' | 'state' | 'reason'>

/** @returns whether an answer of the current version has to be doubted; then it comes to the core later, or never */
export function doubtAnswer(step: Step, question: Question, answer: Answer, ms: number): boolean {
  if (!isWatched(step) || question.kind !== 'verify' || confirms(answer, question)) return false
  const reason = 'reason' in answer && answer.reason ? `: ${answer.reason}` : ''
  const why = `it no longer recognises ${question.adapter.name} (${answer.result}${reason})`
  const { id: _, ...asked } = question
  if (isNo(answer)) begin(step, { kind: 'answer', question, answer, ms }, why, asked)
  // A failure is its own fault: there is no need to ask.
  else goBack(step, why, [question])
  return true
}

/** @returns whether a report that a claim is lost has to be doubted; then it comes to the core later, or never */
export function doubtReport(step: Step, connection: string, fence: number, reason: string): boolean {
  if (!isWatched(step)) return false
  const claim = step.facts.held().find((one) => one.fence === fence && one.connection === connection)
  if (!claim) return false
  const why = `it reported ${claim.adapter.name} as lost, which the version before recognises: ${reason}`
  begin(step, { kind: 'report', connection, fence, reason }, why, { kind: 'verify', ...claim })
  return true
}

/** What waits for the version before need not wait any longer. */
export function goOn(step: Step): void {
  const { doubts, standby } = step.state
  for (const doubt of [...doubts.values()]) {
    if (!doubt.waits) continue
    // It could not be started: that was a try as well.
    if (standby?.phase !== 'active') doubt.tries++
    askAgain(step, doubt)
  }
}

/** What the version before says. @param process that was asked */
export function secondOpinion(step: Step, id: number, process: number, answer: Answer): void {
  const { doubts, processes } = step.state
  const doubt = doubts.get(id)
  if (!doubt) return
  const isOver = (processes.get(process)?.phase ?? 'over') === 'over'
  // Its process may end while it is asked, as that version may have faults of its own: then it is started again.
  if (answer.result === 'SUCCESS' || isNo(answer) || !isOver) settle(step, doubt, answer)
  else askAgain(step, doubt)
}

function begin(step: Step, from: Doubt['from'], why: string, claim: Omit<Question, 'id'>): void {
  const { state } = step
  const id = ++state.lastDoubt
  const doubt: Doubt = { id, from, why, claim, about: state.current!, tries: 0, waits: false }
  state.doubts.set(id, doubt)
  askAgain(step, doubt)
}

function askAgain(step: Step, doubt: Doubt): void {
  doubt.waits = false
  const standby = doubt.tries < maxTries && isCurrent(step, doubt.about) ? callStandby(step) : null
  if (standby === null) {
    settle(step, doubt, null)
    return
  }
  if (standby === 'starting') {
    doubt.waits = true
    return
  }
  doubt.tries++
  askOwn(step, standby, { for: 'doubt', process: standby.id, doubt: doubt.id }, doubt.claim)
}

/** @param second what the version before says; `null`: it does not run */
function settle(step: Step, { id, from, why, about }: Doubt, second: Answer | null): void {
  const { state } = step
  state.doubts.delete(id)
  const isStillCurrent = isCurrent(step, about)
  if (from.kind === 'report') {
    if (!isStillCurrent) return
    if (second?.result === 'SUCCESS') goBack(step, why)
    else report(step, { ...from, state: 'lost' })
    return
  }
  const { question, answer, ms } = from
  if (!isStillCurrent) askCurrent(step, [question])
  else if (second?.result === 'SUCCESS') goBack(step, why, [question])
  else if (second && isNo(second)) deliver(step, question, answer, ms)
  // It cannot be known for the moment: the claim stays, and is asked about again.
  else deliver(step, question, unexpected(`${why}, and the version before cannot be asked`), ms)
}

/** Gives the core a report of the current version. */
export function report(step: Step, { connection, fence, state, reason }: Report): void {
  const { claims, dialled, lineage } = step.state
  // A fence that is not of this plugin's claims is for the core to refuse, whichever provider it is put to.
  const claim = [...claims.values()].find((one) => one.fence === fence)
  const known = claim?.provider ?? dialled.get(fence)
  const provider = known ?? lineage.versions.at(-1)!.providers[0]?.id
  if (provider === undefined) return
  step.effects.push({
    do: 'tell',
    event: { type: 'report', provider, connection, fence, state, reason },
  })
}

function isCurrent({ state }: Step, process: Process): boolean {
  return state.current === process && process.phase !== 'over'
}

function confirms(answer: Answer, question: Question): boolean {
  return (
    answer.result === 'PENDING' || (answer.result === 'SUCCESS' && answer.connection === question.connection)
  )
}
