import type { ContextError, Disposable, ReadService } from '@claimd/sdk'
import { Turns } from './turns.js'

/** The end of a file. */
export interface FileContent {
  bytes: Buffer
  /** Whether there was more before these bytes. */
  cut: boolean
}

/** Bytes that are looked at of one record. */
const recordLimit = 64 * 1024
/** Calls at a time: the host takes 32 of a plugin. */
const callLimit = 16
/** What the system says of what the host may not look at; what is not there is no trouble. */
const forbidden = ['EACCES', 'EPERM']

/**
 * All that the plugin reads of the system goes through here; the host reads it, as far as the manifest's
 * permissions name it. Whatever is in the way costs one file, not the answer; what may not be read is told to
 * `denied`.
 */
export class SystemFiles {
  readonly #read: ReadService
  readonly #turns = new Turns(callLimit)
  /** Calls that are under way: when many adapters come up together, the same is asked for all of them. */
  readonly #calls = new Map<string, Promise<unknown>>()

  constructor(read: ReadService) {
    this.#read = read
  }

  /** The files that fit, by path; none when they cannot be listed. */
  async list(glob: string, denied: (path: string) => void): Promise<string[]> {
    return (await this.#attempt(`list ${glob}`, () => this.#read.list(glob), glob, denied)) ?? []
  }

  /**
   * The end of a file; `null` when it is not there, or no plain file.
   * @param limit how many bytes of it at most; default 64 KiB
   */
  async read(path: string, denied: (path: string) => void, limit = recordLimit): Promise<FileContent | null> {
    const found = await this.#attempt(`read ${path}`, () => this.#read.bytes(path), path, denied)
    if (found === null) return null
    const bytes = Buffer.from(found.buffer, found.byteOffset, found.byteLength)
    return { bytes: bytes.subarray(-limit), cut: bytes.length > limit }
  }

  /** When a file or folder last changed, in milliseconds since 1970; 0 when that cannot be told. */
  async modified(path: string): Promise<number> {
    const status = await this.#attempt(
      `stat ${path}`,
      () => this.#read.stat(path),
      path,
      () => {},
    )
    return status?.modified ?? 0
  }

  /** Calls back when a file that fits one of the globs may have changed. */
  watch(globs: readonly string[], changed: () => void): Disposable {
    const watches = globs.map((glob) => this.#read.watch(glob, changed))
    return { dispose: () => watches.forEach((watch) => void watch.dispose()) }
  }

  async #attempt<T>(
    key: string,
    call: () => Promise<T>,
    path: string,
    denied: (path: string) => void,
  ): Promise<T | null> {
    const running = this.#calls.get(key) ?? this.#turns.take(call).finally(() => this.#calls.delete(key))
    this.#calls.set(key, running)
    try {
      return (await running) as T
    } catch (error) {
      const { code, found } = error as ContextError
      if (code !== 'FILE_UNREADABLE' || forbidden.includes(found ?? '')) denied(path)
      return null
    }
  }
}
