import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ClaimdError } from '@claimd/sdk'

/** The usual one first; on a system that is read-only or full altogether, memory is left. */
const places = () => [...new Set([tmpdir(), '/run', '/dev/shm'])]

/**
 * Makes a folder of its own for temporary files.
 * @param prefix what its name begins with
 * @param fill puts into it what it is needed for; where that fails with an error of the file system, the next place is tried
 * @throws a `ClaimdError`: `TEMPORARY_FOLDER_UNUSABLE` when that works nowhere, or what `fill` throws
 */
export function makeTemporaryFolder(prefix: string, fill: (folder: string) => void = () => {}): string {
  let first: unknown
  for (const place of places()) {
    let folder: string | undefined
    try {
      folder = mkdtempSync(join(place, prefix))
      fill(folder)
      return folder
    } catch (error) {
      if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
      if (error instanceof ClaimdError) throw error
      first ??= error
    }
  }
  const document = {
    result: 'UNEXPECTED',
    code: 'TEMPORARY_FOLDER_UNUSABLE',
    message: `Temporary files cannot be written, neither in ${places().join(' nor in ')}`,
    found: (first as Error).message,
    expected: 'a folder that this user can write, with some space',
    remedy: `Free space in ${tmpdir()}, or name another folder with the environment variable TMPDIR`,
  } as const
  throw new ClaimdError(document, { cause: first })
}
