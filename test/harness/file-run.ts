import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { endLeftovers, type Family, killGroup } from './leftovers.js'
import type { Message, TestResult } from './messages.js'

/** All that one test file did. */
export interface FileReport {
  file: string
  tests: TestResult[]
  /** What failed beside the tests themselves; each counts as one failed test. */
  faults: Fault[]
  /** The first Node process that the file started; `null` if there was none. */
  startedNode: string | null
  /** Whether anything in its process asked what time it is. */
  lookedAtClock: boolean
  /** What the file printed, up to a limit. */
  output: string
  ms: number
}

export interface Fault {
  title: string
  text: string
}

export interface FileRun {
  report: Promise<FileReport>
  /** Ends the file's process and its children at once. */
  cancel(): void
}

/** How long a process may overrun a limit that it should have kept itself: then its event loop is blocked. */
const blockedAfter = 5_000
/** How long to read on after the process has ended and somebody still holds its descriptors. */
const readOn = 1_000
const maximumOutput = 200_000
const entry = fileURLToPath(new URL('./file-process.js', import.meta.url))

/** What one process runs. */
export interface Job {
  /** What the report is called: the file, or a title for several. */
  name: string
  /** Compiled test files. */
  files: string[]
  /** Options for Node. */
  nodeOptions?: string[]
  /** Added to the environment. */
  env?: NodeJS.ProcessEnv
}

/**
 * Runs a compiled test file in a process of its own, for at most `limit` milliseconds.
 * @param env is added to the environment
 */
export function runFile(file: string, limit: number, env: NodeJS.ProcessEnv = {}): FileRun {
  return runJob({ name: file, files: [file], env }, limit)
}

/** Runs test files in one process, for at most `limit` milliseconds. */
export function runJob({ name, files, nodeOptions = [], env = {} }: Job, limit: number): FileRun {
  // A name of its own for each file, so that a runner within a test adds to what it was given.
  const variable = `CLAIMD_TEST_${randomUUID().replaceAll('-', '')}`
  const child = spawn(process.execPath, ['--enable-source-maps', ...nodeOptions, entry, ...files], {
    env: { ...process.env, ...env, [variable]: '1' },
    // A session and a group of its own.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  })
  const family = { leader: child.pid as number, marker: `${variable}=1` }
  const watched = new WatchedFile(name, child, family, limit)
  return { report: watched.report(), cancel: () => watched.kill('cancelled', 'the run was interrupted') }
}

/** One test file while its process runs: what it has told so far, and what it is doing now. */
class WatchedFile {
  readonly #report: FileReport
  readonly #started = performance.now()
  readonly #fileTimer: NodeJS.Timeout
  #stepTimer: NodeJS.Timeout | undefined
  #planned: string[] = []
  #doing = 'loading'
  #done = false
  #killed = false

  constructor(
    file: string,
    private readonly child: ChildProcess,
    private readonly family: Family,
    limit: number,
  ) {
    this.#report = { file, tests: [], faults: [], startedNode: null, lookedAtClock: false, output: '', ms: 0 }
    this.#fileTimer = setTimeout(
      () => this.kill('hung', `over its limit of ${limit} ms, ${this.#doing}`),
      limit,
    )
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        if (this.#report.output.length < maximumOutput) this.#report.output += text
      })
    }
    createInterface({ input: child.stdio[3] as Readable }).on('line', (line) => this.#read(line))
  }

  async report(): Promise<FileReport> {
    const closed = once(this.child, 'close')
    const [code, signal] = (await once(this.child, 'exit')) as [number | null, NodeJS.Signals | null]
    clearTimeout(this.#fileTimer)
    clearTimeout(this.#stepTimer)
    for (const text of await endLeftovers(this.family)) this.#fault('left a process behind', text)
    // A process that hides in a session of its own may hold the descriptors for ever.
    const giveUp = setTimeout(() => this.child.stdio.forEach((stream) => void stream?.destroy()), readOn)
    await closed
    clearTimeout(giveUp)

    const { tests, faults } = this.#report
    const failed = faults.length > 0 || tests.some((test) => test.outcome === 'fail')
    if (!this.#killed && (!this.#done || (code !== 0 && !failed))) {
      this.#fault(
        this.#done ? 'ended badly' : 'ended early',
        `${signal ? `by ${signal}` : `with exit code ${code}`}, ${this.#doing}`,
      )
    }
    const heard = new Set(tests.map((test) => test.title))
    for (const title of this.#planned.filter((title) => !heard.has(title))) {
      tests.push({ type: 'result', title, outcome: 'fail', text: 'did not run', ms: 0 })
    }
    this.#report.ms = performance.now() - this.#started
    return this.#report
  }

  kill(title: string, text: string): void {
    if (this.#killed) return
    this.#killed = true
    this.#fault(title, text)
    killGroup(this.family)
  }

  #fault(title: string, text: string): void {
    this.#report.faults.push({ title, text })
  }

  #read(line: string): void {
    try {
      this.#hear(JSON.parse(line) as Message)
    } catch {
      this.#fault('wrote to descriptor 3', `which is the runner's: ${line.slice(0, 200)}`)
    }
  }

  #hear(message: Message): void {
    if (message.type === 'plan') this.#planned = message.titles
    else if (message.type === 'result') this.#report.tests.push(message)
    else if (message.type === 'fault') this.#fault(message.title, message.text)
    else if (message.type === 'started-node') this.#report.startedNode ??= message.command
    else if (message.type === 'looked-at-clock') this.#report.lookedAtClock = true
    else if (message.type === 'start') this.#expectNext(message.limit, `in ${message.title}`)
    else {
      this.#done = true
      this.#expectNext(0, 'after its last test')
    }
  }

  #expectNext(ms: number, doing: string): void {
    this.#doing = doing
    clearTimeout(this.#stepTimer)
    const text = `no sign of life for ${ms + blockedAfter} ms, ${doing}`
    this.#stepTimer = setTimeout(() => this.kill('hung', text), ms + blockedAfter)
  }
}
