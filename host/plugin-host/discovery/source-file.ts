import { constants } from 'node:fs'
import { open, readlink } from 'node:fs/promises'
import { resolve } from 'node:path'
import { isTrusted } from '../../lib/trusted-owner.js'

/** The folder is not what it was when it was listed: it is being written, and should be looked at again. */
export class Changed extends Error {}

/** Read at once; most files of a plugin are smaller. In bytes. */
const portion = 256 * 1024

interface Reader {
  /** No more than this is read, in bytes: it is what was listed. */
  limit: number
  /** Whether the file must belong to root or the running user, see `isTrusted`. */
  ownedSafely?: boolean
  take(part: Uint8Array): unknown
}

/**
 * Reads a file of a plugin folder. What is looked at is what was opened: somebody may put a link, a pipe or a
 * stranger's file in the place of a file that was listed, or of a folder above it, and none of them is read.
 * @param root the plugin's folder, links followed
 * @param source in that folder, or an absolute path of a package that lies elsewhere
 * @throws Changed when the file is not there as it was listed
 */
export async function readSource(root: string, source: string, reader: Reader): Promise<void> {
  const path = resolve(root, source)
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK
  const file = await open(path, flags).catch((error: NodeJS.ErrnoException) => {
    if (['ENOENT', 'ENOTDIR', 'ELOOP', 'ENXIO'].includes(error.code ?? '')) throw new Changed(error.message)
    throw error
  })
  try {
    const [stats, opened] = await Promise.all([file.stat(), readlink(`/proc/self/fd/${file.fd}`)])
    if (!stats.isFile() || opened !== path || stats.size !== reader.limit)
      throw new Changed(`${path} changed`)
    if (reader.ownedSafely && !isTrusted(stats)) throw new Changed(`${path} changed its owner or mode`)
    const buffer = Buffer.allocUnsafe(Math.min(portion, Math.max(reader.limit, 1)))
    for (let left = reader.limit; left > 0; ) {
      const { bytesRead } = await file.read(buffer, 0, Math.min(buffer.length, left))
      if (bytesRead === 0) throw new Changed(`${path} became shorter`)
      // The buffer is used again: who keeps a part, copies it.
      await reader.take(buffer.subarray(0, bytesRead))
      left -= bytesRead
    }
  } finally {
    await file.close()
  }
}
