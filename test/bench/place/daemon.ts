import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Client } from '@claimd/sdk/client'
import { claimd } from './files.js'
import type { Network } from './network.js'
import type { Place } from './place.js'
import { collectOutput } from './processes.js'

/** As `npm start` gives them. */
const nodeFlags = ['--max-semi-space-size=2', '--v8-pool-size=1']

export interface DaemonSettings {
  network: Network
  /** A folder of plugins. Default: only what ships with claimd. */
  plugins?: string
  /** Further arguments of `claimd run`. */
  args?: readonly string[]
}

/** A `claimd run` in a network of its own, as an operator would start it. */
export class Daemon {
  readonly socket: string
  readonly client: Client
  /** When it was started, by the monotonic clock. */
  readonly started = process.hrtime.bigint()
  readonly #process: ChildProcess
  readonly #output: () => string

  constructor(place: Place, { network, plugins, args: further = [] }: DaemonSettings) {
    const state = join(place.folder, 'state')
    mkdirSync(state, { recursive: true })
    this.socket = join(place.folder, 'socket')
    this.client = new Client({ socket: this.socket })
    const own = plugins ? ['--no-bundled', '--plugins', plugins] : []
    const args = ['run', '--state', state, '--socket', this.socket, ...own, ...further]
    this.#process = place.spawn([...network.inside, process.execPath, ...nodeFlags, claimd, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, XDG_CONFIG_HOME: place.folder, HOME: place.folder },
    })
    this.#output = collectOutput(this.#process)
  }

  /** `ip netns exec` becomes the daemon. */
  get pid(): number {
    return this.#process.pid!
  }

  /**
   * Waits until it answers, and asks it nothing else meanwhile.
   * @param call what to ask; default: its status
   */
  async answers<Document = unknown>(
    call: () => Promise<Document> = () => this.client.status() as Promise<Document>,
  ): Promise<{ document: Document; at: bigint }> {
    for (;;) {
      try {
        const document = await call()
        return { document, at: process.hrtime.bigint() }
      } catch {
        if (this.#process.exitCode !== null) throw new Error(`the daemon ended:\n${this.#output()}`)
        await delay(3)
      }
    }
  }

  /** Waits until so many adapters are claimed; asks seldom. */
  async claims(count: number): Promise<void> {
    const end = performance.now() + 120_000
    for (;;) {
      const { adapters } = await this.client.status()
      if ((adapters.claimed ?? 0) >= count) return
      if (performance.now() > end) throw new Error(`not ${count} claims: ${JSON.stringify(adapters)}`)
      await delay(200)
    }
  }

  /** Waits until a provider holds so many adapters. */
  async holds(provider: string, count: number): Promise<void> {
    const end = performance.now() + 60_000
    for (;;) {
      const { adapters } = await this.client.adapters({ provider: [provider] })
      if (adapters.length >= count) return
      if (performance.now() > end)
        throw new Error(`${provider} does not hold ${count} adapters:\n${this.#output()}`)
      await delay(200)
    }
  }

  /** Waits until nobody is asked anything any more. */
  async rests(): Promise<void> {
    for (let last = -1; ; await delay(300)) {
      const { revision, adapters, pluginStates } = await this.client.status()
      if (revision === last && !adapters.offered && !pluginStates.starting) return
      last = revision
    }
  }

  async kill(): Promise<void> {
    const ended = once(this.#process, 'close')
    this.#process.kill('SIGKILL')
    await ended
  }
}
