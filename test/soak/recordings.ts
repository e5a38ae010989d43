import { rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { Replay } from '../../host/core/replay.js'
import { readRecording } from '../../host/recording/index.js'
import { openStore } from '../../host/store/open-store.js'
import type { Lab } from '../system/lab.js'

/** Records each life of a daemon, and replays it once it is over: the rows must be those that it has stored. */
export class Recordings {
  lives = 0
  entries = 0
  bytes = 0
  /** Lives whose last entry had not been stored when they were killed. */
  cut = 0
  readonly #lab: Lab

  constructor(lab: Lab) {
    this.#lab = lab
  }

  /** The file of the life that runs, or of the next one. */
  get file(): string {
    return join(this.#lab.folder, `recording-${this.lives}`)
  }

  /**
   * Replays the recording of the life that is over.
   * @param killed whether it was, so that the last entry may not have been stored
   * @returns what differs; `null` when nothing does
   */
  async check(killed: boolean): Promise<string | null> {
    const { file } = this
    const { before, after } = await this.#replay(file)
    const stored = storedRows(this.#lab.state)
    this.lives++
    this.bytes += statSync(file).size
    if (stored === after || (killed && stored === before)) {
      if (stored !== after) this.cut++
      rmSync(file)
      return null
    }
    return `the replay of ${file} ends in other rows: ${firstDifference(stored, after)}`
  }

  /** @returns the rows before the last entry, and after it */
  async #replay(file: string): Promise<{ before: string; after: string }> {
    const { beginning, entries } = await readRecording(file)
    const replay = new Replay(beginning)
    let next = await entries.next()
    let before = ''
    while (!next.done) {
      const { value } = next
      next = await entries.next()
      if (next.done) before = JSON.stringify(replay.rows)
      replay.take(value, next.done ? undefined : next.value)
      this.entries++
    }
    return { before, after: JSON.stringify(replay.rows) }
  }
}

function storedRows(state: string): string {
  const store = openStore(state)
  try {
    return JSON.stringify(store.load().rows)
  } finally {
    store.close()
  }
}

function firstDifference(left: string, right: string): string {
  let at = 0
  while (at < left.length && left[at] === right[at]) at++
  const near = (text: string) => text.slice(Math.max(0, at - 80), at + 80)
  return `stored …${near(left)}…, replayed …${near(right)}…`
}
