import { constants } from 'node:fs'
import { type FileHandle, mkdir, open, rename } from 'node:fs/promises'
import { dirname } from 'node:path'

/** The largest file of a plugin's log, in bytes; one older file is kept. */
export const logFileLimit = 1024 * 1024

const { O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_WRONLY } = constants

/** A file of lines. When it is full it becomes the old one, which is kept until the next is full. */
export class LogFile {
  readonly #path: string
  readonly #failed: (error: Error | null) => void
  #pending = ''
  #writing: Promise<void> | null = null

  /** @param failed called when lines could not be written, and with `null` when they can be again */
  constructor(path: string, failed: (error: Error | null) => void) {
    this.#path = path
    this.#failed = failed
  }

  write(line: string): void {
    // A disk that stands still does not fill the memory.
    if (this.#pending.length > logFileLimit) return
    this.#pending += `${line}\n`
    this.#writing ??= this.#write().finally(() => {
      this.#writing = null
    })
  }

  /** Resolves when all lines are written, or could not be. */
  async settled(): Promise<void> {
    while (this.#writing) await this.#writing
  }

  async #write(): Promise<void> {
    // What comes in one turn is written together.
    await new Promise(setImmediate)
    while (this.#pending !== '') {
      const lines = this.#pending
      this.#pending = ''
      try {
        await this.#append(Buffer.from(lines))
        this.#failed(null)
      } catch (error) {
        this.#failed(error as Error)
      }
    }
  }

  async #append(lines: Buffer): Promise<void> {
    let file = await this.#open()
    try {
      const { size } = await file.stat()
      if (size > 0 && size + lines.length > logFileLimit) {
        await rename(this.#path, oldOf(this.#path))
        await file.close()
        file = await this.#open()
      }
      await file.writeFile(lines)
    } finally {
      await file.close()
    }
  }

  async #open(): Promise<FileHandle> {
    const flags = O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK
    return open(this.#path, flags, 0o600).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error
      await mkdir(dirname(this.#path), { recursive: true, mode: 0o700 })
      return open(this.#path, flags, 0o600)
    })
  }
}

function oldOf(path: string): string {
  return `${path}.1`
}
