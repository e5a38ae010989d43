import { ClaimdError, type UnreadableFolder } from '@claimd/sdk'
import {
  type Candidate,
  findCandidate,
  type Listing,
  listCandidates,
  type SearchFolder,
} from './candidates.js'
import type { AcceptedPlugin, FoundPlugin } from './found-plugin.js'
import { inParallel } from './in-parallel.js'
import { Inspector, type InspectorOptions, type Known } from './inspector.js'
import { type Pins, preferFirst, refuseUnpinned } from './preference.js'

/** So many plugin folders are looked at, at a time. */
const openFolders = 24

/** What is known after a look at the search path, or at a part of it. */
export interface Scan {
  /** In the order of the search path. Of plugins with one name, the first may be accepted. */
  plugins: FoundPlugin[]
  /** Folders beside them that hold no package.json, yet. */
  others: string[]
  /** What could not be read or copied; what was known of it before is kept. */
  unreadable: UnreadableFolder[]
}

export interface CatalogueOptions extends InspectorOptions {
  /** The search path. */
  folders: readonly SearchFolder[]
}

/** Knows what lies in the search folders. Content is read again only where its fingerprint changed. */
export class Catalogue {
  readonly #folders: readonly SearchFolder[]
  readonly #inspector: Inspector
  #pins: Pins = new Map()
  /** By search folder: what is kept while it cannot be read. */
  readonly #listed = new Map<SearchFolder, Listing>()
  #candidates: readonly Candidate[] = []
  /** By plugin folder. */
  readonly #known = new Map<string, Known>()
  /** By plugin folder: the look that is under way. */
  readonly #looks = new Map<string, Promise<void>>()
  /** By folder. */
  readonly #unreadable = new Map<string, Error>()

  constructor({ folders, ...options }: CatalogueOptions) {
    this.#folders = folders
    this.#inspector = new Inspector(options)
  }

  /** What is known of all folders at this moment, also in the middle of a scan. */
  get known(): FoundPlugin[] {
    return [...this.#known.values()].map(({ plugin }) => plugin)
  }

  /** The hashes that plugins must have, from the next look on. */
  setPins(pins: Pins): void {
    this.#pins = pins
  }

  /**
   * Looks at the whole search path.
   * @param thorough whether plugins that are known are looked at as well, or only what came and went
   */
  async scan(thorough = true): Promise<Scan> {
    this.#candidates = await this.#findCandidates()
    const folders = new Set(this.#candidates.map(({ folder }) => folder))
    for (const folder of this.#known.keys()) if (!folders.has(folder)) this.#forget(folder)
    const toSee = this.#candidates.filter(
      ({ folder, realFolder }) => thorough || this.#known.get(folder)?.plugin.realFolder !== realFolder,
    )
    await inParallel(openFolders, toSee, (candidate) => this.#look(candidate))
    return this.#result()
  }

  /** Copies were lost: everything is read, and copied, again. */
  async copyAgain(): Promise<Scan> {
    this.#known.clear()
    return this.scan()
  }

  /** Looks at one plugin folder; at what came and went when it is not one that is known, or leads elsewhere now. */
  async look(folder: string): Promise<Scan> {
    const before = this.#candidates.find((candidate) => candidate.folder === folder)
    const now = before && (await findCandidate(before).catch(() => null))
    if (now?.realFolder !== before?.realFolder || !now) return this.scan(false)
    await this.#look(now)
    return this.#result()
  }

  /** A version that may not be in its folder any more, such as the last good one; `null` when no whole copy is left. */
  copyOf(build: string): Promise<AcceptedPlugin | null> {
    return this.#inspector.fromCopy(build)
  }

  #result(): Scan {
    const found = this.#candidates.flatMap(({ folder }) => this.#known.get(folder)?.plugin ?? [])
    return {
      plugins: preferFirst(refuseUnpinned(found, this.#pins)),
      others: [...this.#listed.values()].flatMap(({ others }) => others),
      unreadable: [...this.#unreadable].map(([path, error]) => unreadable(path, error)),
    }
  }

  /** Looks that meet share the work: the later one begins when the earlier one has ended. */
  async #look(candidate: Candidate): Promise<void> {
    const { folder } = candidate
    const earlier = this.#looks.get(folder)
    const look = Promise.resolve(earlier).then(() => this.#inspect(candidate))
    this.#looks.set(folder, look)
    await look
    if (this.#looks.get(folder) === look) this.#looks.delete(folder)
  }

  async #inspect(candidate: Candidate): Promise<void> {
    const { folder } = candidate
    try {
      const known = await this.#inspector.look(candidate, this.#known.get(folder))
      if (known) this.#known.set(folder, known)
      this.#unreadable.delete(folder)
    } catch (error) {
      this.#unreadable.set(folder, error as Error)
    }
  }

  #forget(folder: string): void {
    this.#known.delete(folder)
    this.#unreadable.delete(folder)
  }

  async #findCandidates(): Promise<Candidate[]> {
    for (const folder of this.#folders) {
      try {
        this.#listed.set(folder, await listCandidates(folder))
        this.#unreadable.delete(folder.path)
      } catch (error) {
        this.#unreadable.set(folder.path, error as Error)
      }
    }
    const all = this.#folders.flatMap((folder) => this.#listed.get(folder)?.candidates ?? [])
    // One folder that is reached in two ways is one plugin.
    const first = new Map<string, Candidate>()
    for (const candidate of all) {
      if (!first.has(candidate.realFolder)) first.set(candidate.realFolder, candidate)
    }
    return [...first.values()]
  }
}

function unreadable(path: string, error: Error): UnreadableFolder {
  return { path, because: error.message, remedy: error instanceof ClaimdError ? error.document.remedy : null }
}
