import type { ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Daemon } from './daemon.js'
import { child } from './files.js'
import type { Place } from './place.js'

/** A process that says when it saw something of which adapter, and what it has said. */
export class Watch {
  /** By adapter name, by the monotonic clock: the first time. */
  readonly seen = new Map<string, bigint>()
  readonly #process: ChildProcess
  #ready = false
  #look: () => void = () => {}

  private constructor(place: Place, command: readonly string[], env: NodeJS.ProcessEnv, pattern: RegExp) {
    this.#process = place.spawn([process.execPath, ...command], { stdio: ['pipe', 'pipe', 'inherit'], env })
    createInterface({ input: this.#process.stdout! }).on('line', (line) => {
      const space = line.indexOf(' ')
      const name = pattern.exec(line.slice(space + 1))?.[1]
      if (line === 'ready') this.#ready = true
      else if (name !== undefined && !this.seen.has(name)) this.seen.set(name, BigInt(line.slice(0, space)))
      this.#look()
    })
  }

  /** Sees claims, as a client of the daemon does. */
  static ofDaemon(place: Place, { socket }: Daemon): Promise<Watch> {
    return Watch.#start(place, [child('stamp-events'), socket], process.env, /(.*)/)
  }

  /** Sees what a command prints. @param pattern its first group is the adapter's name */
  static ofCommand(
    place: Place,
    command: readonly string[],
    pattern: RegExp,
    env: NodeJS.ProcessEnv = process.env,
  ): Promise<Watch> {
    return Watch.#start(place, [child('stamp-lines'), ...command], env, pattern)
  }

  static async #start(
    place: Place,
    command: readonly string[],
    env: NodeJS.ProcessEnv,
    pattern: RegExp,
  ): Promise<Watch> {
    const watch = new Watch(place, command, env, pattern)
    if (!(await watch.#until(() => watch.#ready, 10_000))) throw new Error(`${command} does not start`)
    return watch
  }

  /** @returns how many of them it has not seen when the time is over */
  async misses(names: readonly string[], ms: number): Promise<number> {
    const missing = () => names.filter((name) => !this.seen.has(name)).length
    // Counting is left for when it can be true.
    await this.#until(() => this.seen.size >= names.length && missing() === 0, ms)
    return missing()
  }

  /** Ends the process: closing its input ends also what it has started. */
  end(): void {
    this.#process.stdin!.end()
    this.#process.kill('SIGTERM')
  }

  #until(holds: () => boolean, ms: number): Promise<boolean> {
    return new Promise((resolve) => {
      const done = (result: boolean) => {
        clearTimeout(timer)
        this.#look = () => {}
        resolve(result)
      }
      const timer = setTimeout(() => done(false), ms)
      this.#look = () => {
        if (holds()) done(true)
      }
      this.#look()
    })
  }
}
