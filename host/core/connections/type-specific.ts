import type { Adapter, TypeSpecificAnswer, TypeSpecificDocument } from '@claimd/sdk'
import type { RequestEvent } from '../kernel/machine.js'
import type {
  ConnectionAnswerEvent,
  ConnectionQuestion,
  ConnectionReference,
} from '../kernel/provider-port.js'
import type { ConnectionsContext } from './context.js'
import type { ConnectionsRequests } from './protocol.js'
import { unknownConnection } from './words.js'

type TypeSpecific = Extract<ConnectionQuestion, { kind: 'typeSpecific' }>
type Asked = RequestEvent<Pick<ConnectionsRequests, 'type-specific'>>

/**
 * Asks the provider of a connection that is up what else it knows of it.
 * @returns the document, where no provider has to be asked; `null` where the reply comes with the provider's answer
 */
export function askTypeSpecific(
  context: ConnectionsContext,
  { connection, request }: Asked,
): TypeSpecificDocument | null {
  const up = whatIsUp(context, connection)
  if (typeof up !== 'string') {
    const { id } = context.turn.ask<TypeSpecific>({ kind: 'typeSpecific', ...up })
    context.typeSpecific.set(id, request)
    return null
  }
  if (!context.records.has(connection) && !context.held(connection)) throw unknownConnection(connection)
  const result = context.held(connection) ? 'NOT_SUPPORTED' : 'CONNECTION_NOT_ACQUIRED'
  return { connection, provider: null, result, info: null, because: up }
}

/** Its provider has answered. */
export function typeSpecificAnswered(
  context: ConnectionsContext,
  { question }: ConnectionAnswerEvent,
  answer: TypeSpecificAnswer,
): void {
  const request = context.typeSpecific.get(question.id)
  if (request === undefined) return
  context.typeSpecific.delete(question.id)
  const { result } = answer
  const document: TypeSpecificDocument = {
    ...{ connection: question.connection.name, provider: question.provider, result },
    ...(answer.result === 'SUCCESS'
      ? { info: answer.info, because: null }
      : { info: null, because: answer.reason ?? `${question.provider} answered ${result}` }),
  }
  context.turn.reply(request, document, false)
}

interface Up {
  provider: string
  connection: ConnectionReference
  adapter: Adapter | null
  fence: number
}

/** A connection that is up, however, or why its provider cannot be asked about it. */
function whatIsUp(context: ConnectionsContext, name: string): Up | string {
  const record = context.records.get(name)
  const attempt = record?.attempt
  if (attempt?.phase === 'connected') {
    const { provider, reference, fence } = attempt
    return { provider, connection: reference, adapter: context.adapterNow(attempt), fence }
  }
  const claimed = context.claimed(name)
  if (!claimed) return 'it is not connected'
  if (!record?.settings) return 'it is not configured, and lives as long as its claim'
  const { type, config } = record.settings
  const { provider, fence } = claimed.holding!
  return { provider, connection: { name, type, config }, adapter: claimed.adapter, fence }
}
