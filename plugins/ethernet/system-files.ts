import { constants } from 'node:fs'
import { type FileHandle, open, opendir, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** What was read of a file. */
export interface FileContent {
  bytes: Buffer
  /** Whether there was more before these bytes. */
  cut: boolean
  /** When the file was last written, in milliseconds since 1970. */
  modified: number
}

/** Names that are looked at in one folder, and bytes that are read of one record. */
const nameLimit = 1_000
const recordLimit = 64 * 1024
const pieceSize = 8 * 1024

/**
 * All that the plugin reads of the system goes through here. Whatever is in the way costs one file, not the
 * answer; what may not be read is told to `denied`.
 */
export class SystemFiles {
  readonly #root: string

  /** @param root a folder that stands for `/` */
  constructor(root = '/') {
    this.#root = root
  }

  /** The names in a folder that fit, in order; none when it cannot be read. */
  async names(folder: string, pattern: RegExp, denied: (path: string) => void): Promise<string[]> {
    const found: string[] = []
    let seen = 0
    try {
      for await (const { name } of await opendir(join(this.#root, folder))) {
        if (pattern.test(name)) found.push(name)
        if (++seen >= nameLimit) break
      }
    } catch (error) {
      if (isDenied(error)) denied(folder)
    }
    return found.sort()
  }

  /**
   * The end of a file; `null` when it is not there, or no plain file.
   * @param limit how many bytes of it at most; default 64 KiB
   */
  async read(path: string, denied: (path: string) => void, limit = recordLimit): Promise<FileContent | null> {
    try {
      // Opening a pipe would wait for its other end.
      const file = await open(join(this.#root, path), constants.O_RDONLY | constants.O_NONBLOCK)
      try {
        const status = await file.stat()
        if (!status.isFile()) return null
        const from = Math.max(0, status.size - limit)
        return { bytes: await bytesOf(file, from, limit), cut: from > 0, modified: status.mtimeMs }
      } finally {
        await file.close()
      }
    } catch (error) {
      if (isDenied(error)) denied(path)
      return null
    }
  }

  /** When a folder last changed, in milliseconds since 1970; 0 when it is not there. */
  async modified(folder: string): Promise<number> {
    return stat(join(this.#root, folder)).then(
      ({ mtimeMs }) => mtimeMs,
      () => 0,
    )
  }
}

/** Reads until the end: the kernel's own files come in pieces, and do not say how long they are. */
async function bytesOf(file: FileHandle, from: number, limit: number): Promise<Buffer> {
  const pieces: Buffer[] = []
  for (let length = 0; length < limit; ) {
    const size = Math.min(pieceSize, limit - length)
    const { buffer, bytesRead } = await file.read(Buffer.alloc(size), 0, size, from + length)
    if (bytesRead === 0) break
    pieces.push(buffer.subarray(0, bytesRead))
    length += bytesRead
  }
  return Buffer.concat(pieces)
}

function isDenied(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException
  return code === 'EACCES' || code === 'EPERM'
}
