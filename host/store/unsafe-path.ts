import type { Stats } from 'node:fs'
import { shellWord } from '../core/shell-word.js'
import { isTrusted, writableByOthers } from '../lib/trusted-owner.js'
import { wayTo } from '../lib/way.js'

/** Something that another user could change or replace. */
export interface UnsafePath {
  path: string
  /** Its owner and mode, in words. */
  found: string
  /** The command that mends it. */
  remedy: string
}

/**
 * The first thing on the way to a file or folder, itself included, that users other than root could change, as plugin
 * folders are looked at; `null` when there is none. What is not there is safe.
 *
 * Only root's are looked at: who is not root has nothing to give to somebody who can write to his files.
 */
export function unsafeForRoot(target: string): UnsafePath | null {
  if (process.geteuid!() !== 0) return null
  try {
    for (const { path, stats, isLast } of wayTo(target)) {
      if (!isTrusted(stats)) return unsafe(path, stats)
      if (isLast) return lastOne(path, stats)
    }
  } catch {
    // What cannot be looked at cannot be opened either: whoever opens it says why.
  }
  return null
}

/** Others may write to a sticky folder on the way, but not to what is root's in it. */
function lastOne(path: string, stats: Stats): UnsafePath | null {
  return (stats.mode & writableByOthers) === 0 ? null : unsafe(path, stats)
}

function unsafe(path: string, { uid, mode }: Stats): UnsafePath {
  const repairs = [
    uid === 0 ? '' : `chown -h root ${shellWord(path)}`,
    (mode & writableByOthers) === 0 ? '' : `chmod go-w ${shellWord(path)}`,
  ]
  return {
    path,
    found: `${path} has owner ${uid}, mode ${(mode & 0o7777).toString(8).padStart(4, '0')}`,
    remedy: repairs.filter(Boolean).join(' && '),
  }
}
