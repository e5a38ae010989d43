import { claimdError } from '../../core/errors.js'
import type { Draft } from './change-requests.js'
import type { Message } from './codec.js'
import * as c from './constants.js'
import { KernelRefusal } from './kernel-refusal.js'
import { Requester } from './requester.js'
import { systemCalls } from './system-calls.js'

/** How often something is dumped anew because it changed meanwhile. */
const attemptLimit = 8

/**
 * Requests to the kernel whose refusals are told in words: `what` says what was wanted, such as `set the link up`.
 * Nothing is opened before the first request.
 */
export class KernelRequests {
  #requester: Requester | null = null

  close(): void {
    this.#requester?.close()
  }

  /** What is not there has nothing. */
  async dump(draft: Draft, what: string): Promise<Message[]> {
    for (let attempt = 1; ; attempt++) {
      try {
        const messages = await this.put(draft)
        const interrupted = messages.some(({ flags }) => (flags & c.NLM_F_DUMP_INTR) !== 0)
        if (!interrupted || attempt === attemptLimit) return messages
      } catch (error) {
        if (error instanceof KernelRefusal && ['ENODEV', 'ENOENT', 'EAFNOSUPPORT'].includes(error.code))
          return []
        throw notChanged(what, error)
      }
    }
  }

  /** @param missing the names of the errors that say that it was not there, beside that the link was not */
  async remove(draft: Draft, what: string, missing: readonly string[]): Promise<boolean> {
    try {
      await this.put(draft)
      return true
    } catch (error) {
      if (error instanceof KernelRefusal && ['ENODEV', ...missing].includes(error.code)) return false
      throw notChanged(what, error)
    }
  }

  /** @throws LINK_NOT_CHANGED */
  async ask(draft: Draft, what: string): Promise<Message[]> {
    try {
      return await this.put(draft)
    } catch (error) {
      throw notChanged(what, error)
    }
  }

  /** @throws {@link KernelRefusal} as it comes */
  async put(draft: Draft): Promise<Message[]> {
    this.#requester ??= new Requester(systemCalls())
    return this.#requester.ask(draft)
  }
}

/** The error that a person can act on. @param what was not done */
export function notChanged(what: string, error: unknown): Error {
  const found = error instanceof Error ? error.message : String(error)
  const remedies: Record<string, string> = {
    EPERM: 'run claimd as root, or with CAP_NET_ADMIN',
    ENOTSUP: 'this kernel, or this kind of link, cannot do it; a module of the kernel may be lacking',
  }
  const code = error instanceof KernelRefusal ? error.code : ''
  return claimdError(
    'LINK_NOT_CHANGED',
    {
      message: `the kernel did not ${what}: ${found}`,
      found,
      expected: 'a change that the kernel carries out',
      remedy: remedies[code] ?? 'see what the kernel says; `ip` shows what there is',
    },
    { cause: error },
  )
}
