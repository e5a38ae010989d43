import { readFileSync } from 'node:fs'

/** SQLite locks bytes from here on, whatever the size of the file. */
const lockedBytes = { from: 0x40000000, to: 0x40000200 }

/** The processes that have SQLite's lock on a file, with the file's inode number, as the kernel of this container knows. */
export function sqliteLocks(): { pid: number; inode: number }[] {
  let locks: string
  try {
    locks = readFileSync('/proc/locks', 'utf8')
  } catch {
    // Without /proc they stay unknown.
    return []
  }
  return locks.split('\n').flatMap((line) => {
    // 1: POSIX  ADVISORY  WRITE 1234 fe:00:131072 1073741824 1073742335
    const match = /^\d+: POSIX\s+ADVISORY\s+\w+ (\d+) \w+:\w+:(\d+) (\d+) /.exec(line)
    if (!match) return []
    const [pid, inode, from] = match.slice(1).map(Number) as [number, number, number]
    return pid > 0 && from >= lockedBytes.from && from < lockedBytes.to ? [{ pid, inode }] : []
  })
}
