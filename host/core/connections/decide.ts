import { watchConnect } from './connecting.js'
import type { ConnectionsContext } from './context.js'
import { advanceEnding } from './ending.js'
import { keep } from './keeping.js'
import type { ConnectionRecord } from './records.js'
import { isLeftAsItIs } from './rules.js'
import { keepSharing } from './sharing.js'
import { advance, begin } from './waiting.js'

/** Does for a connection what is to be done now. Called whenever something about it may have changed. */
export function decideOn(context: ConnectionsContext, record: ConnectionRecord): void {
  const { attempt, sharing } = record
  if (isLeftAsItIs(context.stopping !== null, attempt)) return
  if (sharing !== null && keepSharing(context, record, sharing)) return
  if (attempt === null) begin(context, record)
  else if (attempt.phase === 'waiting') advance(context, record, attempt)
  else if (attempt.phase === 'connecting') watchConnect(context, record, attempt)
  else if (attempt.phase === 'connected') keep(context, record, attempt)
  else advanceEnding(context, record, attempt)
}
