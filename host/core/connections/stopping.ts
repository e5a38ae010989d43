import { stopping } from '../kernel/open-requests.js'
import { cancelConnect } from './connecting.js'
import type { ConnectionsContext } from './context.js'
import { completeAll } from './requests.js'
import { errorOfFailure } from './words.js'

/*
 * claimd is being stopped: what is being connected is called off and taken back, which its provider may need some seconds for.
 * What is up stays up, and what is wanted is dialled after the next start.
 */

const why = { cause: 'interrupted', because: 'claimd is being stopped' } as const

/** @param request is replied to when nothing is under way any more */
export function windDown(context: ConnectionsContext, request: number): null {
  context.stopping = request
  for (const record of context.records.values()) {
    const { attempt } = record
    if (attempt?.phase === 'connecting') cancelConnect(context, record, attempt, why)
    else if (attempt?.phase !== 'disconnecting')
      completeAll(context, record, 'connect', errorOfFailure(record.name, why))
    if (attempt?.phase === 'waiting' && attempt.question !== null) {
      context.turn.cancel(attempt.question)
      attempt.question = null
    }
    context.touch(record)
  }
  return null
}

const refusedRequests = ['connect', 'disconnect', 'disconnect-all', 'edit-connection']

/** What would begin something is for after the next start. @param type of the request */
export function refuseWhileStopping({ stopping: request }: ConnectionsContext, type: string): void {
  if (request !== null && refusedRequests.includes(type)) throw stopping()
}

export function replyWhenQuiet(context: ConnectionsContext): void {
  const { stopping: request, records, lateActs, degraded } = context
  if (request === null || context.isQuiet) return
  const isBusy = [...records.values()].some(
    ({ attempt }) => attempt?.phase === 'connecting' || attempt?.phase === 'disconnecting',
  )
  // While nothing can be stored, nothing is taken down.
  if ((isBusy || lateActs.size > 0) && degraded === null) return
  context.isQuiet = true
  context.turn.reply(request, {}, false)
}
