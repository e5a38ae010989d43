import { statSync } from 'node:fs'
import { sqliteLocks } from '../lib/sqlite-locks.js'

/**
 * The process that has SQLite's lock on a file, as the kernel knows it; null when nobody has, or when the
 * kernel does not tell (a process of another container). Only good for a message: it may be over already.
 */
export function lockHolder(file: string): number | null {
  const found = statSync(file, { throwIfNoEntry: false })
  return (found && sqliteLocks().find(({ inode }) => inode === found.ino)?.pid) ?? null
}
