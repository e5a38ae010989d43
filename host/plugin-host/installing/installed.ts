import { randomUUID } from 'node:crypto'
import { lstat, mkdir, readdir, readlink } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { listCandidates } from '../discovery/candidates.js'
import { readManifestText } from '../discovery/manifest-text.js'
import { slug } from '../places.js'
import { discard } from '../staging/read-only.js'

/** What a killed install has left is removed when it is older than this, in milliseconds: until then it may be going on. */
const leftoverMs = 60 * 60 * 1000

/** A plugin in the folder of installed plugins. */
export interface Installed {
  name: string
  version: string | null
  /** Where it is found: a link to one of its versions, or a folder that somebody put there. */
  folder: string
}

/**
 * The folder of installed plugins. A plugin is a link there, under its name, to a folder in `.versions`, which
 * discovery passes over. A new version comes beside the old one, and then the link is replaced: at no moment is
 * there no plugin, or half of one.
 */
export class InstalledFolder {
  readonly path: string
  readonly #versions: string

  constructor(path: string) {
    this.path = resolve(path)
    this.#versions = join(this.path, '.versions')
  }

  async prepare(): Promise<void> {
    for (const folder of [this.path, this.#versions]) await mkdir(folder, { recursive: true, mode: 0o755 })
  }

  linkOf(name: string): string {
    return join(this.path, name)
  }

  /** A path for something new that nobody else makes. */
  newVersion(name: string): string {
    return join(this.#versions, `${slug(name)}.${randomUUID()}`)
  }

  temporary(): string {
    return join(this.#versions, `.tmp-${randomUUID()}`)
  }

  /** The installed plugin of that name, in whatever folder it lies. */
  async find(name: string): Promise<Installed | null> {
    return (await this.list()).find((one) => one.name === name) ?? null
  }

  async list(): Promise<Installed[]> {
    const { candidates } = await listCandidates({ path: this.path, bundled: false })
    const found = await Promise.all(
      candidates.map(async ({ folder }) => ({ folder, ...(await read(folder)) })),
    )
    return found.flatMap(({ folder, name, version }) => (name === null ? [] : [{ folder, name, version }]))
  }

  /** The version that a link leads to, when it is one of those in here. */
  async versionBehind(link: string): Promise<string | null> {
    const target = await readlink(link).catch(() => null)
    const path = target === null ? null : resolve(dirname(link), target)
    return path !== null && dirname(path) === this.#versions ? path : null
  }

  /** Removes what installs have left that were killed. */
  async tidy(): Promise<void> {
    const used = new Set<string | null>()
    for (const { folder } of await this.list()) used.add(await this.versionBehind(folder))
    for (const name of await readdir(this.#versions)) {
      const path = join(this.#versions, name)
      const { mtimeMs } = await lstat(path).catch(() => ({ mtimeMs: Date.now() }))
      if (!used.has(path) && Date.now() - mtimeMs > leftoverMs) await discard(path)
    }
  }
}

async function read(folder: string): Promise<{ name: string | null; version: string | null }> {
  try {
    const { name, version } = JSON.parse(await readManifestText(folder))
    const text = (value: unknown) => (typeof value === 'string' ? value : null)
    return { name: text(name), version: text(version) }
  } catch {
    return { name: null, version: null }
  }
}
