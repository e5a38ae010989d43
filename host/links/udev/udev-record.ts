import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'

/** What udev's database says of one link, from its file `n<ifindex>`. */
export interface UdevRecord {
  /** Tells this writing of the file from every other one. */
  stamp: string
  /** Whether udev has finished with the link. */
  finished: boolean
  /** ID_NET_MANAGED_BY */
  managedBy: string | null
}

const { O_RDONLY, O_NONBLOCK, O_NOFOLLOW } = constants
/** Far more than udev writes about a link. */
const sizeLimit = 64 * 1024
/** Who manages a link is told by a name such as `org.freedesktop.NetworkManager`. */
const managerPattern = /^[\x21-\x7e]{1,255}$/
/** While udev renames a link or looks at it anew, its file is there and says so. */
const unfinished = ['ID_RENAMING', 'ID_PROCESSING']

const buffer = Buffer.alloc(sizeLimit)

/** Reads a record; `null` when there is none, or none that can be of this boot. */
export function readUdevRecord(file: string): UdevRecord | null {
  let descriptor: number
  try {
    descriptor = openSync(file, O_RDONLY | O_NONBLOCK | O_NOFOLLOW)
  } catch {
    // There is none yet, or it may not be read: both mean that nothing is known.
    return null
  }
  try {
    const status = fstatSync(descriptor, { bigint: true })
    if (!status.isFile()) return null
    const text = buffer.toString('latin1', 0, readSync(descriptor, buffer, 0, sizeLimit, 0))
    return decodeRecord(text, `${status.ino} ${status.mtimeNs}`)
  } finally {
    closeSync(descriptor)
  }
}

/**
 * A line is a letter, a colon and a value: `I:` the monotonic microseconds when udev finished first, `E:` a
 * property. An empty file is a record as well: that of a link without properties.
 */
function decodeRecord(text: string, stamp: string): UdevRecord | null {
  const properties = new Map<string, string>()
  for (const line of text.split('\n')) {
    const value = line.slice(2)
    const equals = value.indexOf('=')
    if (line.startsWith('E:') && equals > 0) properties.set(value.slice(0, equals), value.slice(equals + 1))
    // From another boot, in a /run that outlived it.
    else if (line.startsWith('I:') && Number(value) * 1000 > Number(process.hrtime.bigint())) return null
  }
  const managedBy = properties.get('ID_NET_MANAGED_BY')
  return {
    stamp,
    finished: !unfinished.some((name) => properties.get(name) === '1'),
    managedBy: managedBy !== undefined && managerPattern.test(managedBy) ? managedBy : null,
  }
}
