import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chmod, lchown, mkdir, readdir, realpath, rename, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type Content, hashContent, readContent } from '../discovery/content.js'
import { slug, unslug } from '../places.js'
import { copyContent } from './copy-content.js'
import { discard, makeReadOnly, removeReadOnly } from './read-only.js'
import { stageRunner } from './stage-runner.js'
import { stageSdk } from './stage-sdk.js'

/** A copy that is being made, and does not count yet. */
export interface Draft {
  /** The hash of the copy. */
  build: string
  /** Where it lies for the moment. */
  folder: string
}

export interface StageOptions {
  /** The group of the user that a plugin runs as; of the plugins, it alone can read its copies. `null`: no user. */
  groupOf?(plugin: string): number | null
  /** Under `--dev` copies hold what was compiled for them, and are made anew by every host. */
  dev?: boolean
}

/**
 * Private read-only copies, named by the hash of their content: `plugins/<slug>/<hash>/` of plugins,
 * `runner/<hash>/runner.cjs` of what runs in their processes, `node_modules/@claimd/sdk` of what they may import. A
 * copy comes under its name only when it is whole; what is being made lies in `tmp`, and what is found there at the
 * next start is removed.
 */
export class Stage {
  readonly #folder: string
  readonly #groupOf: (plugin: string) => number | null
  /** Plugins by build: copies that an earlier host has left, which nobody has looked at yet. */
  readonly #left = new Map<string, string>()
  /** Folders by build: copies that are known to be whole. */
  readonly #whole = new Map<string, Promise<string | null>>()
  /** Folders by build: copies that are just coming under their names. */
  readonly #coming = new Map<string, Promise<string>>()
  /** What was asked for since the last sweep began: somebody may be about to use it. */
  #asked = new Set<string>()
  #sweeping: Promise<void> = Promise.resolve()

  private constructor(folder: string, { groupOf = () => null }: StageOptions) {
    this.#folder = folder
    this.#groupOf = groupOf
  }

