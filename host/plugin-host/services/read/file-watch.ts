import { type FSWatcher, watch } from 'node:fs'
import { stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { watchLimits } from '../../limits.js'
import { type FoundFiles, findFiles } from './find-files.js'
import type { ReadGrant } from './read-grant.js'

/**
 * Watches the files that fit a glob. The kernel's hints come from the folders that they are in; what it gives no
 * hints of is looked at now and then. What counts is what was found, before and after.
 */
export class FileWatch {
  readonly #glob: string
  readonly #grant: ReadGrant
  readonly #changed: () => Promise<void>
  /** By folder; another folder may come to its place. */
  readonly #watchers = new Map<string, { watcher: FSWatcher; identity: string }>()
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
    for (const folder of this.#watchers.keys()) this.#forget(folder)
  }

  async #look(): Promise<void> {
    this.#looking = true
    this.#hinted = false
    const from = performance.now()
    // A glob that fits too much by now is looked at again later.
    const found = await findFiles(this.#glob, this.#grant).catch(() => null)
    if (found && !this.#ended) {
      // What came before there was a watcher for it gave no hint.
      if (await this.#follow(found)) this.#hinted = true
      const now = await fingerprint(found.files)
      const isNews = this.#before !== null && this.#before !== now
      this.#before = now
      if (isNews && !this.#ended) await this.#changed()
    }
    this.#looking = false
    // A large tree is looked at less often.
    const tookMs = performance.now() - from
    if (this.#hinted) this.#lookAfter(Math.max(watchLimits.coalesceMs, 10 * tookMs))
    else this.#lookAfter(Math.max(watchLimits.pollMs, 100 * tookMs))
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
   * Has watchers where files are or would be; where a folder is not there yet, on what it would be in.
   * @returns whether there is a new one
   */
  async #follow({ folders }: FoundFiles): Promise<boolean> {
    const wanted = new Map<string, string>()
    for (const folder of folders) {
      if (wanted.size >= watchLimits.folders) break
      const { path, identity } = await existing(folder)
      wanted.set(path, identity)
    }
    for (const [folder, { identity }] of this.#watchers) {
      if (wanted.get(folder) !== identity) this.#forget(folder)
    }
    if (this.#ended) return false
    const added = [...wanted].filter(([folder]) => !this.#watchers.has(folder))
    return added.filter(([folder, identity]) => this.#watch(folder, identity)).length > 0
  }

  #forget(folder: string): void {
    this.#watchers.get(folder)?.watcher.close()
    this.#watchers.delete(folder)
  }

  #watch(folder: string, identity: string): boolean {
    const gone = () => {
      this.#forget(folder)
      this.#hint()
    }
    try {
      const watcher = watch(folder, { persistent: false }, (event, name) => {
        // It was removed or renamed itself: there may be another one at its place.
        if (event === 'rename' && name !== null && folder.endsWith(`/${name}`)) gone()
        else this.#hint()
      })
      watcher.on('error', gone)
      this.#watchers.set(folder, { watcher, identity })
      return true
    } catch {
      // It is gone again, or there are no more watches to have: it is looked at now and then.
      return false
    }
  }
}

/** The folder, or the nearest above it that is there. */
async function existing(folder: string): Promise<{ path: string; identity: string }> {
  for (let path = folder; ; path = dirname(path)) {
    const stats = await stat(path).catch(() => null)
    if (stats?.isDirectory() || path === '/') return { path, identity: `${stats?.dev}:${stats?.ino}` }
  }
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
