import { relative } from 'node:path'
import { type FSWatcher, watch } from 'chokidar'

export interface FolderWatchEvents {
  /** It is set up: what came before that gave no hint. */
  ready(): void
  /** Something happened to a name: `null` when it cannot be told which one. Its path, from the folder. */
  hint(path: string | null, kind: 'renamed' | 'written'): void
  problem(message: string): void
}

/**
 * Watches one folder. It takes the system's own events beside those of the library, which merges changes that
 * come within 50 ms of each other and says nothing when a folder is swapped for another.
 */
export class FolderWatch {
  readonly #watch: FSWatcher
  #troubled = false

  /**
   * @param depth how deep below the folder; 0 is what lies in it
   * @param ignored whether a path, from the folder, is not to be watched
   */
  constructor(
    folder: string,
    depth: number,
    ignored: (path: string) => boolean,
    { ready, hint, problem }: FolderWatchEvents,
  ) {
    this.#watch = watch(folder, {
      ignoreInitial: true,
      atomic: false,
      // A link may lead anywhere, also to a tree without end.
      followSymlinks: false,
      depth,
      ignored: (path) => path !== folder && ignored(relative(folder, path)),
    })
      .on('ready', () => ready())
      .on('all', (_event, path) => hint(relative(folder, path), 'written'))
      .on('raw', (event, name, details) => {
        const { watchedPath } = details as { watchedPath: string }
        const path = typeof name === 'string' ? relative(folder, pathOf(watchedPath, name)) : null
        hint(path, event === 'rename' ? 'renamed' : 'written')
      })
      .on('error', (error) => {
        // When there are no watches left, each file says so.
        if (!this.#troubled) problem((error as Error).message)
        this.#troubled = true
      })
  }

  close(): Promise<void> {
    return this.#watch.close()
  }
}

/** Files are watched as well as their folders, and give their own name. */
function pathOf(watched: string, name: string): string {
  return watched.endsWith(`/${name}`) ? watched : `${watched}/${name}`
}
