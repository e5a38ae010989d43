import { existsSync } from 'node:fs'
import { realpath, stat } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { claimdError } from '../../core/errors.js'
import type { Packages } from '../discovery/content.js'
import { unpack } from '../installing/unpack.js'

/** A plugin as it is named on a command line: by its folder, or by an archive of it. */
export interface PluginSource {
  /** What was named, absolute. */
  path: string
  /** The folder to read, links followed; of an archive, that into which it was unpacked. */
  folder: string
  isArchive: boolean
  /** An archive has to be complete in itself. */
  packages: Packages
}

/**
 * Opens a plugin's folder or archive.
 * @param unpacked where an archive is unpacked to; there is nothing yet
 * @throws a `ClaimdError`: `PLUGIN_SOURCE_NOT_FOUND`, `PLUGIN_ARCHIVE_INVALID`
 */
export async function openSource(source: string, unpacked: string): Promise<PluginSource> {
  const path = resolve(source)
  const kind = await stat(path).catch((error: NodeJS.ErrnoException) => {
    const isAbsent = error.code === 'ENOENT' || error.code === 'ENOTDIR'
    throw notFound(source, isAbsent ? 'no such folder or file' : error.message)
  })
  if (kind.isDirectory() && !existsSync(join(path, manifestName)))
    throw holdsNone(source, `no ${manifestName} there`)
  if (kind.isFile() && basename(path) === manifestName) throw holdsNone(source, 'the manifest itself')
  if (kind.isDirectory()) return { path, folder: await realpath(path), isArchive: false, packages: 'needed' }
  if (!kind.isFile()) throw notFound(source, 'neither a folder nor a file')
  const folder = await realpath(await unpack(path, unpacked))
  return { path, folder, isArchive: true, packages: 'inside' }
}

const manifestName = 'package.json'

function holdsNone(source: string, found: string) {
  return claimdError('PLUGIN_SOURCE_NOT_FOUND', {
    message: `${source} holds no plugin`,
    found,
    expected: `the folder of a plugin, with its ${manifestName}, or an archive made by claimd plugin pack`,
    remedy: `Name the folder that holds the ${manifestName}; to make a plugin: claimd plugin new`,
  })
}

function notFound(source: string, found: string) {
  return claimdError('PLUGIN_SOURCE_NOT_FOUND', {
    message: `There is no plugin at ${source}`,
    found,
    expected: 'the folder of a plugin, or an archive made by claimd plugin pack',
    remedy: 'Correct the path; to make a plugin: claimd plugin new',
  })
}
