import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { withoutMark } from '../../core/documents/json-syntax.js'

/** The largest manifest, in bytes. */
const manifestLimit = 1024 * 1024

/** Why a package.json was not read. */
export class UnreadableManifest extends Error {
  constructor(
    readonly found: string,
    readonly expected: string,
  ) {
    super(`package.json is ${found}, not ${expected}`)
  }
}

/**
 * Reads a folder's package.json, links followed, without a byte order mark.
 * @throws UnreadableManifest when it is no regular file, or larger than a manifest may be: a pipe would be
 * waited for without end, and a device has no end
 */
export async function readManifestText(folder: string): Promise<string> {
  const file = await open(join(folder, 'package.json'), constants.O_RDONLY | constants.O_NONBLOCK).catch(
    (error: NodeJS.ErrnoException) => {
      // A socket cannot be opened at all.
      throw error.code === 'ENXIO' ? new UnreadableManifest('no regular file', 'a regular file') : error
    },
  )
  try {
    const found = await file.stat()
    if (!found.isFile()) throw new UnreadableManifest('no regular file', 'a regular file')
    if (found.size > manifestLimit) {
      throw new UnreadableManifest(`a file of ${found.size} bytes`, `at most ${manifestLimit} bytes`)
    }
    // What is appended meanwhile is not read: its size would not be known.
    const buffer = Buffer.alloc(found.size)
    const { bytesRead } = await file.read(buffer, 0, found.size, 0)
    return withoutMark(buffer.toString('utf8', 0, bytesRead))
  } finally {
    await file.close()
  }
}
