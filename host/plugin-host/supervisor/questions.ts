import type { CallResult } from '@claimd/sdk/wire'
import { type AnyQuestion, isAboutAdapter } from '../../core/kernel/provider-port.js'
import { unexpected } from '../answers.js'
import type { Deadlines } from '../deadlines.js'
import { type AnyAnswer, answerOf } from '../process/answer-checks.js'
import { Deadline } from '../process/deadline.js'

/**
 * Questions that one plugin is asked at the same time; the rest wait in the host. Those about connections have places of their
 * own: however slow they are, they keep no offer and no verify waiting, nor these them.
 */
const places = { adapter: 32, connection: 16 } as const

type Subject = keyof typeof places

/** Of them, so many travel in one list: while one list is answered, another is on its way. */
const listLimit = 16

/** Answers that came after the deadline are still recognised for this many questions of a plugin. */
const lateLimit = 256

interface Asked {
  question: AnyQuestion
  at: number
  deadline: Deadline | null
  /** Nobody waits for its answer any more. */
  cancelled: boolean
}

export interface QuestionEvents {
  /** The first answer of a question; after a deadline or a cancel there may be a second one, a late one. */
  answer(question: AnyQuestion, answer: AnyAnswer, ms: number): void
  /** The plugin did not answer in time. */
  overdue(id: number): void
}

/**
 * The questions to one process of a plugin. Some wait here, some are outstanding at the plugin, and of some only a late
 * answer can come. Which process answers a question, and what becomes of those of a process that ends, is decided by the
 * supervisor.
 */
export class Questions {
  readonly #deadlines: Deadlines
  readonly #events: QuestionEvents
  readonly #waiting: Record<Subject, Map<number, Asked>> = { adapter: new Map(), connection: new Map() }
  readonly #taken: Record<Subject, number> = { adapter: 0, connection: 0 }
  readonly #outstanding = new Map<number, Asked>()
  readonly #late = new Map<number, Asked>()

  readonly #isDebugged: () => boolean

  constructor(deadlines: Deadlines, events: QuestionEvents, isDebugged: () => boolean) {
    this.#deadlines = deadlines
    this.#events = events
    this.#isDebugged = isDebugged
  }

  add(question: AnyQuestion): void {
    const asked = { question, at: performance.now(), deadline: null, cancelled: false }
    this.#waiting[subjectOf(question)].set(question.id, asked)
  }

  /** The next list of questions to send, as far as the plugin may have more; empty when not. */
  take(): AnyQuestion[] {
    const now = performance.now()
    const list: AnyQuestion[] = []
    for (const subject of ['adapter', 'connection'] satisfies Subject[]) {
      for (const [id, asked] of this.#waiting[subject]) {
        if (this.#taken[subject] >= places[subject] || list.length === listLimit) break
        asked.at = now
        this.#waiting[subject].delete(id)
        this.#occupy(asked)
        list.push(asked.question)
      }
    }
    return list
  }

  /** The plugin has received these: their clocks start. */
  acknowledged(ids: readonly number[]): void {
    for (const id of ids) {
      const asked = this.#outstanding.get(id)
      if (!asked) continue
      const ms = this.#deadlines[`${asked.question.kind}Ms`]
      asked.deadline = new Deadline(ms, () => this.#overdue(asked, ms), this.#isDebugged)
    }
  }

  /** Returns false for a result that nobody asked for. */
  result(result: CallResult): boolean {
    const asked = this.#outstanding.get(result.id) ?? this.#late.get(result.id)
    if (!asked) return false
    // Before it is deleted: if this throws, the question is still there to be failed.
    const answer = answerOf(asked.question.kind, result)
    this.#vacate(result.id)
    const isLate = this.#late.delete(result.id)
    const claims = isAboutAdapter(asked.question) && answer.result === 'SUCCESS'
    // Nobody waits for it: only a claim made meanwhile has to be known.
    if (asked.cancelled && !claims) asked.deadline?.clear()
    // What is too late about a connection is of no use to anybody.
    else if (isLate && !isAboutAdapter(asked.question)) return true
    else this.#deliver(asked, answer)
    return true
  }

  /** Returns those of which the plugin must be told. */
  cancel(ids: readonly number[]): number[] {
    return ids.filter((id) => {
      this.#forgetWaiting(id)
      const asked = this.#outstanding.get(id)
      if (asked) asked.cancelled = true
      return asked !== undefined
    })
  }

  /** Another process answers these. */
  takeBack(ids: readonly number[]): void {
    for (const id of ids) {
      this.#forgetWaiting(id)
      this.#outstanding.get(id)?.deadline?.clear()
      this.#vacate(id)
    }
  }

  /** The process answers nothing any more. */
  clear(): void {
    for (const { deadline } of this.#outstanding.values()) deadline?.clear()
    for (const id of [...this.#outstanding.keys()]) this.#vacate(id)
    for (const waiting of Object.values(this.#waiting)) waiting.clear()
    this.#late.clear()
  }

  #overdue(asked: Asked, ms: number): void {
    const { id } = asked.question
    this.#vacate(id)
    this.#late.set(id, asked)
    if (this.#late.size > lateLimit) this.#late.delete(this.#late.keys().next().value!)
    if (!asked.cancelled) this.#deliver(asked, unexpected(`timed out: no answer within ${ms / 1000} s`))
    this.#events.overdue(id)
  }

  #deliver(asked: Asked, answer: AnyAnswer): void {
    asked.deadline?.clear()
    const ms = Math.round((performance.now() - asked.at) * 1000) / 1000
    try {
      this.#events.answer(asked.question, answer, ms)
    } catch (error) {
      // Not answered: whoever handles the exception fails what is open.
      this.#occupy(asked)
      throw error
    }
  }

  #occupy(asked: Asked): void {
    if (!this.#outstanding.has(asked.question.id)) this.#taken[subjectOf(asked.question)]++
    this.#outstanding.set(asked.question.id, asked)
  }

  #vacate(id: number): void {
    const asked = this.#outstanding.get(id)
    if (asked && this.#outstanding.delete(id)) this.#taken[subjectOf(asked.question)]--
  }

  #forgetWaiting(id: number): void {
    for (const waiting of Object.values(this.#waiting)) waiting.delete(id)
  }
}

function subjectOf(question: AnyQuestion): Subject {
  return isAboutAdapter(question) ? 'adapter' : 'connection'
}
