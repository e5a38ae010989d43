import type { Adapter, Answer, DisconnectAnswer, ExecService, Failure, StatusAnswer } from '@claimd/sdk'
import type { ScriptConnection } from '../configuration/connection.js'
import { answerOf, failure } from '../protocol/answer.js'
import { type Description, readDescription } from '../protocol/description.js'
import {
  connectAnswerOf,
  dialFailure,
  disconnectAnswerOf,
  type ScriptConnected,
  statusAnswerOf,
} from '../protocol/dial-answers.js'
import { type Ended, type Failed, said } from '../protocol/run-program.js'
import { type AdapterVerb, protocolVersion, verbs } from '../protocol/verbs.js'
import { Runs } from './runs.js'

/** A script is asked to describe itself anew when it last did so long ago, in milliseconds: it may have been edited. */
const descriptionAge = 10_000

/** What a script is asked about. */
export interface Subject {
  adapter: Adapter
  /** The rest of what the script is given, depending on the verb. */
  details: object
  /** Aborted when the answer is no longer wanted. */
  signal?: AbortSignal
}

/** One configured script. */
export class Script {
  readonly connection: ScriptConnection
  readonly #runs: Runs
  readonly #log: (line: string) => void
  #described: { at: number; result: Promise<Description | Failed> } | null = null
  #logged = ''

  constructor(connection: ScriptConnection, exec: ExecService, log: (line: string) => void) {
    this.connection = connection
    this.#runs = new Runs(exec)
    this.#log = log
  }

  /** What the script says of itself, asked anew when that is old. It never rejects. */
  describe(): Promise<Description | Failed> {
    const now = performance.now()
    if (this.#described === null || now - this.#described.at > descriptionAge) {
      this.#described = { at: now, result: this.#describe() }
    }
    return this.#described.result
  }

  async offer(subject: Subject): Promise<Answer> {
    const ends = performance.now() + verbs.offer
    const description = await this.describe()
    if ('failed' in description) return failure(description.failed)
    if (description.match?.every((rule) => !rule.fits(subject.adapter))) {
      return { result: 'INVALID_CONNECTION', reason: `it says that it is for ${rulesText(description)}` }
    }
    if (!description.verbs.has('offer')) return { result: 'INVALID_CONNECTION', reason: claimsNothing }
    return this.#ask('offer', subject, ends)
  }

  /** A script that does not know the verb is offered the adapter again. */
  async verify(subject: Subject): Promise<Answer> {
    const ends = performance.now() + verbs.verify
    const description = await this.describe()
    if ('failed' in description) return failure(description.failed)
    if (description.verbs.has('verify')) return this.#ask('verify', subject, ends)
    if (!description.verbs.has('offer')) return { result: 'INVALID_CONNECTION', reason: claimsNothing }
    return this.#ask('offer', subject, ends)
  }

  /** Which of the adapters it could connect with, or why it cannot connect. */
  async usable(adapters: readonly Adapter[]): Promise<Adapter[] | Failure> {
    const description = await this.describe()
    if ('failed' in description) return dialFailure(description.failed)
    if (!description.verbs.has('connect')) return notKnown('connect')
    return adapters.filter((adapter) => description.match?.some((rule) => rule.fits(adapter)) ?? true)
  }

  connect(subject: Subject): Promise<ScriptConnected | Failure> {
    return this.#dial('connect', subject, connectAnswerOf)
  }

  disconnect(subject: Subject): Promise<DisconnectAnswer> {
    return this.#dial('disconnect', subject, disconnectAnswerOf)
  }

  /** A script that does not know the verb is not asked: then a link that is up will do. */
  status(subject: Subject): Promise<StatusAnswer> {
    return this.#dial('status', subject, statusAnswerOf)
  }

  async #dial<Answer>(
    verb: 'connect' | 'disconnect' | 'status',
    subject: Subject,
    answerOf: (end: Ended) => Answer,
  ): Promise<Answer | Failure> {
    const ends = performance.now() + verbs[verb]
    const description = await this.describe()
    if ('failed' in description) return dialFailure(description.failed)
    if (!description.verbs.has(verb)) return notKnown(verb)
    const end = await this.#run(verb, subject, ends)
    return 'failed' in end ? dialFailure(end.failed) : answerOf(end)
  }

  /** Tells the script, if it wants to hear it. */
  async released(subject: Subject): Promise<void> {
    const description = await this.describe()
    if ('failed' in description || !description.verbs.has('released')) return
    const end = await this.#run('released', subject, performance.now() + verbs.released)
    if ('failed' in end) this.#log(end.failed)
    else if (end.code !== 0) this.#log(`released ended with exit code ${end.code}${said(end.stderr)}`)
  }

  async #ask(verb: AdapterVerb, subject: Subject, ends: number): Promise<Answer> {
    const end = await this.#run(verb, subject, ends)
    return 'failed' in end ? failure(end.failed) : answerOf(end, this.connection.name)
  }

  #run(verb: AdapterVerb, { adapter, details, signal }: Subject, ends: number): Promise<Ended | Failed> {
    const { name, program, options } = this.connection
    return this.#runs.run({
      program,
      args: [verb, adapter.name, name],
      document: { protocol: protocolVersion, verb, adapter, connection: name, ...details, options },
      ends,
      lane: verb === 'connect' || verb === 'disconnect' ? 'act' : 'question',
      ...(signal && { signal }),
    })
  }

  async #describe(): Promise<Description | Failed> {
    const { program } = this.connection
    const ends = performance.now() + verbs.describe
    const end = await this.#runs.run({ program, args: ['describe'], document: null, ends, lane: 'question' })
    const result = 'failed' in end ? end : descriptionOf(end)
    const text =
      'failed' in result
        ? result.failed
        : `${result.label ?? program} knows ${[...result.verbs].join(', ')}; it is for ${rulesText(result)}`
    if (text !== this.#logged) this.#log(text)
    this.#logged = text
    return result
  }
}

const claimsNothing = 'it claims nothing: it does not know the verb offer'

function notKnown(verb: string): Failure {
  return { result: 'NOT_IMPLEMENTED', reason: `it does not know the verb ${verb}` }
}

function descriptionOf(end: Ended): Description | Failed {
  if (end.code !== 0) return { failed: `describe ended with exit code ${end.code}${said(end.stderr)}` }
  const description = readDescription(end.stdout)
  return 'faults' in description ? { failed: `describe: ${description.faults.join('; ')}` } : description
}

function rulesText({ match }: Description): string {
  return match?.map(({ text }) => text).join('; or ') ?? 'any adapter'
}
