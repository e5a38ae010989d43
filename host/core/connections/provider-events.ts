import type { ReportEvent } from '../claims/report-event.js'
import {
  type ActEndedEvent,
  type ConnectionAnswerEvent,
  isAnswerTo,
  type ProgressEvent,
} from '../kernel/provider-port.js'
import { endAct } from './attempts.js'
import { connectEnded } from './connecting.js'
import type { ConnectionsContext } from './context.js'
import { takeValidation } from './edits.js'
import { disconnectEnded, lookedAfterEnding } from './ending.js'
import { lose, saidBy, takeStatus } from './keeping.js'
import { passOn } from './pass-on.js'
import { typeSpecificAnswered } from './type-specific.js'
import { takeResources } from './waiting.js'

/** What a provider answers, does and tells. */
type FromProvider = ReportEvent | ConnectionAnswerEvent | ActEndedEvent | ProgressEvent

export function takeProviderEvent(context: ConnectionsContext, event: FromProvider): void {
  switch (event.type) {
    case 'report':
      takeReport(context, event)
      break
    case 'connection-answer':
      takeAnswer(context, event)
      break
    case 'act-ended':
      takeActEnd(context, event)
      break
    case 'progress':
      takeProgress(context, event)
  }
}

function takeAnswer(context: ConnectionsContext, event: ConnectionAnswerEvent): void {
  const { question } = event
  if (isAnswerTo('typeSpecific', event)) {
    typeSpecificAnswered(context, event, event.answer)
    return
  }
  const record = context.records.get(question.connection.name)
  if (!record) return
  context.touch(record)
  if (isAnswerTo('validate', event)) {
    const { edit } = record
    if (edit?.question === question.id) takeValidation(context, record, edit, event.answer)
    return
  }
  const { attempt } = record
  if (attempt?.question !== question.id) return
  if (isAnswerTo('resources', event)) takeResources(context, record, attempt, event.question, event.answer)
  else if (isAnswerTo('status', event) && attempt.ending?.step === 'look')
    lookedAfterEnding(context, record, attempt, event.question, event.answer)
  else if (isAnswerTo('status', event)) takeStatus(context, record, attempt, event.answer)
}

function takeActEnd(context: ConnectionsContext, { act, result }: ActEndedEvent): void {
  const ended = endAct(context, act)
  if (!ended) return
  const { record, attempt } = ended
  if (act.kind === 'connect') connectEnded(context, record, attempt, result)
  else disconnectEnded(context, record, attempt, result)
}

function takeProgress(context: ConnectionsContext, { provider, fence, progress }: ProgressEvent): void {
  const record = context.withFence(fence)
  const attempt = record?.attempt
  if (!record || attempt?.provider !== provider || attempt.phase !== 'connecting') return
  const { state, text } = progress
  if (state !== undefined) attempt.progress = state
  if (text !== undefined)
    context.emit('connect-progress', record, { connection: record.name, provider, text })
  context.touch(record)
}

/** Of what claimd did not dial, the claims machine takes it. */
function takeReport(context: ConnectionsContext, report: ReportEvent): void {
  const record = context.withFence(report.fence)
  const attempt = record?.attempt
  if (!record || !attempt || attempt.provider !== report.provider || record.name !== report.connection) {
    passOn(context, report)
    return
  }
  if (attempt.phase !== 'connected') return
  if (report.state === 'lost') lose(context, record, attempt, report.reason)
  else if (report.state !== 'changed') {
    attempt.suspended = report.state === 'suspended'
    attempt.suspendedBecause = saidBy(attempt.provider, report.reason)
  }
  context.touch(record)
}
