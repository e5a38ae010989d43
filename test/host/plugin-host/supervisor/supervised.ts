import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ProviderEvent } from '../../../../host/core/claims/report-event.js'
import type { ActEndedEvent } from '../../../../host/core/kernel/provider-port.js'
import { defaultDeadlines } from '../../../../host/plugin-host/deadlines.js'
import type { AcceptedPlugin } from '../../../../host/plugin-host/discovery/found-plugin.js'
import { LogLines } from '../../../../host/plugin-host/logs/log-lines.js'
import type { Refusal } from '../../../../host/plugin-host/supervisor/facts.js'
import { Supervisor } from '../../../../host/plugin-host/supervisor/supervisor.js'
import { adapter, until } from '../support.js'
import { version } from './world.js'

const child = fileURLToPath(new URL('acting-child.js', import.meta.url))

/** A supervisor of real processes, which run `acting-child`, and everything that it told. */
export class Supervised {
  readonly results: ActEndedEvent[] = []
  readonly answers: ProviderEvent[] = []
  readonly notes: string[] = []
  readonly pids: number[] = []
  /** Called where the supervisor tells that availability changed. */
  onAvailability: () => void = () => {}
  /** Called where the supervisor asks whether a version may run. */
  onRefusal: () => void = () => {}
  readonly supervisor: Supervisor
  readonly #folder = mkdtempSync(join(tmpdir(), 'claimd-acts-'))
  readonly #quarantined = new Map<string, string>()
  #lastId = 0

  constructor() {
    const nothing = () => {}
    this.supervisor = new Supervisor(
      { found: version('a', false), lastGood: null, isGood: true, disabled: null },
      {
        deadlines: { ...defaultDeadlines, probationMs: 60_000 },
        options: { inspect: null, spareWaits: false },
        log: new LogLines(nothing, nothing),
        launch: ({ build }) => this.#launch(build),
        data: () => this.#folder,
        serve: async () => ({}),
        held: () => [],
        configOf: () => ({}),
        refusal: (version) => this.#refusal(version),
        quarantine: (build, reason) => this.#quarantined.set(build, reason),
        rememberGood: nothing,
      },
      {
        event: (event) => {
          if (event.type === 'act-ended') this.results.push(event)
          else this.answers.push(event)
        },
        availability: () => this.onAvailability(),
        note: (type) => this.notes.push(type),
      },
    )
  }

  /** What processes were sent, `BUILD FENCE`. */
  sent(): string[] {
    try {
      return readFileSync(join(this.#folder, 'acts'), 'utf8').trim().split('\n')
    } catch {
      return []
    }
  }

  /** Says something to the process that answers, see `acting-child`, and waits for its answer. */
  async say(connection: string): Promise<void> {
    const id = ++this.#lastId
    const of = { kind: 'offer', provider: 'p/main', evidence: null } as const
    this.supervisor.ask([{ ...of, id, adapter: adapter('t', id), connection, fence: 1000 + id }])
    await until(() => this.answers.some((event) => event.type === 'answer' && event.question.id === id))
  }

  async end(): Promise<void> {
    await this.supervisor.retire('the test is over')
    rmSync(this.#folder, { recursive: true })
  }

  #launch(build: string) {
    const stdio: ('ignore' | 'pipe')[] = ['ignore', 'pipe', 'pipe', 'pipe']
    const process_ = spawn(process.execPath, [child, join(this.#folder, 'acts'), build], {
      stdio,
      detached: true,
    })
    this.pids.push(process_.pid!)
    return process_
  }

  #refusal({ build }: AcceptedPlugin): Refusal | null {
    this.onRefusal()
    const why = this.#quarantined.get(build)
    return why === undefined ? null : { state: 'quarantined', why, awaitsTrust: false }
  }
}
