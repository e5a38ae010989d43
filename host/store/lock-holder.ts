import { statSync } from 'node:fs'
import { sqliteLocks } from '../lib/sqlite-locks.js'

/**
 * The process that has SQLite's lock on a file, as the kernel knows it; null when nobody has, or when the
 * kernel does not tell (a process of another container). Only good for a message: it may be over already.
 */
export function lockHolder(file: string): number | null {
  try {
    const { ino } = statSync(file)
    return sqliteLocks().find(({ inode }) => inode === ino)?.pid ?? null
  } catch {
    return null
  }
}
