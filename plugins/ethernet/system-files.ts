import { constants } from 'node:fs'
import { open, opendir, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** What was read of a file. */
export interface FileContent {
  bytes: Buffer
  /** Whether there was more before these bytes. */
  cut: boolean
  /** When the file was last written, in milliseconds since 1970. */
  modified: number
}

/** Names that are looked at in one folder, and bytes that are read of one file. */
const nameLimit = 1_000
const byteLimit = 64 * 1024

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

  /** The end of a file, up to 64 KiB of it; `null` when it is not there, or no plain file. */
  async read(path: string, denied: (path: string) => void): Promise<FileContent | null> {
    try {
      // Opening a pipe would wait for its other end.
      const file = await open(join(this.#root, path), constants.O_RDONLY | constants.O_NONBLOCK)
      try {
        const status = await file.stat()
        if (!status.isFile()) return null
        const from = Math.max(0, status.size - byteLimit)
        const { buffer, bytesRead } = await file.read(Buffer.alloc(byteLimit), 0, byteLimit, from)
        return { bytes: buffer.subarray(0, bytesRead), cut: from > 0, modified: status.mtimeMs }
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

function isDenied(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException
  return code === 'EACCES' || code === 'EPERM'
}
