import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'

/** Memory of a process, in MB: what is resident, and that with its share of what others have as well. */
export function memoryOf(pid: number): { rss: number; pss: number } {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')
  const field = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(rollup)?.[1]) / 1024
  return { rss: field('Rss'), pss: field('Pss') }
}

/** How long a whole process takes, in milliseconds. What it prints is read and thrown away. */
export async function timed(
  command: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<number> {
  const [program, ...args] = command
  const start = performance.now()
  const child = spawn(program!, args, { stdio: ['ignore', 'pipe', 'inherit'], env })
  child.stdout.resume()
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`${command.join(' ')} ended with ${code}`)
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
