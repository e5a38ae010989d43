import { once } from 'node:events'
import { closeSync, createReadStream, mkdirSync, openSync, writeSync } from 'node:fs'
import { mkdir, readdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Parser, ReadEntry } from 'tar'
import { shown } from '../../core/documents/shown.js'
import { claimdError } from '../../core/errors.js'
import { folderLimits } from '../discovery/folder-limits.js'

const expected = 'an archive of files and folders, made by claimd plugin pack'

/**
 * Unpacks a tar archive, compressed or not, into a new folder. Files are made anew, one by one, under paths that
 * were looked at: nothing of the archive decides about links, owners, or places outside of the folder, and of the modes
 * only whether a file may be executed is taken over.
 * @returns the folder in it that holds the package
 * @throws a `ClaimdError` `PLUGIN_ARCHIVE_INVALID`; then there may be something in the folder, but nowhere else
 */
export async function unpack(archive: string, folder: string): Promise<string> {
  await mkdir(folder, { mode: 0o700 })
  const unpacking = new Unpacking(folder)
  // Loaded only here: a daemon should not carry it.
  const tar = await import('tar')
  const parser = new tar.Parser({ strict: true, onReadEntry: (entry) => unpacking.take(entry, parser) })
  parser.on('ignoredEntry', (entry: ReadEntry) => unpacking.take(entry, parser))
  try {
    const ended = once(parser, 'end')
    // An error while writing is thrown there as well.
    ended.catch(() => {})
    for await (const chunk of createReadStream(archive)) {
      if (!parser.write(chunk as Buffer)) await Promise.race([once(parser, 'drain'), ended])
    }
    parser.end()
    await ended
  } catch (error) {
    throw invalid(archive, (error as Error).message, error)
  } finally {
    unpacking.close()
  }
  return packageIn(folder)
}

class Unpacking {
  readonly #folder: string
  #entries = 0
  #bytes = 0
  #open: number | null = null

  constructor(folder: string) {
    this.#folder = folder
  }

  take(entry: ReadEntry, parser: Parser): void {
    try {
      this.#take(entry, parser)
    } catch (error) {
      parser.abort(error as Error)
      entry.resume()
    }
  }

  close(): void {
    if (this.#open !== null) closeSync(this.#open)
    this.#open = null
  }

  #take(entry: ReadEntry, parser: Parser): void {
    const path = safePath(entry.path)
    this.#count(entry.size)
    switch (entry.type) {
      case 'Directory':
      case 'GNUDumpDir':
        // Folders are made for the files in them.
        entry.resume()
        return
      case 'File':
      case 'OldFile':
      case 'ContiguousFile':
        this.#write(entry, path, parser)
        return
      default:
        throw new Error(`${shown(entry.path)} is a ${entry.type}`)
    }
  }

  #count(size: number): void {
    this.#entries++
    this.#bytes += size
    if (this.#entries > folderLimits.files) throw new Error(`more than ${folderLimits.files} entries`)
    if (this.#bytes > folderLimits.bytes) throw new Error(`more than ${folderLimits.bytes} bytes`)
  }

  #write(entry: ReadEntry, path: string, parser: Parser): void {
    const file = join(this.#folder, path)
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    // Only a name that is new: an entry cannot be written through another one.
    this.#open = openSync(file, 'wx', (entry.mode ?? 0) & 0o100 ? 0o700 : 0o600)
    entry.on('data', (part) => {
      try {
        if (this.#open !== null) writeSync(this.#open, part)
      } catch (error) {
        this.close()
        parser.abort(error as Error)
      }
    })
    entry.on('end', () => this.close())
  }
}

/** @throws when a path could lead out of the folder into which it is put */
function safePath(path: string): string {
  const names = path.split('/').filter((name) => name !== '' && name !== '.')
  if (path.startsWith('/') || names.includes('..') || /[\\\0]/.test(path)) {
    throw new Error(`the path ${shown(path)}, which could lead out of its folder`)
  }
  return names.join('/')
}

/** npm packs everything into one folder; who packs by hand may not. */
async function packageIn(folder: string): Promise<string> {
  const isPackage = (one: string) =>
    stat(join(one, 'package.json')).then(
      () => true,
      () => false,
    )
  if (await isPackage(folder)) return folder
  const [only, ...others] = await readdir(folder)
  return only !== undefined && others.length === 0 ? join(folder, only) : folder
}

function invalid(archive: string, found: string, cause: unknown) {
  return claimdError(
    'PLUGIN_ARCHIVE_INVALID',
    {
      message: `${archive} cannot be unpacked`,
      found,
      expected,
      remedy: 'Pack the plugin: claimd plugin pack',
    },
    { cause },
  )
}
