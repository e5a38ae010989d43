import type { ProviderEvent } from '../core/claims/report-event.js'
import {
  type AnyQuestion,
  type ConnectionAnswerEvent,
  type ConnectionQuestion,
  isAboutAdapter,
} from '../core/kernel/provider-port.js'
import { unexpected, unknownConfiguration } from './answers.js'
import { checkConfig } from './manifest/check-config.js'
import type { Supervisor } from './supervisor/supervisor.js'
import type { ConfigOf } from './supervisor/wire-calls.js'

type Validate = Extract<ConnectionQuestion, { kind: 'validate' }>

export interface AskingOptions {
  /** @param provider the full id */
  pluginOf(provider: string): Supervisor | null
  configOf: ConfigOf
  /** How long the check of a `config` by its schema may take, in milliseconds. */
  schemaCheckMs: number
  answered(event: ProviderEvent): void
}

/** Puts each question of the core to the plugin that it is for, and answers those for which no plugin is needed. */
export class Asking {
  readonly #options: AskingOptions
  readonly #closed = new AbortController()
  /** The questions whose `config` is being checked by its schema. */
  readonly #checked = new Set<number>()
  /** One check after the other: each has a thread of its own. */
  #checks: Promise<void> = Promise.resolve()

  constructor(options: AskingOptions) {
    this.#options = options
  }

  ask(questions: readonly AnyQuestion[]): void {
    const lists = new Map<Supervisor, AnyQuestion[]>()
    for (const question of questions) {
      const plugin = this.#options.pluginOf(question.provider)
      const why = plugin === null ? `there is no provider ${question.provider}` : this.#whyNot(question)
      if (plugin === null || why !== null) this.#answer(question, unexpected(why!))
      else if (question.kind === 'validate' && schemaFor(question, plugin)) this.#checkFirst(question)
      else lists.set(plugin, [...(lists.get(plugin) ?? []), question])
    }
    for (const [plugin, list] of lists) plugin.ask(list)
  }

  cancel(ids: readonly number[]): void {
    for (const id of ids) this.#checked.delete(id)
  }

  close(): void {
    this.#closed.abort()
  }

  /** Why a question cannot be put to its provider. */
  #whyNot(question: AnyQuestion): string | null {
    if (isAboutAdapter(question)) return null
    const { name, config } = question.connection
    return this.#options.configOf(config) === null ? unknownConfiguration(name) : null
  }

  #checkFirst(question: Validate): void {
    const begin = performance.now()
    this.#checked.add(question.id)
    this.#checks = this.#checks.then(async () => {
      const answer = await this.#refusal(question).catch((error) => unexpected(String(error)))
      // It was cancelled meanwhile.
      if (!this.#checked.delete(question.id)) return
      const plugin = this.#options.pluginOf(question.provider)
      if (answer === null && plugin) plugin.ask([question])
      else {
        const ms = Math.round(performance.now() - begin)
        this.#answer(question, answer ?? unexpected(`there is no provider ${question.provider}`), ms)
      }
    })
  }

  /** The answer of the host itself; `null` when the provider is to be asked. */
  async #refusal(question: Validate): Promise<ConnectionAnswerEvent['answer'] | null> {
    const { pluginOf, configOf, schemaCheckMs } = this.#options
    const { provider, connection } = question
    if (!this.#checked.has(question.id)) return null
    // Both may be others by now.
    const plugin = pluginOf(provider)
    const config = configOf(connection.config)
    if (!plugin) return unexpected(`there is no provider ${provider}`)
    if (!config) return unexpected(unknownConfiguration(connection.name))
    const schema = schemaFor(question, plugin)
    if (!schema) return null
    const { signal } = this.#closed
    const { faults, failed } = await checkConfig(schema, config, { signal, timeoutMs: schemaCheckMs })
    if (failed !== null) return unexpected(`the schema of ${provider} cannot check its config: ${failed}`)
    if (faults.length > 0) {
      const reason = `its config is not as the schema of ${provider} says`
      return { result: 'INVALID_PARAMETER', reason, faults }
    }
    return null
  }

  #answer(question: AnyQuestion, answer: ConnectionAnswerEvent['answer'], ms = 0): void {
    const type = isAboutAdapter(question) ? 'answer' : 'connection-answer'
    this.#options.answered({ type, question, answer, ms } as ProviderEvent)
  }
}

/** What its `config` has to be, by the manifest; `null` where that says nothing. */
function schemaFor({ provider, connection }: Validate, { current }: Supervisor) {
  const { type } = connection
  const of = current.connectionSchemas.find((one) => one.provider === provider && one.types.includes(type))
  return of?.schema ?? null
}
