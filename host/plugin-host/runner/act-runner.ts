import type { Failure } from '@claimd/sdk'
import type { ActOutcome, ActParams, CancelActParams } from '@claimd/sdk/wire'
import type { ActivePlugin } from './active-plugin.js'
import type { Notify } from './host-requests.js'
import { ProgressTeller } from './progress-teller.js'
import { actOnProvider } from './provider-calls.js'
import { RunningCall } from './running-call.js'
import { sendable } from './sendable.js'
import { thrownTextWithPlace } from './thrown-text.js'

/**
 * Carries out the operations that the host sends, each by itself: however many are under way, calls run beside them.
 * Each gets one response.
 */
export class ActRunner {
  readonly #plugin: ActivePlugin
  readonly #send: (line: string) => void
  readonly #notify: Notify
  readonly #folder: string
  readonly #running = new Map<string, RunningCall>()

  /**
   * @param send writes a line to the channel
   * @param folder the plugin's, as stack traces write it
   */
  constructor(plugin: ActivePlugin, send: (line: string) => void, notify: Notify, folder: string) {
    this.#plugin = plugin
    this.#send = send
    this.#notify = notify
    this.#folder = folder
  }

  /** @param id of the request */
  take(id: number, act: ActParams): void {
    const running = new RunningCall()
    this.#running.set(keyOf(act), running)
    // Like calls, in a later turn: a cancel that came with it is seen.
    setImmediate(() => void this.#run(id, act, running))
  }

  cancel(act: CancelActParams): void {
    this.#running.get(keyOf(act))?.abort()
  }

  cancelAll(): void {
    for (const running of this.#running.values()) running.abort()
  }

  async #run(id: number, act: ActParams, running: RunningCall): Promise<void> {
    const outcome = await this.#outcomeOf(act, running)
    this.#running.delete(keyOf(act))
    this.#send(`{"jsonrpc":"2.0","id":${id},"result":${sendable(outcome)}}`)
  }

  async #outcomeOf(act: ActParams, running: RunningCall): Promise<ActOutcome> {
    if (running.aborted) return { answer: cancelled }
    const provider = this.#plugin.provider(act.provider)
    if (!provider) return { error: 'the plugin did not register this provider' }
    const { provider: id, fence } = act
    const teller = new ProgressTeller((progress) =>
      this.#notify('progress', { provider: id, fence, ...progress }),
    )
    try {
      return { answer: await actOnProvider(provider, act, running, (progress) => teller.tell(progress)) }
    } catch (thrown) {
      // The answer says where; the plugin's log has the whole story.
      if (thrown instanceof Error) console.error(thrown.stack)
      return { error: `threw ${thrownTextWithPlace(thrown, this.#folder)}` }
    } finally {
      teller.close()
    }
  }
}

const cancelled: Failure = {
  result: 'CONNECTION_ACQUIRE_FAILED',
  cause: 'cancelled',
  reason: 'it was cancelled before the provider was called',
}

function keyOf({ fence, kind }: CancelActParams): string {
  return `${fence} ${kind}`
}
