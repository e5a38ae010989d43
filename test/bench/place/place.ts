import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * A folder, processes and network namespaces of a benchmark's own. All of it goes away with `close`, also when
 * the benchmark fails or somebody presses Ctrl-C.
 */
export class Place {
  static readonly #open = new Set<Place>()
  readonly folder = mkdtempSync(join(tmpdir(), 'claimd-bench-'))
  readonly #undo: (() => void)[] = []

  constructor() {
    Place.#open.add(this)
  }

  /** Closes every place that is open: nothing in it waits, so that it can be done while the process ends. */
  static closeAll(): void {
    for (const place of Place.#open) place.close()
  }

  /** Does something with a place, and removes it afterwards. */
  static async use<Result>(work: (place: Place) => Promise<Result>): Promise<Result> {
    const place = new Place()
    try {
      return await work(place)
    } finally {
      place.close()
    }
  }

  /** What is to be done when it closes; the last one first. */
  undo(step: () => void): void {
    this.#undo.push(step)
  }

  spawn(command: readonly string[], options: SpawnOptions): ChildProcess {
    const [program, ...args] = command
    const child = spawn(program!, args, options)
    this.undo(() => child.kill('SIGKILL'))
    return child
  }

  close(): void {
    Place.#open.delete(this)
    for (let step = this.#undo.pop(); step; step = this.#undo.pop()) {
      try {
        step()
      } catch (error) {
        process.stderr.write(`could not be undone: ${error}\n`)
      }
    }
    // Processes that were just killed may still be writing.
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 })
  }
}
