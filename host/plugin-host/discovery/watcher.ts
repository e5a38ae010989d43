import { realpath } from 'node:fs/promises'
import { OneAtATime } from '../../lib/one-at-a-time.js'
import { PathWatch } from '../../lib/path-watch.js'
import type { Scan } from './catalogue.js'
import { FolderWatch } from './folder-watch.js'
import type { FoundPlugin } from './found-plugin.js'
import { identity } from './identity.js'
import { Looks } from './looks.js'
import { PluginWatch, type WatchedPlugin } from './plugin-watch.js'

/**
 * The delay from a file system event to the look at the folder, in milliseconds. It is longer for search folders, into
 * which whole plugins are copied; a plugin folder is looked at until it stays the same.
 */
const hintDelay = { pluginMs: 5, searchMs: 50 }

/**
 * When all folders are looked at, in milliseconds: once after a hint, since the system drops hints that come too fast;
 * and again and again where it gives none.
 */
export const rescanMs = { afterHint: 30_000, unwatched: 5000, afterFailure: 5000 }

export interface WatcherEvents {
  /** Something in a plugin folder was touched: told at once, and again with every hint. */
  touched(folder: string): void
  /** Look at one plugin folder. */
  look(folder: string): Promise<void>
  /** Look at what came and went in the search path, or thoroughly: at everything. */
  scan(thorough: boolean): Promise<void>
  problem(message: string): void
}

/**
 * Says when to look at the plugins: at one of them when its folder was touched, at the search path when something
 * in it came or went. What the system tells is a hint, and no more: it tells nothing any more of a folder that was
 * swapped for another, or of what a flipped link leads to. Swaps are seen as renames in the folder above; the ways to
 * the search folders, and those that links lead along, are watched as well. Some time after a hint everything is
 * looked at once more; where the system gives no hints, again and again.
 */
