import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { constants } from 'node:os'
import type { Readable, Writable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import type { ProgramEnd } from '@claimd/sdk'
import { endGraceMs } from '../../process/deadline.js'
import { childOf } from './child-of.js'
import type { CommandLine } from './exec-rules.js'
import { readPaced } from './paced.js'
import { unusable } from './program-file.js'
import { programLimits } from './program-limits.js'

type Child = ChildProcessByStdio<Writable, Readable, Readable>
type Take = (chunk: Buffer, stream: 'stdout' | 'stderr') => Promise<void> | void

/** A program that runs for a plugin, with what keeps it in its place. */
export class Program {
  readonly #child: Child
  readonly #program: string
  /** Whether the program is the grandchild of what was started, below the first process of its namespace. */
  readonly #apart: boolean
  #exited = false
  /** Chunks of output that have come, and that are being taken. */
  #taken = 0
  #taking = 0
  /** Resolves when it is gone and all that it wrote was taken. Rejects with PROGRAM_UNUSABLE when it did not start. */
  readonly ended: Promise<ProgramEnd>

  /** @param command the whole command that becomes the program; `apart`: in a namespace of its own */
  constructor(
    { program }: CommandLine,
    [command, ...args]: readonly string[],
    { cwd, apart, take }: { cwd: string; apart: boolean; take: Take },
  ) {
    this.#program = program
    this.#apart = apart
    this.#child = spawn(command!, args, {
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
      cwd,
      stdio: ['pipe', 'pipe', 'pipe'],
      // A group of its own: it can be ended with what it starts.
      detached: true,
    })
    // That it no longer reads is told by how it ends.
    this.#child.stdin.on('error', () => {})
    this.ended = this.#run(take)
    this.ended.catch(() => {})
  }

  /** The process group that it runs in; `null` when nothing could be started. */
  get pid(): number | null {
    return this.#child.pid ?? null
  }

  /** Writes to its standard input. @throws PROGRAM_UNUSABLE when it no longer reads */
  write(text: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#child.stdin.write(text, (error) => {
        if (!error) resolve()
        else reject(unusable(this.#program, 'it no longer reads its standard input', 'start it again'))
      })
    })
  }

  endInput(): void {
    this.#child.stdin.end()
  }

  /** Sends a signal to the program alone. */
  async signal(name: NodeJS.Signals): Promise<void> {
    const { pid } = this.#child
    if (pid === undefined || this.#exited) return
    const program = this.#apart ? await childOf(await childOf(pid)) : pid
    if (program !== null && !this.#exited) attempt(() => process.kill(program, name))
  }

  /** Tells it to end, with what it has started, and kills it when it is still there after the grace. */
  async end(): Promise<void> {
    this.#signalGroup('SIGTERM')
    const over = new AbortController()
    const gone = () => over.abort()
    this.ended.then(gone, gone)
    await delay(programLimits.termGraceMs, null, { signal: over.signal }).catch(() => {})
    this.kill()
  }

  kill(): void {
    if (!this.#exited) this.#signalGroup('SIGKILL')
  }

  async #run(take: Take): Promise<ProgramEnd> {
    const child = this.#child
    const read = (stream: 'stdout' | 'stderr') =>
      readPaced(child[stream], async (chunk) => {
        this.#taken++
        this.#taking++
        await take(chunk, stream)
        this.#taking--
      })
    const output = Promise.all([read('stdout'), read('stderr')])
    const end = await new Promise<ProgramEnd>((resolve, reject) => {
      child.once('error', (error: NodeJS.ErrnoException) => {
        // Also a signal that could not be sent is such an event.
        if (child.pid !== undefined) return
        reject(
          unusable(this.#program, `it did not start: ${error.code}`, 'see what is lacking on the machine'),
        )
      })
      child.once('exit', (code, signal) => resolve(endOf(code, signal, this.#apart)))
    })
    this.#exited = true
    // What it left behind in its group ends with it. The group keeps its id as long as one of them lives.
    this.#signalGroup('SIGKILL')
    const over = new AbortController()
    const cutOff = this.#cutOff(over.signal)
    await output
    over.abort()
    await cutOff
    return end
  }

  /** Closes the pipes when nothing comes any more: what has left the group may hold them for ever. */
  async #cutOff(read: AbortSignal): Promise<void> {
    for (let before = -1; !read.aborted && (this.#taking > 0 || this.#taken > before); ) {
      before = this.#taken
      await delay(endGraceMs, null, { signal: read }).catch(() => {})
    }
    this.#child.stdout.destroy()
    this.#child.stderr.destroy()
  }

  #signalGroup(name: NodeJS.Signals): void {
    const { pid } = this.#child
    if (pid !== undefined) attempt(() => process.kill(-pid, name))
  }
}

/** The first process of a namespace ends as a shell does, for which signals are codes above 128. */
function endOf(code: number | null, signal: string | null, apart: boolean): ProgramEnd {
  const number = apart && code !== null ? code - 128 : 0
  const name = Object.entries(constants.signals).find(([, value]) => value === number)?.[0]
  return name === undefined ? { code, signal } : { code: null, signal: name }
}

function attempt(send: () => void): void {
  try {
    send()
  } catch {
    // It is gone.
  }
}
