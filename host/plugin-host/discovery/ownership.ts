import { lstat, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { Fault } from '@claimd/sdk'
import { shellWord } from '../../core/shell-word.js'
import { isLink, isTrusted, type Ownership, writableByOthers } from '../../lib/trusted-owner.js'

/** As many links as the kernel follows on one path. */
const linkLimit = 40

/**
 * What is wrong with the way from `/` to a plugin folder: everything on it must belong to root or the user who
 * runs the host, and others may not write to it, or they could put another folder in the plugin's place. Links
 * are followed; they and what they lead to must both be safe.
 *
 * The way is looked at from the top. Where it is safe, nobody else can rename or replace anything on it, so it
 * is still the same when the folder is copied. The files are looked at once more when they are opened.
 * @param folder an absolute path
 */
export async function wayFaults(folder: string): Promise<Fault[]> {
  const faults: Fault[] = []
  const seen = new Set<string>()
  let links = 0
  let path = '/'
  for (let names = folder.split('/').filter(Boolean); ; ) {
    const stats = await lstat(path)
    if (!isTrusted(stats) && !seen.has(path)) faults.push(ownershipFault(path, stats))
    seen.add(path)
    if (stats.isSymbolicLink() && ++links <= linkLimit) {
      const target = await readlink(path)
      names = [...target.split('/').filter(Boolean), ...names]
      path = target.startsWith('/') ? '/' : join(path, '..')
      continue
    }
    const name = names.shift()
    if (name === undefined) return faults
    path = join(path, name)
  }
}

/** The fault of something that others may change, with what mends it. */
export function ownershipFault(path: string, { uid, mode }: Ownership): Fault {
  const octal = (mode & 0o7777).toString(8).padStart(4, '0')
  const me = process.geteuid!()
  const strangers = uid !== 0 && uid !== me
  const writable = !isLink({ mode }) && (mode & writableByOthers) !== 0
  const repairs = [
    strangers ? `chown -h ${me === 0 ? 'root' : me} ${shellWord(path)}` : null,
    writable ? `chmod go-w ${shellWord(path)}` : null,
  ]
  return {
    file: path,
    field: '',
    found: `owner ${uid}, mode ${octal}`,
    expected: `owner 0${me === 0 ? '' : ` or ${me}`}, and not writable by group or others`,
    remedy: repairs.filter(Boolean).join(' && '),
  }
}
