import { opendir } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { ClaimdError } from '@claimd/sdk'
import { claimdError } from '../../../core/errors.js'
import { pathGlobCovers, pathGlobsMeet } from '../../../core/permissions/path-glob.js'
import { GlobWalk, listLimits } from './glob-walk.js'
import { isReadable } from './open-file.js'
import { compileFileGlob, type ReadGrant } from './read-grant.js'

/** The files that fit a glob, and the folders that were looked into for them. */
export interface FoundFiles {
  files: Set<string>
  folders: Set<string>
  /** Those of them that the host may not look into. */
  denied: Set<string>
}

/**
 * Finds the regular files that fit a glob and may be read. Links to folders are followed where the glob spells
 * them out, and not where it has stars.
 * @throws RESULT_TOO_LARGE
 */
export async function findFiles(glob: string, grant: ReadGrant): Promise<FoundFiles> {
  const wanted = compileFileGlob(glob)
  const search = new Search((path) => wanted.fits(path) && isReadable(path, grant))
  // By the ways that look into less: there may be a lot beside what was granted.
  const covered = grant.globs.some((granted) => pathGlobCovers(granted.glob, glob))
  const ways = grant.globs.map((granted) => granted.glob).filter((granted) => pathGlobsMeet(granted, glob))
  for (const way of covered ? [glob] : ways) {
    await search.along(new GlobWalk(way))
  }
  return search
}

class Search implements FoundFiles {
  readonly files = new Set<string>()
  readonly folders = new Set<string>()
  readonly denied = new Set<string>()
  readonly #isWanted: (path: string) => false | Promise<boolean>
  #entries = 0

  constructor(isWanted: (path: string) => false | Promise<boolean>) {
    this.#isWanted = isWanted
  }

  async along(walk: GlobWalk): Promise<void> {
    if (!walk.isOneFile) return this.#into(walk.root, walk)
    this.folders.add(dirname(walk.root))
    await this.#take(walk.root)
  }

  async #into(folder: string, walk: GlobWalk): Promise<void> {
    this.folders.add(folder)
    const entries = await opendir(folder).catch(({ code }: NodeJS.ErrnoException) => {
      if (code === 'EACCES' || code === 'EPERM') this.denied.add(folder)
      return null
    })
    if (!entries) return
    for await (const entry of entries) {
      if (++this.#entries > listLimits.entries) throw tooMuch(`${listLimits.entries} entries to look at`)
      const path = folder === '/' ? `/${entry.name}` : `${folder}/${entry.name}`
      if (entry.isDirectory()) {
        if (walk.leadsInto(path)) await this.#into(path, walk)
      } else if (walk.fits(path)) await this.#take(path)
    }
  }

  async #take(path: string): Promise<void> {
    if (this.files.has(path) || !(await this.#isWanted(path))) return
    if (this.files.size >= listLimits.files) throw tooMuch(`${listLimits.files} files`)
    this.files.add(path)
  }
}

function tooMuch(found: string): ClaimdError {
  return claimdError('RESULT_TOO_LARGE', {
    message: `too many files fit: more than ${found}`,
    found: `more than ${found}`,
    expected: 'a glob that fits fewer files',
    remedy: 'spell out more of the path',
  })
}
