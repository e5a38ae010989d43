import { readdirSync, readFileSync, readlinkSync, realpathSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { sqliteLocks } from './sqlite-locks.js'

/** A daemon that runs, found without its socket. */
export interface FoundDaemon {
  pid: number
  /** Its state folder. */
  state: string
  /** The folders in which it listens; empty when that cannot be seen. */
  listensIn: string[]
}

/** The name of the database in a state folder. */
const database = 'claimd.db'
/** Of a folder with a copy. */
const standIn = /\/claimd-state-[^/]+\/[^/]+$/

/**
 * Finds the daemon whose socket does not answer by the lock on its database: the one with that state folder, or the one
 * that listens in the folder of that socket. `null` when there is none, or when this user may not see it.
 */
export function findDaemon({ socket, state }: { socket: string; state: string }): FoundDaemon | null {
  const [stateFolder, socketFolder] = [real(state), real(dirname(socket))]
  const inode = statOf(join(state, database))?.ino
  const seen = new Set<number>()
  for (const lock of sqliteLocks()) {
    if (seen.has(lock.pid)) continue
    seen.add(lock.pid)
    const folder = stateFolderOf(lock.pid)
    // The files of another user's process cannot be seen; the lock can.
    if (folder === null && lock.inode === inode) return { pid: lock.pid, state, listensIn: [] }
    if (folder === null) continue
    const listensIn = listeningFolders(lock.pid)
    if (folder === stateFolder || listensIn.some((one) => real(one) === socketFolder))
      return { pid: lock.pid, state: folder, listensIn }
  }
  return null
}

/** The folder of the claimd database that a process has open, also of one that was removed. */
function stateFolderOf(pid: number): string | null {
  const open = linksOf(pid).map((target) => target.replace(/ \(deleted\)$/, ''))
  const files = open.filter((target) => target.endsWith(`/${database}`))
  // While the state cannot be written, a copy of it is open as well.
  const file = files.find((target) => !standIn.test(target)) ?? files[0]
  return file === undefined ? null : real(dirname(file))
}

/** The folders of the UNIX sockets that a process listens on. Their names are those that they were bound under. */
function listeningFolders(pid: number): string[] {
  const inodes = new Set(linksOf(pid).flatMap((target) => /^socket:\[(\d+)\]$/.exec(target)?.[1] ?? []))
  const folders = readText(`/proc/${pid}/net/unix`)
    .split('\n')
    .flatMap((line) => {
      // 0000000000000000: 00000002 00000000 00010000 0001 01 1234 /run/claimd/1a2b3c4d
      const [, flags, inode, path] =
        /^\w+: \w+ \w+ (\w+) \w+ \w+\s+(\d+) (\/.*)$/.exec(line) ?? ([] as string[])
      const isListening = flags !== undefined && (Number.parseInt(flags, 16) & 0x10000) !== 0
      return isListening && inodes.has(inode!) ? [dirname(path!)] : []
    })
  return [...new Set(folders)]
}

function linksOf(pid: number): string[] {
  const folder = `/proc/${pid}/fd`
  return attempt(() => readdirSync(folder), []).flatMap((name) =>
    attempt(() => [readlinkSync(join(folder, name))], []),
  )
}

function readText(file: string): string {
  return attempt(() => readFileSync(file, 'utf8'), '')
}

function statOf(file: string) {
  return attempt(() => statSync(file), null)
}

/** Links followed; a path that is gone is as good as it is written. */
function real(path: string): string {
  return attempt(() => realpathSync(path), path)
}

/** A process may end, and a file be forbidden, at any moment. */
function attempt<T>(work: () => T, otherwise: T): T {
  try {
    return work()
  } catch {
    return otherwise
  }
}
