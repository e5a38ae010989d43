import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { isSilent } from '../../lib/silent-file-systems.js'
import { FolderWatch } from './folder-watch.js'
import { identity } from './identity.js'
import { isIgnoredName } from './ignored.js'
import { watchDepth, watchFolders } from './package-folders.js'

export interface WatchedPlugin {
  folder: string
  /** Links followed. */
  realFolder: string
  /** Whether what lies below is watched as well. What is no plugin may be anything. */
  whole: boolean
  packageFolders: readonly string[]
}

interface PluginWatchEvents {
  /** Something in the folder was touched. */
  touched(): void
  /** Something may have been touched that nobody has seen. */
  unsure(): void
  problem(message: string): void
}

/** Watches one plugin folder, and sees to it that what is watched is the folder that is there. */
export class PluginWatch {
  readonly #plugin: WatchedPlugin
  readonly #events: PluginWatchEvents
  #watch: FolderWatch | null = null
  #endPackages: () => void = () => {}
  #identity: string | null = null
  /** One thing at a time: watches of one path share what they got from the system, until it is closed. */
  #turn: Promise<void>
  #closed = false

  /** @param before what has to be done first: another watch of the folder is being closed */
  constructor(plugin: WatchedPlugin, before: Promise<void>, events: PluginWatchEvents) {
    this.#plugin = plugin
    this.#events = events
    this.#turn = before.then(() => this.#open())
  }

  isOf({ realFolder, whole, packageFolders }: WatchedPlugin): boolean {
    const mine = this.#plugin
    return (
      mine.realFolder === realFolder &&
      mine.whole === whole &&
      mine.packageFolders.join('\n') === packageFolders.join('\n')
    )
  }

  /** Finds out whether another folder has taken the place of the watched one; then that one is watched. */
  check(): void {
    this.#turn = this.#turn.then(async () => {
      const now = await identity(this.#plugin.folder)
      if (now === this.#identity || this.#closed) return
      await this.#reopen()
      this.#events.touched()
    })
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#turn
    await this.#end()
  }

  async #end(): Promise<void> {
    this.#endPackages()
    await this.#watch?.close()
    this.#watch = null
  }

  async #reopen(): Promise<void> {
    await this.#end()
    await this.#open()
  }

  async #open(): Promise<void> {
    const { folder, realFolder, whole, packageFolders } = this.#plugin
    this.#identity = await identity(folder)
    if (this.#closed || this.#identity === null) return
    const problem = (message: string) =>
      this.#events.problem(`${realFolder} is watched less closely: ${message}`)
    if (await isSilent(realFolder)) problem('its file system does not tell of changes')
    if (this.#closed) return
    this.#endPackages = watchFolders(packageFolders, this.#events.touched, problem)
    this.#watch = new FolderWatch(realFolder, whole ? watchDepth : 0, isIgnored, {
      ready: this.#events.unsure,
      hint: (path, kind) => {
        if (path !== null && isIgnored(path)) return
        this.#events.touched()
        if (kind === 'renamed' && path !== null) this.#renamed(join(realFolder, path))
      },
      problem,
    })
  }

  /** A folder in the plugin may have been swapped for another, in which nothing is watched then. */
  #renamed(path: string): void {
    this.#turn = this.#turn.then(async () => {
      const isFolder = await stat(path).then(
        (found) => found.isDirectory(),
        () => false,
      )
      if (isFolder && !this.#closed) await this.#reopen()
    })
  }
}

/** What does not count, and packages, whose folders are watched each by itself. */
function isIgnored(path: string): boolean {
  return path.split('/').some((name) => isIgnoredName(name) || name === 'node_modules')
}
