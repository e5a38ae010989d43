import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'

/** Memory of a process, in MB: what is resident, and that with its share of what others have as well. */
export function memoryOf(pid: number): { rss: number; pss: number } {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')
  const field = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(rollup)?.[1]) / 1024
  return { rss: field('Rss'), pss: field('Pss') }
}

/** The processor time of a process in user mode, in milliseconds; the kernel counts it in steps of 10. */
export function userMsOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]!.split(' ')
  return Number(fields[11]) * 10
}

/** A process and all that it has started, directly or not. */
export function familyOf(pid: number): number[] {
  const children = readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, 'latin1').split(' ').filter(Boolean).map(Number),
  )
  return [pid, ...children.flatMap(familyOf)]
}

/** How often the threads of these processes gave up the processor to wait: each time, something woke them again. */
export function wakeUpsOf(pids: readonly number[]): number {
  return sum(pids, (pid) =>
    sum(readdirSync(`/proc/${pid}/task`), (thread) =>
      field(`/proc/${pid}/task/${thread}/status`, 'voluntary_ctxt_switches'),
    ),
  )
}

/** How many bytes these processes had brought to a disk. */
export function writtenBy(pids: readonly number[]): number {
  return sum(pids, (pid) => field(`/proc/${pid}/io`, 'write_bytes'))
}

function sum<One>(all: readonly One[], value: (one: One) => number): number {
  return all.reduce((total, one) => total + value(one), 0)
}

function field(file: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s*(\\d+)`, 'm').exec(readFileSync(file, 'latin1'))?.[1])
}

/** How long a whole process takes, in milliseconds. What it prints is read, and shown only when it fails. */
export async function timed(
  command: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<number> {
  const [program, ...args] = command
  const start = performance.now()
  const child = spawn(program!, args, { stdio: ['ignore', 'pipe', 'pipe'], env })
  const output = collectOutput(child)
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`${command.join(' ')} ended with ${code}:\n${output()}`)
  return performance.now() - start
}

/** Waits until the machine has little to do, such as removing what the last benchmark has left. */
export async function quiet(): Promise<void> {
  for (let attempt = 0; attempt < 8; attempt++) {
    const before = busyMs()
    await delay(250)
    if ((busyMs() - before) / (250 * cpus().length) < 0.15) return
  }
}

function busyMs(): number {
  return cpus().reduce((sum, { times }) => sum + times.user + times.sys + times.irq, 0)
}

/** Collects what a process says, for the day that it ends too early. */
export function collectOutput(child: ChildProcess): () => string {
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text) => {
      output = (output + text).slice(-10_000)
    })
  }
  return () => output
}
