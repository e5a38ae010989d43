import { lstat, stat } from 'node:fs/promises'
import { PathWatch } from '../../../lib/path-watch.js'
import { type FoundFiles, findFiles } from './find-files.js'
import type { ReadGrant } from './read-grant.js'

/**
 * Watching files for a plugin: what comes within so many milliseconds is one change; what the kernel has no events of
 * is looked at so often; and so many folders are watched at once.
 */
const watchLimits = { coalesceMs: 50, pollMs: 5000, folders: 64 }

/**
 * Watches the files that fit a glob. The kernel's events of the folders that they are in, or would be in, are hints;
 * where the kernel may have no events, the files are looked at now and then. What counts is what was found, before and
 * after.
 */
export class FileWatch {
  readonly #glob: string
  readonly #grant: ReadGrant
  readonly #changed: () => Promise<void>
  /** By what is watched: folders with what is in them, and files that are links. */
  readonly #watches = new Map<string, PathWatch>()
  #before: string | null = null
  #timer: NodeJS.Timeout | null = null
  #looking = false
  #hinted = false
  #ended = false

  /** @param changed resolves when it can be told again */
  constructor(glob: string, grant: ReadGrant, changed: () => Promise<void>) {
    this.#glob = glob
    this.#grant = grant
    this.#changed = changed
  }

  /** Tells that it has begun: what was looked at before that may have changed since. */
  async start(): Promise<void> {
    await this.#look()
    if (!this.#ended) void this.#changed()
  }

  end(): void {
    this.#ended = true
    if (this.#timer) clearTimeout(this.#timer)
    for (const path of this.#watches.keys()) this.#forget(path)
  }

  async #look(): Promise<void> {
    this.#looking = true
    this.#hinted = false
    const from = performance.now()
    const found = await findFiles(this.#glob, this.#grant).catch(() => null)
    // A glob that fits too much by now is looked at again later.
    let isBlind = true
    if (found && !this.#ended) {
      const { added, isWhole } = await this.#follow(found)
      isBlind = !isWhole
      // What came before there was a watch for it gave no hint.
      if (added) this.#hinted = true
      const now = await fingerprint(found.files)
      const isNews = this.#before !== null && this.#before !== now
      this.#before = now
      if (isNews && !this.#ended) await this.#changed()
    }
    this.#looking = false
    // A large tree is looked at less often.
    const tookMs = performance.now() - from
    if (this.#hinted) this.#lookAfter(Math.max(watchLimits.coalesceMs, 10 * tookMs))
    else if (isBlind) this.#lookAfter(Math.max(watchLimits.pollMs, 100 * tookMs))
  }

  #lookAfter(ms: number): void {
    if (this.#ended) return
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.#look(), ms).unref()
  }

  #hint(): void {
    if (this.#hinted) return
    this.#hinted = true
    if (!this.#looking) this.#lookAfter(watchLimits.coalesceMs)
  }

  /**
   * Watches where files are or would be.
   * @returns whether there is a new watch, and whether the kernel tells of every change
   */
  async #follow({ files, folders }: FoundFiles): Promise<{ added: boolean; isWhole: boolean }> {
    const links = await linksAmong(files)
    const wanted = [...folders, ...links].slice(0, watchLimits.folders)
    const kept = new Set(wanted)
    for (const path of this.#watches.keys()) if (!kept.has(path)) this.#forget(path)
    const fresh = wanted.filter((path) => !this.#watches.has(path))
    if (this.#ended) return { added: false, isWhole: false }
    for (const path of fresh) {
      this.#watches.set(path, new PathWatch(path, () => this.#hint(), { contents: folders.has(path) }))
    }
    await Promise.all([...this.#watches.values()].map(({ ready }) => ready))
    const isBlind = [...this.#watches.values()].some((watch) => watch.isBlind)
    return {
      added: fresh.length > 0,
      isWhole: !isBlind && wanted.length === folders.size + links.length,
    }
  }

  #forget(path: string): void {
    this.#watches.get(path)?.close()
    this.#watches.delete(path)
  }
}

/** What a link leads to is written without an event in the link's folder. */
async function linksAmong(files: ReadonlySet<string>): Promise<string[]> {
  const stats = await Promise.all(
    [...files].map(async (path) => ({ path, stats: await lstat(path).catch(() => null) })),
  )
  return stats.filter(({ stats }) => stats?.isSymbolicLink()).map(({ path }) => path)
}

async function fingerprint(files: ReadonlySet<string>): Promise<string> {
  const prints: string[] = []
  for (const path of [...files].sort()) {
    const stats = await stat(path, { bigint: true }).catch(() => null)
    if (stats)
      prints.push(`${path}\0${stats.dev}:${stats.ino}:${stats.size}:${stats.mtimeNs}:${stats.ctimeNs}`)
  }
  return prints.join('\n')
}
