import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, readlinkSync } from 'node:fs'
import { createInterface, type Interface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { LaunchRequest } from '../../../../host/plugin-host/jail/launch-request.js'
import type { Wall } from '../../../../host/plugin-host/jail/wall.js'
import type { Attempt } from './facts.js'
import type { Order, RemoteSite } from './remote.js'

const script = fileURLToPath(new URL('./remote.js', import.meta.url))

export interface RemoteOptions extends RemoteSite {
  /** The program that runs the host, and the plugins. */
  node?: string
}

/** A host with a jail in a process of its own, so that it can be of another user, in other mounts, or killed. */
export class RemoteHost {
  readonly #process: ChildProcess
  readonly #lines: Interface
  #errors = ''
  /** Its state folder, which it leaves behind when it is killed. Known once it has answered. */
  folder: string | null = null

  /** @param prefix a command that becomes the host */
  constructor(prefix: readonly string[] = [], { node = process.execPath, ...site }: RemoteOptions = {}) {
    const [command, ...args] = [...prefix, node, script, JSON.stringify(site)]
    this.#process = spawn(command!, args, { cwd: '/', env: {} })
    this.#lines = createInterface({ input: this.#process.stdout! })
    this.#process.stderr!.setEncoding('utf8').on('data', (text) => {
      this.#errors += text
    })
  }

  get pid(): number {
    return this.#process.pid!
  }

  walls(request: { network?: boolean; inspect?: boolean } = {}): Promise<Wall[]> {
    return this.#order({ do: 'walls', request: { network: false, ...request } })
  }

  /** @returns the pid */
  launch(plugin: string, more: Partial<LaunchRequest> = {}): Promise<number> {
    return this.#order({ do: 'launch', plugin, more })
  }

  /** What an attempt of a plugin gave. Fails when it threw. */
  async try<Value>(plugin: string, attempt: Attempt | string): Promise<Value> {
    const { open, value } = await this.#order<{ open: boolean; value: Value }>({
      do: 'try',
      plugin,
      attempt: attempt.toString(),
    })
    if (!open) throw new Error(`it was stopped: ${value}`)
    return value
  }

  /** What the kernel says of a process. */
  statusOf(pid: number): string {
    return readFileSync(`/proc/${pid}/status`, 'utf8')
  }

  /** What a descriptor of a process leads to; `null`: it is not open. */
  targetOf(pid: number, descriptor: number): string | null {
    try {
      return readlinkSync(`/proc/${pid}/fd/${descriptor}`)
    } catch {
      return null
    }
  }

  async kill(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return
    const closed = once(this.#process, 'exit')
    this.#process.kill('SIGKILL')
    await closed
  }

  /** Lets it clean up. */
  async end(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return
    const closed = once(this.#process, 'exit')
    this.#process.stdin!.end()
    await closed
  }

  async #order<Value>(order: Order): Promise<Value> {
    this.#process.stdin!.write(`${JSON.stringify(order)}\n`)
    const ended = once(this.#process, 'close').then(() => {
      throw new Error(`the host has ended: ${this.#errors}`)
    })
    const [line] = (await Promise.race([once(this.#lines, 'line'), ended])) as string[]
    const { answer, folder } = JSON.parse(line!) as { answer: Value; folder: string }
    this.folder = folder
    return answer
  }
}
