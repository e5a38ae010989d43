import { mkdir, mkdtemp, realpath, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Catalogue, type Scan } from '../../../../host/plugin-host/discovery/catalogue.js'
import type { FoundPlugin } from '../../../../host/plugin-host/discovery/found-plugin.js'
import { Watcher } from '../../../../host/plugin-host/discovery/watcher.js'
import { Stage } from '../../../../host/plugin-host/staging/stage.js'
import { goodManifest, until } from '../support.js'

/** What finds plugins, on folders of its own and without what runs them. */
export class DiscoveryLab {
  readonly touched: string[] = []
  readonly looked: string[] = []
  readonly problems: string[] = []
  scans = 0
  last: Scan = { plugins: [], others: [], unreadable: [] }
  readonly watcher: Watcher
  #watching = false

  private constructor(
    readonly root: string,
    readonly catalogue: Catalogue,
    readonly stage: Stage,
    paths: readonly string[],
  ) {
    this.watcher = new Watcher(paths, {
      touched: (folder) => this.touched.push(folder),
      look: async (folder) => {
        this.#take(await catalogue.look(folder))
        this.looked.push(folder)
      },
      scan: async (thorough) => {
        this.scans++
        this.#take(await catalogue.scan(thorough))
      },
      problem: (message) => this.problems.push(message),
    })
  }

  static async make({ folders = ['plugins'], dev = false, bundled = false } = {}): Promise<DiscoveryLab> {
    const root = await realpath(await mkdtemp(join(tmpdir(), 'claimd-discovery-')))
    return DiscoveryLab.#on(root, { folders, dev, bundled })
  }

  /** The same folders, found by a host that has just started. */
  async restart(): Promise<DiscoveryLab> {
    await this.watcher.close()
    return DiscoveryLab.#on(this.root, { folders: ['plugins'], dev: false, bundled: false })
  }

  static async #on(
    root: string,
    { folders, dev, bundled }: { folders: string[]; dev: boolean; bundled: boolean },
  ): Promise<DiscoveryLab> {
    const paths = folders.map((folder) => join(root, folder))
    const stage = await Stage.open(join(root, 'stage'), { dev })
    const searched = paths.map((path) => ({ path, bundled }))
    const catalogue = new Catalogue({ folders: searched, hostVersion: '1.0.0', stage, dev })
    return new DiscoveryLab(root, catalogue, stage, paths)
  }

  at(path: string): string {
    return join(this.root, path)
  }

  async write(folder: string, code: string, manifest: Record<string, unknown> = {}): Promise<void> {
    await mkdir(this.at(folder), { recursive: true })
    await writeFile(this.at(`${folder}/index.js`), code)
    await writeFile(
      this.at(`${folder}/package.json`),
      JSON.stringify({ ...goodManifest(folder.split('/').at(-1)!), ...manifest }),
    )
  }

  /** As an editor saves: beside it, and then in its place. */
  async save(path: string, text: string): Promise<void> {
    await writeFile(this.at(`${path}.tmp`), text)
    await rename(this.at(`${path}.tmp`), this.at(path))
  }

  async scan(): Promise<Scan> {
    this.#take(await this.catalogue.scan())
    return this.last
  }

  /** Scans, and watches from there on; resolves when the watches are set up. */
  async watch(): Promise<void> {
    this.#watching = true
    await this.scan()
    await this.watcher.start()
    // When a watch stands, its folder is looked at once more.
    const folders = [...this.last.plugins.map(({ folder }) => folder), ...this.last.others]
    await until(() => folders.every((folder) => this.looked.includes(folder)))
  }

  plugin(name: string): FoundPlugin | undefined {
    return this.last.plugins.find((plugin) => plugin.name === name)
  }

  /** The hash of an accepted plugin. */
  build(name: string): string | undefined {
    return this.plugin(name)?.accepted?.build
  }

  async changed(name: string, before: string | undefined): Promise<void> {
    await until(() => this.build(name) !== undefined && this.build(name) !== before)
  }

  async end(): Promise<void> {
    await this.watcher.close()
    await rm(this.root, { recursive: true, force: true })
  }

  #take(scan: Scan): void {
    this.last = scan
    if (this.#watching) this.watcher.follow(scan)
  }
}
