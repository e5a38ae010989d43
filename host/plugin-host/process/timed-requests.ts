import { Deadline } from './deadline.js'

/** The request was not answered in time. */
export class Overdue extends Error {}

/** Requests to a plugin that have a deadline, and other deadlines of its process: all end with it. */
export class TimedRequests {
  readonly #send: (method: string, params: object) => Promise<unknown> | undefined
  readonly #isSuspended: () => boolean
  readonly #waiting = new Set<Deadline>()

  /**
   * @param send sends a request; `undefined` where there is no channel
   * @param isSuspended whether no deadline passes at the moment
   */
  constructor(
    send: (method: string, params: object) => Promise<unknown> | undefined,
    isSuspended: () => boolean,
  ) {
    this.#send = send
    this.#isSuspended = isSuspended
  }

  /** It stays open when the process ends, of which its end is told. @throws {@link Overdue} after `ms` */
  request(ms: number, method: string, params: object): Promise<void> {
    return new Promise((resolve, reject) => {
      const sent = this.#send(method, params)
      if (!sent) return
      const deadline = this.after(ms, () => reject(new Overdue(`not done within ${ms / 1000} s`)))
      const settled = (done: () => void) => {
        this.#waiting.delete(deadline)
        deadline.clear()
        done()
      }
      sent.then(
        () => settled(resolve),
        (error: Error) => settled(() => reject(error)),
      )
    })
  }

  /** Calls back after `ms`, unless it is cleared before. */
  after(ms: number, passed: () => void): Deadline {
    const done = () => {
      this.#waiting.delete(deadline)
      passed()
    }
    const deadline = new Deadline(ms, done, this.#isSuspended)
    this.#waiting.add(deadline)
    return deadline
  }

  clear(): void {
    for (const deadline of this.#waiting) deadline.clear()
    this.#waiting.clear()
  }
}
