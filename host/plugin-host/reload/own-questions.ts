import type { Answer } from '@claimd/sdk'
import type { Question } from '../../core/kernel/provider-port.js'
import { unexpected } from '../process/wire-checks.js'
import type { Instance } from './instance.js'

/** What the plugin host itself asks its plugins. The core numbers its questions from 1 up; these have numbers below 0. */
export class OwnQuestions {
  readonly #open = new Map<number, (answer: Answer) => void>()
  #last = 0

  ask(instance: Instance, question: Omit<Question, 'id'>): Promise<Answer> {
    if (instance.isOver) return Promise.resolve(unexpected('its process is gone'))
    const id = --this.#last
    return new Promise((resolve) => {
      this.#open.set(id, resolve)
      instance.ask([{ ...question, id }])
    })
  }

  /** @returns whether the answer was to a question of these */
  take(id: number, answer: Answer): boolean {
    // Every answer to the core comes by here.
    if (id > 0) return false
    const resolve = this.#open.get(id)
    this.#open.delete(id)
    resolve?.(answer)
    return resolve !== undefined
  }
}
