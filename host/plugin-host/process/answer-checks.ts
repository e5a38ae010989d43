import type { Answer, ConfigFault, Failure } from '@claimd/sdk'
import type { ActOutcome } from '@claimd/sdk/wire'
import type { Validator } from '../../core/documents/validator.js'
import type { AnyQuestion, ConnectionAnswers, DialAct, DialAnswer } from '../../core/kernel/provider-port.js'
import { unexpected } from '../answers.js'
import {
  fitsAnswer,
  fitsConnectAnswer,
  fitsDisconnectAnswer,
  fitsResourcesAnswer,
  fitsStatusAnswer,
  fitsTypeSpecificAnswer,
  fitsValidateAnswer,
} from './wire.validators.js'
import { cut, faultOf } from './wire-checks.js'

/** By the kind of what is asked, what a provider may answer. */
interface Answers extends ConnectionAnswers {
  offer: Answer
  verify: Answer
  connect: DialAnswer
  disconnect: DialAnswer
}

export type AnyAnswer = Answers[AnyQuestion['kind']]

type Kind = AnyQuestion['kind'] | DialAct['kind']
type Success<Answer> = Extract<Answer, { result: 'SUCCESS' }>

/** The answer as a schema accepted it, without what the contract does not know, and with its texts cut. */
interface Check<Answer> {
  fits: Validator
  known(answer: Answer): Answer
}

const aboutAdapter: Check<Answer> = {
  fits: fitsAnswer,
  known: (given) => {
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
  },
}

const checks: { [One in Kind]: Check<Answers[One]> } = {
  offer: aboutAdapter,
  verify: aboutAdapter,
  resources: {
    fits: fitsResourcesAnswer,
    known: (answer) => {
      const key = answer.linkKey === undefined ? null : { linkKey: answer.linkKey }
      if (answer.result !== 'SUCCESS') return { ...failure(answer), ...key }
      const { result, adapters, resources } = answer
      const named = resources?.map(({ id, capacity }) => ({
        id,
        ...(capacity !== undefined && { capacity }),
      }))
      return { result, adapters, ...(named && { resources: named }), ...key }
    },
  },
  validate: {
    fits: fitsValidateAnswer,
    known: (answer) => {
      if (answer.result === 'SUCCESS') return { result: 'SUCCESS' }
      return { ...failure(answer), ...(answer.faults && { faults: answer.faults.map(knownFault) }) }
    },
  },
  status: aboutConnection(fitsStatusAnswer, ({ result, state, reason }) => ({
    result,
    state,
    ...(reason !== undefined && { reason: cut(reason) }),
  })),
  typeSpecific: aboutConnection(fitsTypeSpecificAnswer, ({ result, info }) => ({
    result,
    info: Object.fromEntries(
      Object.entries(info).map(([key, value]) => [key, typeof value === 'string' ? cut(value) : value]),
    ),
  })),
  connect: aboutConnection(fitsConnectAnswer, ({ result, evidence }) => ({
    result,
    ...(evidence !== undefined && { evidence: cut(evidence) }),
  })),
  disconnect: aboutConnection(fitsDisconnectAnswer, ({ result }) => ({ result })),
}

/** The answer that came: a throw and garbage are answers as well. */
export function answerOf<One extends Kind>(kind: One, { answer, error }: ActOutcome): Answers[One] {
  if (error !== undefined) return unexpected(cut(error))
  const { fits, known } = checks[kind]
  const fault = faultOf(fits, answer, 'the answer')
  if (fault !== null) return unexpected(`answered with garbage: ${fault}; it is ${shownAnswer(answer)}`)
  return known(answer as Answers[One])
}

function aboutConnection<Answer extends { result: 'SUCCESS' } | Failure>(
  fits: Validator,
  knownSuccess: (answer: Success<Answer>) => Success<Answer>,
): Check<Answer | Failure> {
  return {
    fits,
    known: (answer) =>
      answer.result === 'SUCCESS' ? knownSuccess(answer as Success<Answer>) : failure(answer as Failure),
  }
}

function failure({ result, cause, reason }: Failure): Failure {
  return {
    result,
    ...(cause !== undefined && { cause }),
    ...(reason !== undefined && { reason: cut(reason) }),
  }
}

function knownFault({ field, found, expected, remedy }: ConfigFault): ConfigFault {
  const texts = { field: cut(field), found: cut(found), expected: cut(expected) }
  return remedy === undefined ? texts : { ...texts, remedy: cut(remedy) }
}

function shownAnswer(answer: unknown): string {
  return answer === undefined ? 'missing' : cut(JSON.stringify(answer), 80)
}
