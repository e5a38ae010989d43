import { closeSync, openSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { claimdError } from '../core/errors.js'
import type { RecorderPort } from '../core/kernel/recorder-port.js'
import type { StoreFault } from '../core/kernel/store-port.js'
import type { Moment } from '../core/kernel/turn.js'
import type { Beginning, Entry } from '../core/replay.js'
import { shellWord } from '../core/shell-word.js'

/** The form of the file that this version writes, and the only one that it reads. */
export const recordingFormat = 1

/**
 * A recording: what the core was started with, and then all that entered it, one JSON object a line. Each line is written
 * before anything comes of it, so that a kill leaves nothing out.
 */
export class RecordingFile implements RecorderPort {
  #descriptor: number | null
  readonly #ended: (error: Error) => void

  /**
   * @param ended hears why the recording has ended before its time; the daemon goes on without it
   * @throws a `ClaimdError`: `RECORDING_EXISTS`, `RECORDING_UNUSABLE`
   */
  constructor(file: string, beginning: Beginning, ended: (error: Error) => void) {
    this.#ended = ended
    this.#descriptor = open(file)
    this.#write({ recording: recordingFormat, ...beginning })
  }

  turn({ now, at }: Moment, events: readonly object[]): void {
    this.#write({ do: 'turn', now, at, events })
  }

  catchUp(): void {
    this.#write({ do: 'catch-up' })
  }

  check(): void {
    this.#write({ do: 'check' })
  }

  failed({ now, at }: Moment, { because, remedy }: StoreFault): void {
    this.#write({ do: 'failed', now, at, because, remedy })
  }

  close(): void {
    if (this.#descriptor !== null) closeSync(this.#descriptor)
    this.#descriptor = null
  }

  #write(line: Entry | ({ recording: number } & Beginning)): void {
    if (this.#descriptor === null) return
    try {
      writeWhole(this.#descriptor, `${JSON.stringify(line)}\n`)
    } catch (error) {
      this.close()
      this.#ended(error as Error)
    }
  }
}

/** Adapters, addresses and the names of connections are in it: it is for its owner alone. */
function open(file: string): number {
  try {
    return openSync(file, 'wx', 0o600)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') {
      throw claimdError('RECORDING_EXISTS', {
        message: `There is already a file ${file}`,
        found: file,
        expected: 'the name of a new file: each start is a recording of its own',
        remedy: 'Name another file, or move that one away',
      })
    }
    throw claimdError(
      'RECORDING_UNUSABLE',
      {
        message: `The recording ${file} cannot be written`,
        found: message,
        expected: 'a folder that the user of the daemon can write',
        remedy: `See to ${shellWord(dirname(file))}, or name another file`,
      },
      { cause: error },
    )
  }
}

function writeWhole(descriptor: number, text: string): void {
  for (let rest = Buffer.from(text); rest.length > 0; rest = rest.subarray(writeSync(descriptor, rest)));
}
