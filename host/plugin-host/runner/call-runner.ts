import { type Call, type CallResult, pluginMethods, type SentCall } from '@claimd/sdk/wire'
import type { ActivePlugin } from './active-plugin.js'
import { callProvider } from './provider-calls.js'
import { ReceivedAdapters } from './received-adapters.js'
import { RunningCall } from './running-call.js'
import { sendable } from './sendable.js'
import { thrownTextWithPlace } from './thrown-text.js'
import { lineLimit } from './wire-limits.js'

/** Lists are shorter than this, whatever a character takes in UTF-8. */
const listLength = lineLimit / 4

/** Runs the calls that the host sends, and collects their results into lists. */
export class CallRunner {
  readonly #plugin: ActivePlugin
  readonly #send: (line: string) => void
  readonly #folder: string
  readonly #adapters = new ReceivedAdapters()
  readonly #running = new Map<number, RunningCall>()
  #results: CallResult[] = []
  #flushing: NodeJS.Immediate | null = null

  /**
   * @param send writes a line to the channel
   * @param folder the plugin's, as stack traces write it
   */
  constructor(plugin: ActivePlugin, send: (line: string) => void, folder: string) {
    this.#plugin = plugin
    this.#send = send
    this.#folder = folder
  }

  /**
   * Takes a list of calls. They run in a later turn, when the acknowledgement of the list has been written:
   * a provider that blocks the process is then told apart from one that was never reached.
   */
  take(sent: readonly SentCall[]): void {
    const calls = sent.map((call) => this.#adapters.received(call))
    for (const call of calls) this.#running.set(call.id, new RunningCall())
    setImmediate(() => {
      for (const call of calls) this.#run(call)
      this.#flush()
    })
  }

  cancel(ids: readonly number[]): void {
    for (const id of ids) this.#running.get(id)?.abort()
  }

  cancelAll(): void {
    this.cancel([...this.#running.keys()])
  }

  #run(call: Call): void {
    const running = this.#running.get(call.id)!
    const done = (answer: unknown) => this.#done({ id: call.id, answer })
    const fail = (thrown: unknown) => {
      // The answer says where; the plugin's log has the whole story.
      if (thrown instanceof Error) console.error(thrown.stack)
      this.#done({ id: call.id, error: `threw ${thrownTextWithPlace(thrown, this.#folder)}` })
    }
    if (running.aborted) {
      this.#done({ id: call.id, error: 'cancelled before it ran' })
      return
    }
    try {
      const answer = this.#call(call, running)
      if (isThenable(answer)) Promise.resolve(answer).then(done, fail)
      else done(answer)
    } catch (thrown) {
      fail(thrown)
    }
  }

  #call(call: Call, running: RunningCall): unknown {
    const provider = this.#plugin.provider(call.provider)
    if (!provider) return { result: 'UNEXPECTED', reason: 'the plugin did not register this provider' }
    return callProvider(provider, call, running)
  }

  #done(result: CallResult): void {
    this.#running.delete(result.id)
    this.#results.push(result)
    this.#flushing ??= setImmediate(() => this.#flush())
  }

  #flush(): void {
    if (this.#flushing) clearImmediate(this.#flushing)
    this.#flushing = null
    if (this.#results.length === 0) return
    const results = this.#results
    this.#results = []
    const list = results.map(({ id, ...outcome }) => sendable(outcome, { id }))
    const tooLong = list.reduce((sum, json) => sum + json.length, 0) > listLength
    // The host skips a line that is too long: then each result travels alone.
    for (const part of tooLong ? list.map((one) => [one]) : [list]) {
      this.#send(
        `{"jsonrpc":"2.0","method":"${pluginMethods.results}","params":{"results":[${part.join()}]}}`,
      )
    }
  }
}

function isThenable(answer: unknown): answer is PromiseLike<unknown> {
  return typeof (answer as PromiseLike<unknown> | null | undefined)?.then === 'function'
}
