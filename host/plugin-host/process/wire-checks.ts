import type { Answer } from '@claimd/sdk'
import {
  answerSchema,
  type CallResult,
  logSchema,
  pluginMethods,
  reportSchema,
  responseSchema,
  resultsSchema,
} from '@claimd/sdk/wire'
import { Ajv, type ValidateFunction } from 'ajv'
import { ownSchemas } from '../../core/documents/own-schemas.js'
import { textLimit } from '../limits.js'

const ajv = new Ajv({ ...ownSchemas, strict: false })
const checkResponse = ajv.compile(responseSchema)
const checkAnswer = ajv.compile(answerSchema)
const checkParams: Record<string, ValidateFunction> = {
  [pluginMethods.results]: ajv.compile(resultsSchema),
  [pluginMethods.report]: ajv.compile(reportSchema),
  [pluginMethods.log]: ajv.compile(logSchema),
}

/** What is wrong with a document from a plugin, or `null`: it may send responses and its notifications. */
export function messageFault(document: object): string | null {
  const message = document as Record<string, unknown>
  if (!Object.hasOwn(message, 'method')) return faultOf(checkResponse, message, 'a response')
  if (Object.hasOwn(message, 'id')) return 'a request; there is none that a plugin can make'
  const { method, params } = message
  if (typeof method !== 'string' || !Object.hasOwn(checkParams, method)) {
    return `the unknown method ${cut(JSON.stringify(method), 80)}`
  }
  return faultOf(checkParams[method]!, params, method)
}

/** The answer that a result stands for: a throw and garbage are answers as well. */
export function answerOf({ answer, error }: CallResult): Answer {
  if (error !== undefined) return unexpected(cut(error))
  const fault = faultOf(checkAnswer, answer, 'the answer')
  if (fault !== null) return unexpected(`answered with garbage: ${fault}; it is ${shownAnswer(answer)}`)
  // Only what the contract knows is taken over.
  const given = answer as Answer
  switch (given.result) {
    case 'SUCCESS': {
      const { result, connection, volatile, evidence } = given
      return {
        result,
        connection,
        ...(volatile !== undefined && { volatile }),
        ...(evidence !== undefined && { evidence: cut(evidence) }),
      }
    }
    case 'PENDING': {
      const { result, retryAfterMs, reason } = given
      return { result, retryAfterMs, ...(reason !== undefined && { reason: cut(reason) }) }
    }
    default: {
      const { result, reason } = given
      return { result, ...(reason !== undefined && { reason: cut(reason) }) }
    }
  }
}

export function unexpected(reason: string): Answer {
  return { result: 'UNEXPECTED', reason }
}

/** Texts from plugins are kept to a length. */
export function cut(text: string, limit = textLimit): string {
  return text.length > limit ? `${text.slice(0, limit - 1)}…` : text
}

function faultOf(check: ValidateFunction, value: unknown, name: string): string | null {
  return check(value) ? null : cut(ajv.errorsText(check.errors!.slice(0, 1), { dataVar: name }))
}

function shownAnswer(answer: unknown): string {
  return answer === undefined ? 'missing' : cut(JSON.stringify(answer), 80)
}
