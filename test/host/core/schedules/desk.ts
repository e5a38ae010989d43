import type { Answer } from '@claimd/sdk'
import type { Question } from '../../../../host/core/kernel/provider-port.js'

/** So many questions that were answered, called off or overdue can still be answered, late or twice. */
const remembered = 6

interface Asked {
  question: Question
  /** Its one proper answer has yet to be delivered. */
  open: boolean
}

/** The questions that a plugin host has put to its providers, and the answers that can still come. */
export class Desk {
  private asked: Asked[] = []

  put(question: Question): void {
    this.asked.push({ question, open: true })
    const over = this.asked.filter(({ open }) => !open)
    if (over.length > remembered) this.asked.splice(this.asked.indexOf(over[0]!), 1)
  }

  cancel(ids: readonly number[]): void {
    for (const one of this.asked) if (ids.includes(one.question.id)) one.open = false
  }

  /** The deadline is over, or the provider is dead. @returns whether nobody had answered before */
  fail(id: number): boolean {
    const one = this.asked.find(({ question }) => question.id === id)
    const open = one?.open ?? false
    if (one) one.open = false
    return open
  }

  /** Any question that an answer can come to: one that is open, or one for which it is late. */
  pick(which: number, openOnly = false): Question | null {
    const some = openOnly ? this.asked.filter(({ open }) => open) : this.asked
    return some.length > 0 ? some[some.length - 1 - (which % some.length)]!.question : null
  }

  openOf(provider: string): Question[] {
    return this.asked.flatMap(({ question, open }) =>
      open && question.provider === provider ? [question] : [],
    )
  }

  settle(id: number): void {
    for (const one of this.asked) if (one.question.id === id) one.open = false
  }

  /** Dead plugins answer nothing. */
  forget(provider: string): void {
    this.asked = this.asked.filter(({ question, open }) => open || question.provider !== provider)
  }
}

/** What a provider may say. */
export type Saying =
  | { say: 'yes'; name: 'suggested' | 'shared' | 'configured' | 'foreign' | 'malformed'; volatile: boolean }
  | { say: 'no' | 'never' | 'throws' | 'exists' }
  | { say: 'pending'; ms: number }

const malformed = ['a/b', '', '-x', 'x\u0007', 'n'.repeat(64), '\ud800']

export function answerOf(saying: Saying, question: Question): Answer {
  switch (saying.say) {
    case 'yes': {
      const { name, volatile } = saying
      const connection = {
        suggested: question.connection,
        shared: 'shared',
        configured: 'mine',
        foreign: 'foreign',
        malformed: malformed[question.id % malformed.length]!,
      }[name]
      return {
        result: 'SUCCESS',
        connection,
        ...(volatile ? { volatile } : {}),
        evidence: `seen ${question.id % 3}`,
      }
    }
    case 'no':
      return { result: 'INVALID_CONNECTION', reason: 'not mine' }
    case 'never':
      return { result: 'NOT_SUPPORTED' }
    case 'throws':
      return { result: 'UNEXPECTED', reason: 'it threw' }
    case 'exists':
      return { result: 'CONNECTION_ALREADY_EXISTS' }
    case 'pending':
      return { result: 'PENDING', retryAfterMs: saying.ms }
  }
}
