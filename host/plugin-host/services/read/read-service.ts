import type { FileHandle } from 'node:fs/promises'
import { normalize } from 'node:path'
import type { ClaimdError } from '@claimd/sdk'
import { claimdError } from '../../../core/errors.js'
import { describePermissions } from '../../../core/permissions/describe.js'
import { mayNeverRead } from '../../../core/permissions/never-granted.js'
import { readGlobFault } from '../../manifest/path-faults.js'
import type { Caller } from '../caller.js'
import { Handles, handleLimits } from '../handles.js'
import { neverAllowed, notAllowed } from '../refusals.js'
import type { Handlers } from '../services.js'
import { FileWatch } from './file-watch.js'
import { findFiles } from './find-files.js'
import { openGranted, statusOfGranted, unreadable } from './open-file.js'
import { type ReadGrant, readGrantOf } from './read-grant.js'

/** The largest file that is read for a plugin, in bytes. */
export const fileLimit = 1024 * 1024

/** Reads files for plugins: see `ReadService` in the SDK. */
export function readHandlers(): Handlers {
  const watches = new Handles<FileWatch>('watches', handleLimits.watches, (watch) => watch.end())
  return {
    async readFile({ path }, caller) {
      const file = await openGranted(path, grantFor(caller, path), leadsElsewhere(caller, path))
      try {
        return { base64: (await readAll(file, path)).toString('base64') }
      } finally {
        await file.close()
      }
    },
    async readStat({ path }, caller) {
      const status = await statusOfGranted(path, grantFor(caller, path), leadsElsewhere(caller, path))
      return { size: status.size, modified: status.mtimeMs }
    },
    async readList({ glob }, caller) {
      const { files, denied } = await findFiles(glob, checkedGlob(caller, glob, 'list'))
      const [folder] = denied
      // A list with nothing in it would look as if there were nothing.
      if (files.size === 0 && folder !== undefined) throw unreadable(folder, 'EACCES')
      return { paths: [...files].sort() }
    },
    async readWatch({ handle, glob }, caller) {
      const grant = checkedGlob(caller, glob, 'watch')
      const changed = () => caller.tell(handle, { type: 'changed' })
      await watches.open(caller, handle, () => new FileWatch(glob, grant, changed)).start()
      return {}
    },
    async readUnwatch({ handle }, caller) {
      watches.take(caller, handle)?.end()
      return {}
    },
  }
}

/** @param glob what would have to be granted */
function refused(caller: Caller, asked: string, glob: string): ClaimdError {
  if (mayNeverRead(glob)) return neverAllowed(caller, asked, `no plugin may read ${glob}`)
  const granted = describePermissions({ read: caller.granted.read ?? [] })
  const fault = readGlobFault(glob, []) ?? undefined
  return notAllowed(caller, asked, { granted, key: 'read', fault })
}

/** @throws NOT_ALLOWED when the path may not be asked for */
export function grantFor(caller: Caller, path: string): ReadGrant {
  const grant = readGrantOf(caller)
  checkPath(path)
  if (!grant.allows(path)) throw refused(caller, `read ${path}`, path)
  return grant
}

/** Makes the error for a path that leads to a file which was not granted. */
function leadsElsewhere(caller: Caller, path: string): (real: string) => ClaimdError {
  return (real) =>
    mayNeverRead(real)
      ? neverAllowed(caller, `read ${path}`, `it leads to ${real}, which no plugin reads`)
      : refused(caller, `read ${path}, which leads to ${real}`, real)
}

/** @throws NOT_ALLOWED when no path that fits may be read */
export function checkedGlob(caller: Caller, glob: string, verb: string): ReadGrant {
  checkPath(glob)
  const grant = readGrantOf(caller)
  if (!grant.meets(glob)) throw refused(caller, `${verb} ${glob}`, glob)
  return grant
}

function checkPath(path: string): void {
  if (path.startsWith('/') && normalize(path) === path && !path.includes('\0')) return
  throw claimdError('REQUEST_MALFORMED', {
    message: `${JSON.stringify(path)} is no path to read from`,
    found: JSON.stringify(path),
    expected: 'an absolute path without `.`, `..` and double slashes',
    remedy: 'correct the path in the plugin',
  })
}

/** Reads to the end: what the kernel makes up has no size. */
async function readAll(file: FileHandle, path: string): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(fileLimit + 1)
  let length = 0
  while (length < buffer.length) {
    const { bytesRead } = await file.read(buffer, length, buffer.length - length, null)
    if (bytesRead === 0) return buffer.subarray(0, length)
    length += bytesRead
  }
  throw claimdError('RESULT_TOO_LARGE', {
    message: `${path} is too large`,
    found: `more than ${fileLimit} bytes`,
    expected: `at most ${fileLimit} bytes`,
    remedy: 'have the program that writes it keep it smaller',
  })
}
