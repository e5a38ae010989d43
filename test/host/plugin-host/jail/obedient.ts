import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { createInterface, type Interface } from 'node:readline'
import type { Attempt, Facts } from './facts.js'

/** How an attempt went: not stopped; stopped, with the code or the text of the error; or what became of the process. */
export type Outcome = 'open' | string

/** A process that runs test/fixtures/jail/obey.cjs: it tries what it is told. */
export class Obedient {
  readonly #lines: Interface
  errors = ''

  readonly #ended: Promise<{ open: false; value: string }>

  constructor(readonly child: ChildProcess) {
    this.#ended = once(child, 'close').then(([code, signal]) => {
      return { open: false, value: `ended with ${signal ?? code}` }
    })
    const channel = child.stdio[3] as Socket
    // It may be killed while there is something that it did not read.
    channel.on('error', () => {})
    this.#lines = createInterface({ input: channel })
    child.stderr!.setEncoding('utf8').on('data', (text) => {
      this.errors += text
    })
    child.stdout!.resume()
  }

  async try(attempt: Attempt | string, facts: Facts, patienceMs = 5000): Promise<Outcome> {
    const { open, value } = await this.ask(attempt, facts, patienceMs)
    return open ? 'open' : String(value)
  }

  /** What an attempt gives, or why it could not. */
  async ask(
    attempt: Attempt | string,
    facts: Facts,
    patienceMs = 5000,
  ): Promise<{ open: boolean; value: unknown }> {
    const patience = AbortSignal.timeout(patienceMs)
    const channel = this.child.stdio[3] as Socket
    channel.write(`${JSON.stringify({ attempt: attempt.toString(), facts })}\n`)
    const answer = once(this.#lines, 'line', { signal: patience }).then(
      ([line]) => JSON.parse(line as string),
      () => ({ open: false, value: 'hangs' }),
    )
    return Promise.race([answer, this.#ended])
  }

  async end(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return
    this.child.kill('SIGKILL')
    await this.#ended
  }
}
