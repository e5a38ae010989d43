import { stat } from 'node:fs/promises'
import { type FSWatcher, watch } from 'chokidar'
import { hintDelay, rescanMs, watchDepth } from '../limits.js'

/**
 * Says when the search folders should be looked at: shortly after the file system hinted at a change, and
 * every few seconds anyway, because the hints are not to be relied on. They cease without a word when a
 * folder is swapped for another or a link is flipped; then the watch is set up anew.
 */
export class Watcher {
  readonly #paths: readonly string[]
  readonly #look: () => void
  readonly #problem: (message: string) => void
  #watch: FSWatcher | null = null
  #linkedFolders: readonly string[] = []
  #identities = new Map<string, string>()
  #quiet: NodeJS.Timeout | null = null
  #firstHintAt = 0
  readonly #periodic: NodeJS.Timeout

  constructor(paths: readonly string[], look: () => void, problem: (message: string) => void) {
    this.#paths = paths
    this.#look = look
    this.#problem = problem
    this.#periodic = setInterval(look, rescanMs)
  }

  /**
   * Watches on, after a scan.
   * @param pluginFolders the folders that were found
   * @param linkedFolders where accepted plugins really lie that are only linked to from a search folder
   */
  async watch(pluginFolders: readonly string[], linkedFolders: readonly string[]): Promise<void> {
    const identities = new Map<string, string>()
    for (const path of [...this.#paths, ...pluginFolders]) identities.set(path, await identity(path))
    const swapped = [...identities].some(([path, now]) => (this.#identities.get(path) ?? now) !== now)
    this.#identities = identities
    const moved = String(linkedFolders) !== String(this.#linkedFolders)
    if (this.#watch !== null && !swapped && !moved) return
    this.#linkedFolders = linkedFolders
    const old = this.#watch
    this.#watch = this.#open([...this.#paths, ...linkedFolders])
    await old?.close()
  }

  /** When the folder was first touched since it was last asked about, in monotonic milliseconds; or `null`. */
  touchedAt(_folder: string): number | null {
    return null
  }

  async close(): Promise<void> {
    clearInterval(this.#periodic)
    if (this.#quiet) clearTimeout(this.#quiet)
    await this.#watch?.close()
  }

  #open(roots: string[]): FSWatcher {
    return (
      watch(roots, {
        ignoreInitial: true,
        atomic: false,
        // A link may lead anywhere, also to a tree without end. Where plugins are linked to, they are watched.
        followSymlinks: false,
        depth: watchDepth,
        ignored: (path) =>
          roots.some(
            (root) => path.startsWith(`${root}/`) && isIgnored(path.slice(root.length + 1).split('/')),
          ),
      })
        // What came while it was being set up gave no hint.
        .on('ready', () => this.#hint())
        .on('all', () => this.#hint())
        .on('error', (error) =>
          this.#problem(`the folders are watched less closely: ${(error as Error).message}`),
        )
    )
  }

  #hint(): void {
    const now = performance.now()
    if (this.#quiet === null) this.#firstHintAt = now
    else clearTimeout(this.#quiet)
    const left = this.#firstHintAt + hintDelay.capMs - now
    this.#quiet = setTimeout(
      () => {
        this.#quiet = null
        this.#look()
      },
      Math.max(0, Math.min(hintDelay.silenceMs, left)),
    )
  }
}

/** What does not count, and what changes so rarely that the periodic look is enough. */
function isIgnored(parts: readonly string[]): boolean {
  return parts.some((part) => part.startsWith('.') || part === 'node_modules')
}

/** What makes a path the same folder as before, links followed. */
async function identity(path: string): Promise<string> {
  try {
    const { dev, ino } = await stat(path, { bigint: true })
    return `${dev}:${ino}`
  } catch {
    return 'missing'
  }
}
