import { createHash } from 'node:crypto'
import type { BigIntStats } from 'node:fs'
import { lstat, readdir, realpath } from 'node:fs/promises'
import { join, relative } from 'node:path'
import type { Fault } from '@claimd/sdk'
import { isTrusted } from '../../lib/trusted-owner.js'
import { folderLimits } from './folder-limits.js'
import { isIgnoredName } from './ignored.js'
import { inParallel, openFiles } from './in-parallel.js'
import { ownershipFault, wayFaults } from './ownership.js'
import { findPackages } from './packages.js'
import { Changed, readSource } from './source-file.js'

/** A file of a plugin. */
export interface ContentFile {
  /** Where it lies in the plugin. */
  path: string
  /** Where it really lies: in the folder, elsewhere than in the copy when a link led to it; or an absolute path. */
  source: string
  size: number
  /** Size, times of change and inode: what tells without reading that a file is not what it was. */
  stamp: string
}

/** What a plugin folder holds, without having read it. */
export interface Content {
  /** In the order of their paths. */
  files: readonly ContentFile[]
  /** Another value here means that something was written, not that the content differs. */
  fingerprint: string
  /** Whether the newest change is so young that a further one might not change the fingerprint. */
  recent: boolean
  /** Why the folder cannot be copied. */
  faults: readonly Fault[]
}

/** The times of files go on in steps; two changes within one step look like one. In milliseconds. */
const stepMs = 20

/** What of `node_modules` counts. */
export type Packages =
  /** What the plugin needs when it runs, wherever Node would find it. */
  | 'needed'
  /** The same, but nothing that lies outside of the folder: it is unpacked, and complete or not. */
  | 'inside'
  /** Everything: the folder is a copy, which holds nothing else. */
  | 'copied'

/**
 * Lists what a plugin folder holds. Links that stay inside are followed: they count as what they lead to. Of
 * `node_modules` only the packages count that the plugin needs when it runs, and they may lie elsewhere.
 * @param folder the plugin's folder, links followed
 * @param ownedSafely whether everything must belong to root or the user who runs the host, and others may not
 *   write to it
 */
export async function readContent(
  folder: string,
  ownedSafely = false,
  packages: Packages = 'needed',
): Promise<Content> {
  const reading = new Reading(folder, ownedSafely)
  if (packages === 'copied') await reading.folder('', [folder], { root: folder, from: null })
  else await reading.plugin(packages === 'inside')
  return reading.content()
}

/** A hash over the paths and the content of all files: two folders with one hash hold the same plugin. */
export async function hashContent(folder: string, { files }: Content): Promise<string> {
  const hashes = await inParallel(openFiles, files, async ({ source, size }) => {
    const one = createHash('sha256')
    await readSource(folder, source, { limit: size, take: (part) => one.update(part) })
    return one.digest('hex')
  })
  const whole = createHash('sha256')
  for (const [index, { path }] of files.entries()) whole.update(JSON.stringify([path, hashes[index]]))
  return whole.digest('hex')
}

/** What a folder is as a plugin: its hash, or what keeps it from having one. */
export async function buildOf(
  folder: string,
  packages?: Packages,
): Promise<{ build: string | null; faults: readonly Fault[] }> {
  const real = await realpath(folder)
  const content = await readContent(real, false, packages)
  const { faults } = content
  return { build: faults.length > 0 ? null : await hashContent(real, content), faults }
}

/** What is being read: the plugin itself, or one of its packages. */
interface Part {
  /** Links may not leave this folder. */
  root: string
  /** The part's own folder, in which `node_modules` is left out; `null`: it is not. */
  from: string | null
}

class Reading {
  readonly #root: string
  readonly #ownedSafely: boolean
  readonly #startedAt = Date.now()
  readonly #files: ContentFile[] = []
  readonly #faults: Fault[] = []
  #entries = 0
  #newest = 0

  constructor(root: string, ownedSafely: boolean) {
    this.#root = root
    this.#ownedSafely = ownedSafely
  }

