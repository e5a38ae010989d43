import type { Answer } from '@claimd/sdk'
import {
  type ActResult,
  type AnyQuestion,
  type DialAnswer,
  isAboutAdapter,
} from '../../../../../host/core/kernel/provider-port.js'
import type { Setup } from './seen.js'

/** What a provider may answer, beside `yes`, by the kind of question. */
export const answers: Readonly<Record<AnyQuestion['kind'], readonly string[]>> = {
  offer: ['no'],
  verify: ['no', 'fails'],
  resources: ['no', 'fails'],
  status: ['no', 'fails'],
  validate: ['fails'],
  typeSpecific: [],
}

/** How an act may end, beside `success`. */
export const ends: Readonly<Record<'connect' | 'disconnect', readonly string[]>> = {
  connect: ['failure', 'no-adapter', 'interrupted'],
  disconnect: ['not-supported', 'failure', 'interrupted'],
}

/** @returns the event that brings the answer */
export function answerTo(question: AnyQuestion, how: string, setup: Setup): object {
  if (isAboutAdapter(question)) {
    const isMine = how === 'yes' && question.adapter.name === setup.claims
    const connection = question.kind === 'verify' ? question.connection : 'a'
    let answer: Answer = { result: 'INVALID_CONNECTION', reason: 'not mine' }
    if (isMine) answer = { result: 'SUCCESS', connection, volatile: false }
    if (how === 'fails') answer = { result: 'UNEXPECTED', reason: 'it fails' }
    return { type: 'answer', question, answer, ms: 1 }
  }
  return { type: 'connection-answer', question, answer: aboutConnection(question, how, setup), ms: 1 }
}

function aboutConnection(
  question: Exclude<AnyQuestion, { kind: 'offer' | 'verify' }>,
  how: string,
  { shareResource = false, shareLink = false }: Setup,
): object {
  if (how === 'fails') return { result: 'UNEXPECTED', reason: 'it fails' }
  if (question.kind === 'resources') {
    if (how === 'no') return { result: 'SUCCESS', adapters: [] }
    if (shareResource) return { result: 'SUCCESS', adapters: null, resources: [{ id: 'line' }] }
    const adapters = question.adapters.map(({ id }) => id)
    return { result: 'SUCCESS', adapters, ...(shareLink && { linkKey: 'same' }) }
  }
  if (question.kind === 'status')
    return { result: 'SUCCESS', state: how === 'yes' ? 'connected' : 'disconnected' }
  return { result: 'SUCCESS' }
}

export function resultOf(how: string): ActResult<DialAnswer> {
  switch (how) {
    case 'success':
      return { outcome: 'done', answer: { result: 'SUCCESS' } }
    case 'failure':
      return { outcome: 'done', answer: { result: 'UNEXPECTED', reason: 'it fails' } }
    case 'no-adapter':
      return {
        outcome: 'done',
        answer: { result: 'CONNECTION_NOT_ACQUIRED', cause: 'no-adapter', reason: 'none' },
      }
    case 'not-supported':
      return { outcome: 'done', answer: { result: 'NOT_SUPPORTED' } }
    default:
      return { outcome: 'interrupted', reason: 'its process has ended' }
  }
}
