import { closeSync, writeSync } from 'node:fs'
import type { SystemCalls } from './system-calls.js'

const POLLIN = 1
const pollEntrySize = 8

/**
 * Waits for a descriptor on one thread of Node's pool and calls back on the loop whenever it can be read.
 *
 * Node cannot end while a pool thread is in a system call: `process.exit()` and an uncaught exception would
 * wait for an event that a silent network never brings. So a second descriptor is waited for as well, and
 * written to from `close` and from an `exit` hook.
 */
export class Waiter {
  readonly #system: SystemCalls
  readonly #wake: number
  /** Kept here because the pool thread works on its memory. */
  readonly #set: Buffer
  readonly #onReadable: () => void
  #closed = false

  /** @param onReadable is called again at once if it leaves something unread */
  constructor(system: SystemCalls, descriptor: number, onReadable: () => void) {
    this.#system = system
    this.#onReadable = onReadable
    this.#wake = system.eventDescriptor()
    this.#set = Buffer.concat([pollEntry(this.#wake), pollEntry(descriptor)])
    process.on('exit', this.#wakeUp)
    this.#wait()
  }

  /** The callback is not called any more. The thread is given back a moment later. */
  close(): void {
    if (this.#closed) return
    this.#closed = true
    process.off('exit', this.#wakeUp)
    this.#wakeUp()
  }

  readonly #wakeUp = (): void => {
    const one = Buffer.alloc(8)
    one.writeBigUInt64LE(1n)
    writeSync(this.#wake, one)
  }

  #wait(): void {
    this.#system.poll(this.#set, () => {
      try {
        if (!this.#closed) this.#onReadable()
      } finally {
        // The callback may have closed us; and if it threw, somebody may have caught that and live on.
        if (this.#closed) closeSync(this.#wake)
        else this.#wait()
      }
    })
  }
}

function pollEntry(descriptor: number): Buffer {
  const entry = Buffer.alloc(pollEntrySize)
  entry.writeInt32LE(descriptor, 0)
  entry.writeInt16LE(POLLIN, 4)
  return entry
}
