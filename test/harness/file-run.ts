import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { endLeftovers } from './leftovers.js'
import type { Message, TestResult } from './messages.js'

/** All that one test file did. */
export interface FileReport {
  file: string
  tests: TestResult[]
  /** What failed beside the tests themselves; each counts as one failed test. */
  faults: { title: string; text: string }[]
  /** What the file printed. */
  output: string
  ms: number
}

export interface FileRun {
  report: Promise<FileReport>
  /** Ends the file's process and its children. */
  cancel(): void
}

/** How long after a limit of its own a silent process is believed to be blocked. */
const blockedAfter = 5_000
const maximumOutput = 200_000
const entry = fileURLToPath(new URL('./file-process.js', import.meta.url))

/** Runs a compiled test file in a process of its own, for at most `limit` milliseconds. */
export function runFile(file: string, limit: number): FileRun {
  const started = performance.now()
  const child = spawn(process.execPath, ['--enable-source-maps', entry, file], {
    // A session of its own: whatever it leaves behind can be found and ended.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  })
  const report: FileReport = { file, tests: [], faults: [], output: '', ms: 0 }
  const planned: string[] = []
  let running = ''
  let ended = false
  let killed = false

  const end = (title: string, text: string) => {
    if (killed) return
    killed = true
    report.faults.push({ title, text })
    child.kill('SIGKILL')
  }
  const hung = (ms: number) => end('hung', `ended after ${ms} ms${running ? ` in ${running}` : ''}`)
  const fileTimer = setTimeout(hung, limit, limit)
  let testTimer: NodeJS.Timeout | undefined

  const receive = (message: Message) => {
    if (message.type === 'plan') planned.push(...message.titles)
    else if (message.type === 'result') report.tests.push(message)
    else if (message.type === 'fault') report.faults.push({ title: message.title, text: message.text })
    else if (message.type === 'start') {
      running = message.title
      clearTimeout(testTimer)
      testTimer = setTimeout(hung, message.limit + blockedAfter, message.limit + blockedAfter)
    } else {
      ended = true
      running = ''
      clearTimeout(testTimer)
      testTimer = setTimeout(hung, blockedAfter, blockedAfter)
    }
  }
  const keep = (chunk: string) => {
    if (report.output.length < maximumOutput) report.output += chunk
  }
  child.stdout?.setEncoding('utf8').on('data', keep)
  child.stderr?.setEncoding('utf8').on('data', keep)
  const channel = createInterface({ input: child.stdio[3] as Readable })
  channel.on('line', (line) => receive(JSON.parse(line) as Message))

  const finish = async () => {
    const allRead = Promise.all([once(channel, 'close'), once(child, 'close')])
    const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null]
    clearTimeout(fileTimer)
    clearTimeout(testTimer)
    for (const text of await endLeftovers(child.pid as number)) {
      report.faults.push({ title: 'left a process behind', text })
    }
    // A process that hides in a session of its own may hold the descriptors for ever.
    await Promise.race([allRead, delay(1_000)])
    const failed = report.faults.length > 0 || report.tests.some((test) => test.outcome === 'fail')
    if (!killed && (!ended || (code !== 0 && !failed))) report.faults.push(endedBadly(code, signal))
    for (const title of planned) {
      if (report.tests.some((test) => test.title === title)) continue
      report.tests.push({ type: 'result', title, outcome: 'fail', text: 'did not run', ms: 0 })
    }
    report.ms = performance.now() - started
    return report
  }
  const endedBadly = (code: number | null, signal: NodeJS.Signals | null) => ({
    title: ended ? 'ended badly' : 'ended early',
    text: `${signal ? `by ${signal}` : `with exit code ${code}`}${running ? ` in ${running}` : ''}`,
  })
  return { report: finish(), cancel: () => end('cancelled', 'the run was interrupted') }
}
