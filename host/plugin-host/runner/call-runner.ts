import type { Answer, Offer, Provider } from '@claimd/sdk'
import { type Call, type CallResult, pluginMethods } from '@claimd/sdk/wire'
import { isNestedDeeper } from '../../core/documents/nesting.js'
import { type ActivePlugin, deepFreeze } from './active-plugin.js'
import { thrownTextWithPlace } from './thrown-text.js'
import { depthLimit, lineLimit } from './wire-limits.js'

/** The longest result that is sent, in UTF-16 units, and how deep it may be nested. */
const resultLength = 64 * 1024
/** Below the message, its parameters, the list and the result. */
const answerDepth = depthLimit - 4
/** Lists are shorter than this, whatever a character takes in UTF-8. */
const listLength = lineLimit / 4

/** Runs the calls that the host sends, and collects their results into lists. */
export class CallRunner {
  readonly #plugin: ActivePlugin
  readonly #send: (line: string) => void
  readonly #folder: string
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
  take(calls: readonly Call[]): void {
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

  #call(call: Call, running: RunningCall): Answer | Promise<Answer> {
    const provider = this.#plugin.provider(call.provider)
    if (!provider) return { result: 'UNEXPECTED', reason: 'the plugin did not register this provider' }
    const adapter = deepFreeze(call.adapter)
    const { connection, fence } = call
    const offer = {
      adapter,
      connection,
      fence,
      get signal() {
        return running.signal
      },
    }
    if (call.method === 'claimConnection') {
      if (!provider.claimConnection) return { result: 'NOT_SUPPORTED', reason: 'it does not claim adapters' }
      return provider.claimConnection(offer)
    }
    if (!provider.verify) return verifyByClaiming(provider, offer)
    return provider.verify(Object.assign(offer, { evidence: call.evidence }))
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
    const list = results.map(sendable)
    const tooLong = list.reduce((sum, { json }) => sum + json.length, 0) > listLength
    // The host skips a line that is too long: then each result travels alone.
    for (const part of tooLong ? list.map((one) => [one]) : [list]) {
      this.#send(
        `{"jsonrpc":"2.0","method":"${pluginMethods.results}","params":{"results":[${part.map(({ json }) => json).join()}]}}`,
      )
    }
  }
}

function isThenable(answer: unknown): answer is PromiseLike<unknown> {
  return typeof (answer as PromiseLike<unknown> | null | undefined)?.then === 'function'
}

/** A call that has been received. Its signal is made when a provider asks for it: most never do. */
class RunningCall {
  #controller: AbortController | null = null
  aborted = false

  get signal(): AbortSignal {
    this.#controller ??= new AbortController()
    if (this.aborted) this.#controller.abort()
    return this.#controller.signal
  }

  abort(): void {
    this.aborted = true
    this.#controller?.abort()
  }
}

/** Without `verify`, a provider is offered the adapter again: the same name is a yes. */
async function verifyByClaiming(provider: Provider, offer: Offer): Promise<Answer> {
  if (!provider.claimConnection) return { result: 'NOT_SUPPORTED', reason: 'it does not verify claims' }
  const answer = await provider.claimConnection(offer)
  if (answer?.result !== 'SUCCESS' || answer.connection === offer.connection) return answer
  return { result: 'INVALID_CONNECTION', reason: `it now answers with the connection ${answer.connection}` }
}

/** An answer that the host would not take costs itself, not the others of its list. */
function sendable(result: CallResult): { json: string } {
  const failed = (error: string) => ({ json: JSON.stringify({ id: result.id, error }) })
  try {
    const json = JSON.stringify(result)
    if (json.length > resultLength) return failed(`answered with more than ${resultLength} characters`)
    if (isNestedDeeper(json, answerDepth))
      return failed(`answered with what is nested more than ${answerDepth} deep`)
    return { json }
  } catch {
    return failed('answered with what cannot be sent')
  }
}
