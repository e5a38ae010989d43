import { constants, type Stats } from 'node:fs'
import { type FileHandle, open, readlink } from 'node:fs/promises'
import type { ClaimdError } from '@claimd/sdk'
import { claimdError } from '../../../core/errors.js'
import type { ReadGrant } from './read-grant.js'

/** Opens without reading, and without what opening a device or a FIFO would set off. Node has no name for it. */
const pathOnly = 0o10000000

/** What a path leads to. */
interface Found {
  /** The file itself, all links followed, as it was when it was opened. */
  real: string
  /** Opened by its path only. */
  file: FileHandle
  isRegular: boolean
}

/** Whether a path is a regular file that may be read. */
export async function isReadable(path: string, grant: ReadGrant): Promise<boolean> {
  if (!grant.allows(path)) return false
  const found = await find(path).catch(() => null)
  await found?.file.close()
  return found?.isRegular === true && grant.allowsFound(path, found.real)
}

/**
 * Opens a file that may be read. What is looked at is what is open: links that are turned elsewhere meanwhile
 * change nothing.
 * @param refused makes the error for a path that leads to `real`, which was not granted
 * @throws FILE_UNREADABLE
 */
export async function openGranted(
  path: string,
  grant: ReadGrant,
  refused: (real: string) => ClaimdError,
): Promise<FileHandle> {
  const { real, file, isRegular } = await find(path).catch((error: NodeJS.ErrnoException) => {
    throw unreadable(path, `${error.code}`)
  })
  try {
    if (!grant.allowsFound(path, real)) throw refused(real)
    if (!isRegular) throw unreadable(path, 'it is no regular file')
    return await open(`/proc/self/fd/${file.fd}`, constants.O_RDONLY | constants.O_NONBLOCK).catch(
      (error: NodeJS.ErrnoException) => {
        throw unreadable(path, `${error.code}`)
      },
    )
  } finally {
    await file.close()
  }
}

/**
 * The status of a file or folder that may be read.
 * @param refused as in {@link openGranted}
 * @throws FILE_UNREADABLE
 */
export async function statusOfGranted(
  path: string,
  grant: ReadGrant,
  refused: (real: string) => ClaimdError,
): Promise<Stats> {
  const { real, file } = await find(path).catch((error: NodeJS.ErrnoException) => {
    throw unreadable(path, `${error.code}`)
  })
  try {
    if (!grant.allowsFound(path, real)) throw refused(real)
    return await file.stat()
  } finally {
    await file.close()
  }
}

async function find(path: string): Promise<Found> {
  const file = await open(path, pathOnly)
  try {
    const real = await readlink(`/proc/self/fd/${file.fd}`)
    return { real, file, isRegular: (await file.stat()).isFile() }
  } catch (error) {
    await file.close()
    throw error
  }
}

export function unreadable(path: string, because: string): ClaimdError {
  return claimdError('FILE_UNREADABLE', {
    message: `${path} cannot be read: ${because === 'ENOENT' ? 'it is not there' : because}`,
    found: because,
    expected: 'a regular file',
    remedy: 'see that it is there, or do without it',
  })
}