export class Watcher {
  readonly #paths: readonly string[]
  readonly #events: WatcherEvents
  readonly #scans: Looks
  #thorough = false
  /** By search folder. */
  readonly #searched = new Map<string, { watch: FolderWatch | null; identity: string | null }>()
  /** By search folder: the ways to them. */
  readonly #ways = new Map<string, PathWatch>()
  /** By plugin folder. */
  readonly #plugins = new Map<string, { watch: PluginWatch; looks: Looks; way: PathWatch | null }>()
  /** By plugin folder: since when something is going on there. */
  readonly #touchedAt = new Map<string, number>()
  #afterHint: NodeJS.Timeout | null = null
  #afterFailure: NodeJS.Timeout | null = null
  #unwatched: NodeJS.Timeout | null = null
  /** Finds out which of the search folders are others now. */
  readonly #checks = new OneAtATime(async () => {
    for (const path of this.#paths) await this.#checkSearched(path)
  })
  #closed = false

  constructor(paths: readonly string[], events: WatcherEvents) {
    this.#paths = paths
    this.#events = events
    this.#scans = new Looks(() => this.#scan())
  }

  /** Watches the search folders. */
  async start(): Promise<void> {
    for (const path of this.#paths)
      this.#ways.set(
        path,
        this.#watchWay(path, () => void this.#checks.run()),
      )
    await Promise.all([...this.#ways.values()].map(({ ready }) => ready))
    await this.#checks.run()
  }

  /** Watches what a look has found, and nothing else any more. */
  follow({ plugins: found, others, unreadable }: Scan): void {
    if (this.#closed) return
    if (unreadable.length > 0) this.#lookAfterFailure()
    const plugins = [...found.map(watched), ...others.map(unfinished)]
    const there = new Set(plugins.map(({ folder }) => folder))
    for (const folder of this.#plugins.keys()) if (!there.has(folder)) void this.#forget(folder)
    for (const plugin of plugins) {
      const { folder, realFolder } = plugin
      const known = this.#plugins.get(folder)
      if (known?.watch.isOf(plugin)) continue
      const before = known ? this.#forget(folder) : Promise.resolve()
      const looks = new Looks(() => this.#lookAt(folder))
      const watch = new PluginWatch(plugin, before, {
        touched: () => this.#touched(folder),
        unsure: () => looks.within(hintDelay.pluginMs),
        problem: (message) => this.#problem(message),
      })
      const way = folder === realFolder ? null : this.#watchWay(folder, () => watch.check())
      this.#plugins.set(folder, { watch, looks, way })
    }
  }

  /** When a folder was first touched since it was last looked at, on the monotonic clock; `null` if it was not. */
  touchedAt(folder: string): number | null {
    return this.#touchedAt.get(folder) ?? null
  }

  async close(): Promise<void> {
    this.#closed = true
    if (this.#afterHint) clearTimeout(this.#afterHint)
    if (this.#afterFailure) clearTimeout(this.#afterFailure)
    if (this.#unwatched) clearInterval(this.#unwatched)
    for (const way of this.#ways.values()) way.close()
    this.#scans.close()
    await this.#checks.close()
    const plugins = [...this.#plugins.keys()].map((folder) => this.#forget(folder))
    const searched = [...this.#searched.values()].map(({ watch }) => watch?.close())
    await Promise.all([...plugins, ...searched])
  }

  async #forget(folder: string): Promise<void> {
    const { watch, looks, way } = this.#plugins.get(folder)!
    this.#plugins.delete(folder)
    looks.close()
    way?.close()
    await watch.close()
  }

  #touched(folder: string): void {
    if (!this.#touchedAt.has(folder)) this.#touchedAt.set(folder, performance.now())
    this.#events.touched(folder)
    this.#plugins.get(folder)?.looks.within(hintDelay.pluginMs)
    this.#lookAfterHint()
  }

  /** There are no more watches to have, or the file system tells of no changes: then looking has to do. */
  #problem(message: string): void {
    this.#events.problem(message)
    this.#lookPeriodically()
  }

  #lookPeriodically(): void {
    if (!this.#closed) this.#unwatched ??= setInterval(() => this.#rescan(), rescanMs.unwatched)
  }

  #lookAfterHint(): void {
    if (this.#closed) return
    this.#afterHint ??= setTimeout(() => {
      this.#afterHint = null
      this.#rescan()
    }, rescanMs.afterHint)
  }

  /** Nothing tells that a disk has space again, or that a folder may be read. */
  #lookAfterFailure(): void {
    this.#afterFailure ??= setTimeout(() => {
      this.#afterFailure = null
      this.#rescan()
    }, rescanMs.afterFailure)
  }

  #rescan(): void {
    this.#thorough = true
    this.#scans.within(0)
    void this.#checks.run()
    for (const { watch, way } of this.#plugins.values()) if (way) watch.check()
  }

  #scan(): Promise<void> {
    const thorough = this.#thorough
    this.#thorough = false
    return this.#events.scan(thorough)
  }

  async #lookAt(folder: string): Promise<void> {
    await this.#events.look(folder)
    this.#touchedAt.delete(folder)
  }

  /** A name in a search folder came, went, or is another one's now. */
  #hint(path: string): void {
    const plugin = this.#plugins.get(path)
    if (plugin) {
      plugin.watch.check()
      this.#touched(path)
    }
    this.#scans.within(hintDelay.searchMs)
    this.#lookAfterHint()
  }

  #watchWay(path: string, changed: () => void): PathWatch {
    const way = new PathWatch(path, () => {
      if (way.isBlind) this.#lookPeriodically()
      changed()
    })
    void way.ready.then(() => {
      if (way.isBlind) this.#lookPeriodically()
    })
    return way
  }

  async #checkSearched(path: string): Promise<void> {
    const now = await identity(path)
    const before = this.#searched.get(path)
    if (now === (before?.identity ?? null) || this.#closed) return
    const real = now === null ? null : await realpath(path).catch(() => path)
    await before?.watch?.close()
    // A watch that is opened after the others were closed would keep the process for ever.
    if (this.#closed) return
    for (const [folder, { watch }] of this.#plugins) if (isWithin(folder, path)) watch.check()
    const watch = real === null ? null : this.#openSearched(path, real)
    this.#searched.set(path, { watch, identity: now })
    this.#scans.within(hintDelay.searchMs)
  }

  /** @param real links followed: what a link leads to is not watched through it */
  #openSearched(path: string, real: string): FolderWatch {
    // Its children, and those of its scopes; what is in plugins is watched for each plugin.
    const ignored = (child: string) => !/^@[^/]*$/.test(child)
    return new FolderWatch(real, 1, ignored, {
      ready: () => this.#scans.within(hintDelay.searchMs),
      hint: (child) => {
        if (child === null) this.#scans.within(hintDelay.searchMs)
        else if (!child.split('/').some((name) => name.startsWith('.'))) this.#hint(`${path}/${child}`)
      },
      problem: (message) => this.#problem(`${path} is watched less closely: ${message}`),
    })
  }
}

function watched({ folder, realFolder, accepted, packageFolders }: FoundPlugin): WatchedPlugin {
  return { folder, realFolder, whole: accepted !== null || folder === realFolder, packageFolders }
}

/** Its manifest may be on its way. */
function unfinished(folder: string): WatchedPlugin {
  return { folder, realFolder: folder, whole: false, packageFolders: [] }
}

function isWithin(folder: string, path: string): boolean {
  return folder === path || folder.startsWith(`${path}/`)
}
