import { fileIdentity } from './file-identity.js'

/**
 * Notices when a database's files were removed or replaced while they are in use: SQLite goes on writing to
 * what no path leads to any more, and everything would be lost with the process.
 */
export class FilePresence {
  readonly #identities = new Map<string, string>()

  /** @param files the database, and its write-ahead log, which is made by the first write */
  constructor(private readonly files: readonly string[]) {
    this.missing()
  }

  /** Whether every file has been there once. */
  get complete(): boolean {
    return this.#identities.size === this.files.length
  }

  /** The file that is not what it was, or `null`. Costs a look-up of each file. */
  missing(): string | null {
    for (const file of this.files) {
      const identity = fileIdentity(file)
      const known = this.#identities.get(file)
      if (known === undefined && identity !== null) this.#identities.set(file, identity)
      else if (known !== undefined && known !== identity) return file
    }
    return null
  }
}
