import { type FSWatcher, lstatSync, watch } from 'node:fs'
import { lstat, readlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { OneAtATime } from './one-at-a-time.js'
import { isSilent } from './silent-file-systems.js'
import { lookSlowly } from './slow-look.js'

export interface PathWatchOptions {
  /** Also hears of what happens in the folder that the path leads to; default: only of the path. */
  contents?: boolean
}

/** A folder in which a name is looked up on the way to the path. */
interface Step {
  identity: string
  /** The names that matter in it; `null` for all. */
  names: Set<string> | null
}

interface Watched extends Step {
  watcher: FSWatcher
  /** Events of what lies beside the way, since then. */
  beside: number
  since: number
}

/**
 * With more events than these within so long, in milliseconds, of what lies beside the way, such as in /tmp, a folder
 * is not watched any more: each wakes the process. It is looked at now and then, and after so many looks watched again.
 */
const noise = { events: 20, windowMs: 10_000, looks: 20 }

/** As the kernel: more links are a circle. */
const linkLimit = 40

/**
 * Watches what a path leads to, by the kernel's events: that a name on the way to it comes, goes or is replaced, links
 * followed, and that the file itself is written. The path need not be there. An event is a hint: look, and nothing is
 * missed.
 */
export class PathWatch {
  readonly #path: string
  readonly #contents: boolean
  readonly #heard: () => void
  readonly #watched = new Map<string, Watched>()
  /** Folders that are looked at: what their names led to, and how many looks are left. */
  readonly #noisy = new Map<string, { seen: string; left: number }>()
  /** The last folder on the way: in it the path itself is looked up. */
  #last = ''
  #steps: ReadonlyMap<string, Step> = new Map()
  readonly #endLooks: () => void
  #isBlind = false
  /** Watches the folders on the way as it is now. */
  readonly #arm = new OneAtATime(() => this.#follow())
  #closed = false

  /** Resolves when it hears of changes. What came before is for the caller to look at. */
  readonly ready: Promise<void>

  /** @param heard is called after a change */
  constructor(path: string, heard: () => void, { contents = false }: PathWatchOptions = {}) {
    this.#path = path
    this.#heard = heard
    this.#contents = contents
    this.#endLooks = lookSlowly((mountsChanged) => this.#look(mountsChanged))
    this.ready = this.#arm.run()
  }

  /** Whether it may miss a change: there are no more watches to have, or the kernel has no events there. */
  get isBlind(): boolean {
    return this.#isBlind
  }

  close(): void {
    this.#closed = true
    void this.#arm.close()
    this.#endLooks()
    for (const folder of this.#watched.keys()) this.#forget(folder)
  }

  #look(mountsChanged: boolean): void {
    let isNews = mountsChanged
    for (const [folder, noisy] of this.#noisy) {
      isNews ||= this.#seen(folder) !== noisy.seen
      if (--noisy.left <= 0) this.#noisy.delete(folder)
      isNews ||= noisy.left <= 0
    }
    if (isNews) this.#changed()
  }

  /** What the names lead to that are looked up in a noisy folder. */
  #seen(folder: string): string {
    return [...(this.#steps.get(folder)?.names ?? [])]
      .map((name) => {
        try {
          const { dev, ino, birthtimeMs } = lstatSync(join(folder, name))
          return `${dev}:${ino}:${birthtimeMs}`
        } catch {
          return ''
        }
      })
      .join(' ')
  }

  #changed(): void {
    void this.#arm.run().then(() => {
      if (!this.#closed) this.#heard()
    })
  }

  async #follow(): Promise<void> {
    const way = await wayTo(this.#path, this.#contents)
    this.#steps = way
    this.#last = [...way.keys()].at(-1) ?? ''
    const silent = await Promise.all([...way.keys()].map(isSilent))
    if (this.#closed) return
    for (const [folder, { identity }] of this.#watched) {
      if (way.get(folder)?.identity !== identity) this.#forget(folder)
    }
    for (const folder of this.#noisy.keys()) if (!way.has(folder)) this.#noisy.delete(folder)
    let isWhole = true
    for (const [folder, step] of way) {
      const noisy = this.#noisy.get(folder)
      if (noisy) {
        noisy.seen = this.#seen(folder)
        continue
      }
      const known = this.#watched.get(folder)
      if (known) known.names = step.names
      // What happened before a new watch stood is seen by following the way once more.
      else if (this.#watch(folder, step)) void this.#arm.run()
      else isWhole = false
    }
    this.#isBlind = !isWhole || silent.includes(true)
  }

  #watch(folder: string, step: Step): boolean {
    try {
      const watcher = watch(folder, { persistent: false }, (_, name) => this.#event(folder, name))
      watcher.on('error', () => {
        this.#forget(folder)
        this.#changed()
      })
      this.#watched.set(folder, { ...step, watcher, beside: 0, since: performance.now() })
      return true
    } catch {
      return false
    }
  }

  #event(folder: string, name: string | null): void {
    const names = this.#watched.get(folder)?.names
    // A folder that is itself removed or moved is told by its own name.
    if (name === null || name === basename(folder) || names?.has(name)) this.#changed()
    else if (names === null) this.#heard()
    else this.#beside(folder)
  }

  /** Something happened in the folder that does not matter. */
  #beside(folder: string): void {
    const watched = this.#watched.get(folder)
    if (!watched || folder === this.#last) return
    const now = performance.now()
    if (now - watched.since > noise.windowMs) Object.assign(watched, { beside: 0, since: now })
    if (++watched.beside <= noise.events) return
    this.#forget(folder)
    this.#noisy.set(folder, { seen: '', left: noise.looks })
    this.#changed()
  }

  #forget(folder: string): void {
    this.#watched.get(folder)?.watcher.close()
    this.#watched.delete(folder)
  }
}

/** The folders on the way to a path, as far as it leads; with `contents` also the one that it leads to. */
async function wayTo(path: string, contents: boolean): Promise<Map<string, Step>> {
  const way = new Map<string, Step>()
  const left = elementsOf(path)
  let folder = '/'
  for (let links = 0; ; ) {
    const stats = await lstat(folder, { bigint: true }).catch(() => null)
    if (!stats) return way
    const name = left.shift()
    if (name === undefined && !contents) return way
    if (name === '..') {
      folder = dirname(folder)
      continue
    }
    const step = way.get(folder) ?? { identity: `${stats.dev}:${stats.ino}`, names: new Set<string>() }
    way.set(folder, step)
    if (name === undefined) {
      step.names = null
      return way
    }
    step.names?.add(name)
    const at = join(folder, name)
    const found = await lstat(at).catch(() => null)
    if (found?.isDirectory()) folder = at
    else if (found?.isSymbolicLink() && links++ < linkLimit) {
      const target = await readlink(at).catch(() => '')
      if (target.startsWith('/')) folder = '/'
      left.unshift(...elementsOf(target))
    } else return way
  }
}

function elementsOf(path: string): string[] {
  return path.split('/').filter((element) => element !== '' && element !== '.')
}
