import { execFileSync } from 'node:child_process'
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { cpus, loadavg, release, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { median } from './statistics.js'

/** On what the figures were taken. */
export interface Machine {
  at: string
  cores: number
  processor: string
  memoryMb: number
  kernel: string
  node: string
  networkManager: string | null
  /** The load average of the last minute, before anything was measured. */
  load: number
  /** How long the disk takes to flush 4 KiB, in milliseconds (median), in the folder that the daemons write to. */
  flushMs: number
}

export function thisMachine(): Machine {
  return {
    at: new Date().toISOString(),
    cores: cpus().length,
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    memoryMb: Math.round(totalmem() / 2 ** 20),
    kernel: release(),
    node: process.version,
    networkManager: networkManagerVersion(),
    load: loadavg()[0]!,
    flushMs: flushTime(),
  }
}

export function machineLines(machine: Machine): string[] {
  const { cores, processor, memoryMb, kernel, node, networkManager, load, flushMs } = machine
  return [
    `${cores} cores (${processor}), ${memoryMb} MB, Linux ${kernel}, Node ${node}`,
    `NetworkManager ${networkManager ?? 'is not here'}; the disk flushes in ${flushMs.toFixed(2)} ms; load before: ${load.toFixed(2)}`,
    ...(load > cores / 2
      ? ['The machine was busy before: these figures are worse than they should be.']
      : []),
  ]
}

function networkManagerVersion(): string | null {
  try {
    return execFileSync('NetworkManager', ['--version'], { encoding: 'utf8', stdio: 'pipe' }).trim()
  } catch {
    return null
  }
}

/** What a durable write costs at the least: printed beside what waits for one. */
export function flushTime(): number {
  const folder = mkdtempSync(join(tmpdir(), 'claimd-bench-flush-'))
  const file = openSync(join(folder, 'file'), 'w')
  try {
    const times = Array.from({ length: 30 }, () => {
      const start = performance.now()
      writeSync(file, Buffer.alloc(4096))
      fdatasyncSync(file)
      return performance.now() - start
    })
    return median(times)
  } finally {
    closeSync(file)
    rmSync(folder, { recursive: true })
  }
}
