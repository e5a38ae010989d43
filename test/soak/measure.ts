import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { type Daemon, until } from '../system/lab.js'

/** What a daemon has in use when nothing moves. Memory in bytes, after all garbage is collected. */
export interface Measurement {
  heap: number
  /** Heap, buffers and the memory of libraries: all that the process has in RAM. */
  resident: number
  descriptors: number
}

/** @param file where the probe writes to */
export async function measure(daemon: Daemon, file: string): Promise<Measurement> {
  rmSync(file, { force: true })
  daemon.process.kill('SIGUSR2')
  await until(
    async () => existsSync(file),
    () => 'the daemon does not tell its memory',
  )
  const { heapUsed, rss } = JSON.parse(readFileSync(file, 'utf8')) as NodeJS.MemoryUsage
  return { heap: heapUsed, resident: rss, descriptors: readdirSync(`/proc/${daemon.pid}/fd`).length }
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!
}

/** How much more the last third of the windows has than the first, as a part of the first. */
export function growth(windows: readonly Measurement[], of: keyof Measurement): number {
  const third = Math.max(1, Math.floor(windows.length / 3))
  const first = median(windows.slice(0, third).map((window) => window[of]))
  return median(windows.slice(-third).map((window) => window[of])) / first - 1
}
