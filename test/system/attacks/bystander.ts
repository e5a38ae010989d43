import type { AdapterRow, OfferDocument, PluginRow } from '@claimd/sdk'
import * as assert from 'uvu/assert'
import { type Lab, until } from '../lab.js'

const held = ['by-0', 'by-1', 'by-2', 'by-3']
const asked = ['ask-0', 'ask-1', 'ask-2', 'ask-3']
const name = 'bystander'

/** How one question to the bystander went. */
interface Answer {
  result: string | null
  reason: string | null
  ms: number | null
}

/** The lab that it stands in. */
interface HostLab extends Pick<Lab, 'drop' | 'http'> {
  plugin(name: string): Promise<PluginRow>
  offer(adapter: string): ReturnType<Lab['http']>
  /** How large the daemon is, in bytes. */
  memory(): number
}

/** The plugin that stands beside: it holds `by-…`, and is asked about `ask-…` without end. */
export class Bystander {
  static readonly links = [...held, ...asked]
  readonly #lab: HostLab
  readonly #answers: Answer[] = []
  readonly #pid: number
  readonly #asking: Promise<void>[]
  #stopped = false
  /** The largest size that the daemon was seen with, in bytes. */
  largest = 0

  static drop(lab: HostLab): void {
    const code = `
    claimConnection({ adapter }) {
      return adapter.name.startsWith('by-')
        ? { result: 'SUCCESS', connection: adapter.name, volatile: true, evidence: 'knows it' }
        : { result: 'INVALID_CONNECTION', reason: 'asked and answered' }
    },
    verify: ({ connection }) => ({ result: 'SUCCESS', connection })`
    lab.drop(name, code, { match: [{ name: 'by-*' }, { name: 'ask-*' }] })
  }

  /** Begins to ask it, once it holds what it should. */
  static async watch(lab: HostLab): Promise<Bystander> {
    await until(
      async () => (await holds(lab)).every(({ state, provisional }) => state === 'claimed' && !provisional),
      async () => JSON.stringify(await holds(lab)),
    )
    const { pid } = await lab.plugin(name)
    const bystander = new Bystander(lab, pid!)
    await bystander.#isAsked(asked.length)
    return bystander
  }

  private constructor(lab: HostLab, pid: number) {
    this.#lab = lab
    this.#pid = pid
    this.#asking = asked.map((adapter) => this.#ask(adapter))
  }

  /** Its process is the same, holds what it held, and was asked and has answered throughout, and does so now. */
  async unharmed(): Promise<void> {
    await this.#isAsked(this.#answers.length + 2 * asked.length)
    const wrong = this.#answers.filter(({ reason }) => reason !== 'asked and answered')
    assert.equal(wrong, [], `of ${this.#answers.length} questions`)
    for (const row of await holds(this.#lab)) {
      assert.equal([row.state, row.provider, row.connection], ['claimed', `${name}/p`, row.name])
    }
    const { pid, restarts, state } = await this.#lab.plugin(name)
    assert.equal([pid, restarts, state], [this.#pid, 0, 'running'])
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await Promise.all(this.#asking)
  }

  #isAsked(times: number): Promise<true> {
    return until(
      async () => this.#answers.length >= times || null,
      () => `the bystander is not asked: ${JSON.stringify(this.#answers.slice(-3))}`,
      40_000,
    )
  }

  async #ask(adapter: string): Promise<void> {
    while (!this.#stopped) {
      try {
        const { round } = (await this.#lab.offer(adapter)).json as OfferDocument
        const { result, reason, ms } = round.answers.find(({ plugin }) => plugin === name)!
        this.#answers.push({ result, reason, ms })
        this.largest = Math.max(this.largest, this.#lab.memory())
      } catch (error) {
        if (!this.#stopped) this.#answers.push({ result: null, reason: String(error), ms: null })
        return
      }
    }
  }
}

async function holds(lab: HostLab): Promise<AdapterRow[]> {
  const { adapters } = (await lab.http('GET', '/v1/adapters')).json as { adapters: AdapterRow[] }
  return adapters.filter(({ name }) => held.includes(name))
}
