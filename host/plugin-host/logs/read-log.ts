import { type FileHandle, open } from 'node:fs/promises'

/** What is read of a log at once, in bytes: some thousand lines. */
export const logReadLimit = 1024 * 1024

/** Whole lines of a log, oldest first, and the place behind them. */
export interface LogLinesRead {
  lines: string[]
  /** `INODE:OFFSET`: which file, and how far it was read. */
  next: string
}

/**
 * Reads the last lines of a log, some of which may be in `PATH.1`, or with `since` (the `next` of an earlier reading) the first ones after that
 * place. A log that was moved to `PATH.1` meanwhile is read to its end, then the new one.
 */
export async function readLog(path: string, most: number, since: string | null): Promise<LogLinesRead> {
  if (since === null) {
    const now = await reading(path, (log) => lastLines(log, most))
    const left = most - now.lines.length
    if (left === 0) return now
    const moved = await reading(`${path}.1`, (log) => lastLines(log, left))
    return { ...now, lines: [...moved.lines, ...now.lines] }
  }
  const [inode, offset] = since.split(':') as [string, string]
  const moved = await reading(`${path}.1`, (log) =>
    lines(log, log.inode === inode ? Number(offset) : log.size, most),
  )
  const left = most - moved.lines.length
  if (left === 0) return moved
  const now = await reading(path, (log) => lines(log, log.inode === inode ? Number(offset) : 0, left))
  return { lines: [...moved.lines, ...now.lines], next: now.next === nowhere ? since : now.next }
}

/** The place in a log that is not there yet. */
export const nowhere = '0:0'

interface OpenLog {
  file: FileHandle
  inode: string
  size: number
}

async function reading(path: string, read: (log: OpenLog) => Promise<LogLinesRead>): Promise<LogLinesRead> {
  const file = await open(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
  if (file === null) return { lines: [], next: nowhere }
  try {
    const { ino, size } = await file.stat({ bigint: true })
    return await read({ file, inode: String(ino), size: Number(size) })
  } finally {
    await file.close()
  }
}

/** The lines from a place on; a file that became shorter was begun anew. */
async function lines({ file, inode, size }: OpenLog, from: number, most: number): Promise<LogLinesRead> {
  const start = from > size ? 0 : from
  const text = await bytes(file, start, Math.min(size - start, logReadLimit))
  const ends = lineEnds(text).slice(0, most)
  const end = ends.at(-1) ?? 0
  return { lines: split(text.subarray(0, end)), next: `${inode}:${start + end}` }
}

async function lastLines({ file, inode, size }: OpenLog, most: number): Promise<LogLinesRead> {
  const start = Math.max(0, size - logReadLimit)
  const text = await bytes(file, start, size - start)
  const ends = lineEnds(text)
  const end = ends.at(-1) ?? 0
  // Where the beginning is not that of the file, the first line may be a part of one.
  const first = start > 0 ? (ends[0] ?? 0) : 0
  const begin = ends.length > most ? ends[ends.length - most - 1]! : 0
  return { lines: split(text.subarray(Math.max(first, begin), end)), next: `${inode}:${start + end}` }
}

async function bytes(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length)
  const { bytesRead } = await file.read(buffer, 0, length, position)
  return buffer.subarray(0, bytesRead)
}

/** The places behind each line break. */
function lineEnds(text: Buffer): number[] {
  const ends: number[] = []
  for (let at = text.indexOf(10); at >= 0; at = text.indexOf(10, at + 1)) ends.push(at + 1)
  return ends
}

function split(text: Buffer): string[] {
  return text.length === 0 ? [] : text.toString('utf8', 0, text.length - 1).split('\n')
}