  /** Opens the stage in a folder, which is made if it is missing. One host has it at a time. */
  static async open(folder: string, options: StageOptions = {}): Promise<Stage> {
    await makeFolders(folder)
    const stage = new Stage(await realpath(folder), options)
    await discard(stage.#temporaries)
    await mkdir(stage.#temporaries, { mode: 0o700 })
    if (!options.dev) await stage.#list()
    return stage
  }

  /** Its folders, which the stage needs while it is open: each before those in it. */
  static foldersOf(folder: string): string[] {
    return [folder, join(folder, 'plugins'), join(folder, 'runner'), join(folder, 'tmp')]
  }

  /** Makes its folders again after somebody removed them. Copies that were lost are made anew when they are asked for. */
  async restore(): Promise<void> {
    await makeFolders(this.#folder)
    await mkdir(this.#temporaries, { recursive: true, mode: 0o700 })
    for (const [build, folder] of this.#whole) {
      const path = await folder.catch(() => null)
      if (path === null || !existsSync(path)) this.#whole.delete(build)
    }
  }

  /** Copies a folder that was listed. @throws Changed when it is not what was listed any more */
  async draft(from: string, content: Content, ownedSafely: boolean): Promise<Draft> {
    const folder = this.#temporary()
    try {
      await copyContent(from, content, folder, ownedSafely)
      return { folder, build: await hashOf(folder) }
    } catch (error) {
      await discard(folder)
      throw error
    }
  }

  discard(draft: Draft): Promise<void> {
    return discard(draft.folder)
  }

  /** Makes a draft the copy of that plugin with that hash, and gives its folder. */
  async keep(plugin: string, draft: Draft): Promise<string> {
    this.#asked.add(draft.build)
    const there = await this.#whole.get(draft.build)
    const folder = there ?? (await this.#putOnce(plugin, draft))
    // Two folders may hold the same plugin; one copy is enough.
    await discard(draft.folder)
    return folder
  }

  /**
   * The folder of a copy that is there and whole, or `null`. One that an earlier host has left is read for it; a
   * damaged one is removed: it may be the half that a failing disk has kept, or somebody wrote to it.
   */
  find(build: string): Promise<string | null> {
    this.#asked.add(build)
    const plugin = this.#left.get(build)
    if (plugin !== undefined) {
      this.#left.delete(build)
      this.#whole.set(build, this.#check(plugin, build))
    }
    return this.#whole.get(build) ?? Promise.resolve(null)
  }

  /** Puts the runner into the stage and gives the path of the copy. */
  runner(): Promise<string> {
    return stageRunner(join(this.#folder, 'runner'), () => this.#temporary())
  }

  /** Puts the SDK into the stage and gives the folder `node_modules` in which it lies. */
  async sdk(): Promise<string> {
    const modules = join(this.#folder, 'node_modules')
    await mkdir(modules, { recursive: true, mode: 0o755 })
    await stageSdk(modules, () => this.#temporary())
    return modules
  }

  /**
   * Removes copies of plugins that nothing needs, and that nobody asks for meanwhile.
   * @param needed gives the builds to keep when the sweep begins; `null`: it cannot be told, nothing is removed
   */
  sweep(needed: () => ReadonlySet<string> | null): Promise<void> {
    // One at a time: what one removes, another would find half. And what is needed is asked for only then: of
    // what came while an earlier sweep went on, nobody knew when this one was called for.
    const sweep = this.#sweeping.then(() => this.#sweep(needed()))
    this.#sweeping = sweep.catch(() => {})
    return sweep
  }

  async #sweep(keep: ReadonlySet<string> | null): Promise<void> {
    if (keep === null) return
    this.#asked = new Set()
    const plugins = join(this.#folder, 'plugins')
    for (const name of await readdir(plugins)) {
      const builds = await readdir(join(plugins, name))
      let kept = 0
      for (const build of builds) {
        if (keep.has(build) || this.#asked.has(build)) kept++
        else {
          this.#whole.delete(build)
          this.#left.delete(build)
          await this.#remove(join(plugins, name, build))
        }
      }
      if (kept === 0) await this.#removeEmpty(join(plugins, name))
    }
  }

  async #list(): Promise<void> {
    const plugins = join(this.#folder, 'plugins')
    for (const name of await readdir(plugins)) {
      for (const build of await readdir(join(plugins, name))) this.#left.set(build, unslug(name))
    }
  }

  async #check(plugin: string, build: string): Promise<string | null> {
    const folder = join(this.#folder, 'plugins', slug(plugin), build)
    // What cannot be read is damaged as well.
    if ((await hashOf(folder).catch(() => null)) === build) {
      await this.#home(plugin)
      await makeReadOnly(folder)
      return folder
    }
    this.#whole.delete(build)
    await this.#remove(folder)
    return null
  }

  #putOnce(plugin: string, draft: Draft): Promise<string> {
    const { build } = draft
    const coming = this.#coming.get(build)
    if (coming) return coming
    const folder = this.#put(plugin, draft).finally(() => this.#coming.delete(build))
    this.#coming.set(build, folder)
    return folder
  }

  async #put(plugin: string, draft: Draft): Promise<string> {
    // It would take away what comes under the name of what it removes.
    await this.#sweeping
    const folder = join(await this.#home(plugin), draft.build)
    await this.#remove(folder)
    await rename(draft.folder, folder)
    await makeReadOnly(folder)
    this.#whole.set(draft.build, Promise.resolve(folder))
    return folder
  }

  /** The folder of a plugin's copies. Of the plugins' users, that of the plugin can open it. */
  async #home(plugin: string): Promise<string> {
    const home = join(this.#folder, 'plugins', slug(plugin))
    await mkdir(home, { recursive: true, mode: 0o700 })
    const group = process.geteuid!() === 0 ? this.#groupOf(plugin) : null
    if (group !== null) await lchown(home, 0, group)
    await chmod(home, group === null ? 0o700 : 0o750)
    return home
  }

  get #temporaries(): string {
    return join(this.#folder, 'tmp')
  }

  #temporary(): string {
    return join(this.#temporaries, randomUUID())
  }

  async #remove(folder: string): Promise<void> {
    await removeReadOnly(folder, this.#temporary()).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error
    })
  }

  /** A copy may have come into it meanwhile; then it stays. */
  async #removeEmpty(folder: string): Promise<void> {
    await rmdir(folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'ENOENT') throw error
    })
  }
}

async function makeFolders(folder: string): Promise<void> {
  for (const below of ['', 'plugins', 'runner']) {
    await mkdir(join(folder, below), { recursive: true })
    // Passed through by every plugin's user, listed by none.
    await chmod(join(folder, below), 0o711)
  }
}

/** The hash of a copy. @throws when it holds anything that no copy holds */
async function hashOf(folder: string): Promise<string> {
  const content = await readContent(folder, false, 'copied')
  const below = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = below.filter((entry) => !entry.isDirectory())
  if (content.faults.length > 0 || files.length !== content.files.length) {
    throw new Error(`${folder} holds what was not copied into it`)
  }
  return hashContent(folder, content)
}