  async plugin(inside: boolean): Promise<void> {
    const root = this.#root
    const [{ packages, ways, faults }] = await Promise.all([
      findPackages(root, inside),
      this.folder('', [root], { root, from: root }),
    ])
    this.#faults.push(...faults)
    if (this.#ownedSafely) await this.#checkWays(ways)
    await inParallel(openFiles, packages, async ({ path, folder }) => {
      const isInside = folder.startsWith(`${root}/`)
      await this.folder(path, [folder], { root: isInside ? root : folder, from: folder })
    })
  }

  /** Who could change a way to a package could put another one in its place. */
  async #checkWays(ways: readonly string[]): Promise<void> {
    const found = await Promise.all(ways.map((way) => wayFaults(way)))
    const known = new Set(this.#faults.map(({ file }) => file))
    for (const fault of found.flat()) {
      if (!known.has(fault.file)) this.#faults.push(fault)
      known.add(fault.file)
    }
  }

  content(): Content {
    const files = this.#files.sort((a, b) => (a.path < b.path ? -1 : 1))
    const bytes = files.reduce((sum, { size }) => sum + size, 0)
    const faults = this.#faults.sort((a, b) => (a.file < b.file ? -1 : 1))
    const lines = files.map(({ path, stamp }) => `${path}\0${stamp}`)
    return {
      files,
      fingerprint: [this.#root, ...lines, JSON.stringify(faults)].join('\n'),
      recent: this.#newest > this.#startedAt - stepMs,
      faults: [...this.#tooMuch(bytes), ...faults],
    }
  }

  /** @param above the real folders that lead here, the last of which is read */
  async folder(path: string, above: readonly string[], part: Part): Promise<void> {
    const real = above.at(-1)!
    const names = await readdir(real).catch((error: NodeJS.ErrnoException) => {
      throw error.code === 'ENOENT' || error.code === 'ENOTDIR' ? new Changed(error.message) : error
    })
    await Promise.all(
      names.map(async (name) => {
        if (real === part.from && name === 'node_modules') return
        if (isIgnoredName(name) || ++this.#entries > folderLimits.files) return
        await this.#entry(join(path, name), join(real, name), above, part)
      }),
    )
  }

  async #entry(path: string, real: string, above: readonly string[], part: Part): Promise<void> {
    const stats = await lstat(real, { bigint: true }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error
      // A name that cannot be decoded is found under no name.
      if (!real.includes('\uFFFD')) throw new Changed(error.message)
      this.#fault(real, 'a name that is not UTF-8', 'names in UTF-8')
      return null
    })
    if (stats === null) return
    this.#checkOwner(real, stats)
    if (stats.isSymbolicLink()) return this.#link(path, real, above, part)
    if (stats.isDirectory()) return this.folder(path, [...above, real], part)
    if (!stats.isFile()) return this.#fault(real, 'no regular file', 'files, folders, and links to them')
    const { size, mtimeNs, ctimeNs, ino } = stats
    this.#newest = Math.max(this.#newest, Number(stats.ctimeMs))
    const source = isWithin(real, this.#root) ? relative(this.#root, real) : real
    this.#files.push({ path, source, size: Number(size), stamp: `${size} ${mtimeNs} ${ctimeNs} ${ino}` })
  }

  async #link(path: string, real: string, above: readonly string[], part: Part): Promise<void> {
    const target = await realpath(real).catch(() => null)
    if (target === null)
      return this.#fault(real, 'a link that leads nowhere', 'a link to a file of the plugin')
    if (!isWithin(target, part.root)) {
      const whole = part.root === this.#root ? 'the plugin folder' : 'its package'
      return this.#fault(real, `a link to ${target}`, `a link that stays inside ${whole}`)
    }
    if (target === part.root || above.some((one) => one === target || one.startsWith(`${target}/`))) {
      return this.#fault(
        real,
        `a link to ${target}, which holds it`,
        'a link that leads to no folder above it',
      )
    }
    await this.#entry(path, target, above, part)
  }

  #fault(file: string, found: string, expected: string): void {
    const remedy = 'Put what is needed into the folder itself, and remove this'
    this.#faults.push({ file, field: '', found, expected, remedy })
  }

  #checkOwner(real: string, stats: BigIntStats): void {
    const [uid, mode] = [Number(stats.uid), Number(stats.mode)]
    if (this.#ownedSafely && !isTrusted({ uid, mode })) this.#faults.push(ownershipFault(real, { uid, mode }))
  }

  #tooMuch(bytes: number): Fault[] {
    const fault = (found: string, expected: string) => {
      return [{ file: this.#root, field: '', found, expected, remedy: 'Leave out what it does not need' }]
    }
    const { files } = folderLimits
    if (this.#entries > files) return fault(`more than ${files} files`, `at most ${files} files`)
    if (bytes <= folderLimits.bytes) return []
    return fault(`${bytes} bytes`, `at most ${folderLimits.bytes} bytes`)
  }
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder === '/' ? '/' : `${folder}/`)
}
