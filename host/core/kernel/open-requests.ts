import { claimdError } from '../errors.js'
import type { Outbox } from './outbox.js'
import type { StoreFault } from './store-port.js'

interface Waiting {
  resolve(reply: never): void
  reject(error: Error): void
}

/** The requests that have no reply yet, by their number. */
export class OpenRequests {
  private last = 0
  private readonly waiting = new Map<number, Waiting>()

  /** @param submit hands it over with its number @returns its reply, which comes once what it says is durable */
  open<Reply>(submit: (request: number) => void): Promise<Reply> {
    const number = ++this.last
    return new Promise<Reply>((resolve, reject) => {
      this.waiting.set(number, { resolve, reject })
      submit(number)
    })
  }

  /** @param failure why what it was decided with could not be stored; `null` when it is stored */
  reply({ request, reply, decided }: Outbox['replies'][number], failure: StoreFault | null): void {
    const waiting = this.waiting.get(request)
    this.waiting.delete(request)
    if (reply instanceof Error) waiting?.reject(reply)
    else if (decided && failure !== null) waiting?.reject(notStored(failure))
    else waiting?.resolve(reply as never)
  }

  /** Nothing is replied any more. */
  end(): void {
    for (const { reject } of this.waiting.values()) reject(stopping())
    this.waiting.clear()
  }
}

/** Why the engine takes no more requests. */
export function stopping(): Error {
  return claimdError('DAEMON_UNREACHABLE', {
    message: 'claimd is being stopped',
    remedy: 'ask again when it has been started again; what is claimed stays protected',
  })
}

function notStored({ because, remedy }: StoreFault): Error {
  return claimdError('STORE_DEGRADED', {
    message: `the decision could not be kept, so it does not hold: ${because}`,
    found: because,
    expected: 'a state folder that can be written',
    remedy: `${remedy}, then try again`,
  })
}
