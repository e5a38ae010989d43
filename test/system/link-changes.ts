import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const child = fileURLToPath(new URL('./link-changes-child.js', import.meta.url))

/** A process in a network namespace that changes links there, see `link-changes-child.ts`. */
export class Changing {
  readonly #process: ChildProcess
  readonly #lines: AsyncIterator<string>

  /**
   * @param state the state folder of its ledger
   * @param user in front of node, such as `setpriv …`
   * @param program another one that takes calls in the same way
   */
  constructor(namespace: string, state = '', user: string[] = [], program = child) {
    const command = [...user, process.execPath, program, state]
    this.#process = spawn('ip', ['netns', 'exec', namespace, ...command], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    this.#lines = createInterface({ input: this.#process.stdout! })[Symbol.asyncIterator]()
  }

  // biome-ignore lint/suspicious/noExplicitAny: a test looks at whatever came
  async call(what: string, ...args: unknown[]): Promise<any> {
    this.#process.stdin!.write(`${JSON.stringify([what, ...args])}\n`)
    const { value, done } = await this.#lines.next()
    if (done) throw new Error(`the process ended in ${what}`)
    const { result, error } = JSON.parse(value)
    if (error) throw Object.assign(new Error(`${error.code}: ${error.found}`), error)
    return result
  }

  /** The code and the kernel's words of a call that fails. */
  async fails(what: string, ...args: unknown[]): Promise<string> {
    try {
      await this.call(what, ...args)
    } catch (error) {
      return (error as Error).message
    }
    throw new Error(`${what} did not fail`)
  }

  /** A call in which it ends. */
  async dies(what: string, ...args: unknown[]): Promise<void> {
    this.#process.stdin!.write(`${JSON.stringify([what, ...args])}\n`)
    await once(this.#process, 'close')
  }

  async end(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return
    const closed = once(this.#process, 'close')
    this.#process.stdin!.end()
    await closed
  }
}
