import { readFileSync, statSync } from 'node:fs'

/** SQLite locks bytes from here on, whatever the size of the file. */
const lockedBytes = { from: 0x40000000, to: 0x40000200 }

/**
 * The process that has SQLite's lock on a file, as the kernel knows it; null when nobody has, or when the
 * kernel does not tell (a process of another container). Only good for a message: it may be over already.
 */
export function lockHolder(file: string): number | null {
  try {
    const inode = statSync(file).ino
    for (const line of readFileSync('/proc/locks', 'utf8').split('\n')) {
      // 1: POSIX  ADVISORY  WRITE 1234 fe:00:131072 1073741824 1073742335
      const match = /^\d+: POSIX\s+ADVISORY\s+\w+ (\d+) \w+:\w+:(\d+) (\d+) /.exec(line)
      if (!match) continue
      const [pid, lockedInode, from] = match.slice(1).map(Number) as [number, number, number]
      if (pid > 0 && lockedInode === inode && from >= lockedBytes.from && from < lockedBytes.to) return pid
    }
  } catch {
    // Without /proc the holder stays unknown.
  }
  return null
}
