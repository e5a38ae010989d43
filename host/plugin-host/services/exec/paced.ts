import type { Readable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'

/** How much of a program's output the host takes in a second, in bytes; more has to wait. */
const programOutputRate = 4 * 1024 * 1024

/**
 * Reads a stream to its end, no faster than its chunks are taken, nor than a program may keep the host busy.
 * A stream that breaks off has ended.
 */
export async function readPaced(
  stream: Readable,
  take: (chunk: Buffer) => Promise<void> | void,
): Promise<void> {
  let owedMs = 0
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      await take(chunk)
      owedMs += (chunk.length / programOutputRate) * 1000
      if (owedMs < 10) continue
      await delay(owedMs)
      owedMs = 0
    }
  } catch {
    // The program was ended while it wrote.
  }
}
