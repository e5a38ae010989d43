import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Fault } from '@claimd/sdk'
import { type CheckedManifest, checkManifest } from '../manifest/check-manifest.js'
import type { Draft, Stage } from '../staging/stage.js'
import { compileSource } from '../staging/typescript.js'
import type { Candidate } from './candidates.js'
import { type Content, hashContent, readContent } from './content.js'
import { type AcceptedPlugin, acceptedPlugin, type FoundPlugin, foundPlugin } from './found-plugin.js'
import { readManifestText, UnreadableManifest } from './manifest-text.js'
import { wayFaults } from './ownership.js'
import { packageFoldersOf } from './package-folders.js'
import { Changed } from './source-file.js'

/** How long a folder must stay the same before it is acted on, and how often that is tried, in a row. */
const settle = { gapMs: 25, attempts: 20 }

/** A plugin folder as it was seen. */
export interface Known {
  /** While this stays the same there is nothing to be read; `null` when that could not be told yet. */
  fingerprint: string | null
  plugin: FoundPlugin
}

export interface InspectorOptions {
  stage: Stage
  /** Compared with the `engines.claimd` of each plugin. */
  hostVersion: string
  /** Under `--dev` TypeScript is compiled, and it does not matter who may write to a folder. */
  dev: boolean
}

/**
 * Looks into plugin folders. What is accepted is not the folder but a copy of it: a plugin is copied, the copy
 * is hashed and checked, and it counts when a moment later the folder still has the same hash. So nothing runs
 * that was half written, and nothing that is not what was checked.
 */
export class Inspector {
  readonly #stage: Stage
  readonly #hostVersion: string
  readonly #dev: boolean

  constructor({ stage, hostVersion, dev }: InspectorOptions) {
    this.#stage = stage
    this.#hostVersion = hostVersion
    this.#dev = dev
  }

  /** @returns `before` itself when nothing changed, or when the folder does not stay the same long enough */
  async look(candidate: Candidate, before: Known | undefined): Promise<Known | undefined> {
    let content: Content | null = null
    for (let attempt = 0; attempt < settle.attempts; attempt++) {
      try {
        content ??= await this.#list(candidate)
        if (before && content.fingerprint === before.fingerprint && isSameFolder(before.plugin, candidate)) {
          return before
        }
        const { known, next }: Outcome =
          content.faults.length > 0
            ? await this.#reject(candidate, content)
            : await this.#inspect(candidate, content, before)
        if (known) return known
        content = next
      } catch (error) {
        if (!(error instanceof Changed)) throw error
        content = null
        await delay(settle.gapMs)
      }
    }
    return before
  }

  /** A version that is not in its folder any more, as its copy has it; `null` when there is no whole copy. */
  async fromCopy(build: string): Promise<AcceptedPlugin | null> {
    const folder = await this.#stage.find(build)
    const checked = folder === null ? null : await this.#check(folder, folder)
    return checked?.accepted ? acceptedPlugin(build, checked.accepted, folder!, folder!, false) : null
  }

  async #list(candidate: Candidate): Promise<Content> {
    const ownedSafely = this.#ownedSafely(candidate)
    const [content, way] = await Promise.all([
      readContent(candidate.realFolder, ownedSafely),
      ownedSafely ? wayFaults(candidate.folder) : [],
    ])
    if (way.length === 0) return content
    const fingerprint = `${content.fingerprint}\n${JSON.stringify(way)}`
    const known = new Set(way.map(({ file }) => file))
    const further = content.faults.filter(({ file, field }) => field !== '' || !known.has(file))
    return { ...content, fingerprint, faults: [...way, ...further] }
  }

  /** What ships with the host is as safe as the host. */
  #ownedSafely({ bundled }: Candidate): boolean {
    return !this.#dev && !bundled
  }

  /** A folder that cannot be copied. */
  async #reject(candidate: Candidate, content: Content): Promise<Outcome> {
    const gap = delay(settle.gapMs)
    const checked = await this.#checkSource(candidate, content)
    await gap
    const next = await this.#list(candidate)
    if (next.fingerprint !== content.fingerprint) return { known: null, next }
    const build = createHash('sha256').update(next.fingerprint).digest('hex')
    const faults = [...next.faults, ...checked.faults]
    return settled(next, foundPlugin(candidate, build, { ...checked, faults }, null))
  }

  async #inspect(candidate: Candidate, content: Content, before: Known | undefined): Promise<Outcome> {
    const { realFolder } = candidate
    const build = await hashContent(realFolder, content)
    const gap = delay(settle.gapMs)
    if (before?.plugin.build === build && isSameFolder(before.plugin, candidate)) {
      // It was written, but nothing in it changed.
      await gap
      const next = await this.#list(candidate)
      return (await this.#isStill(build, realFolder, next))
        ? settled(next, before.plugin)
        : { known: null, next }
    }
    const there = await this.#stage.find(build)
    const draft = there === null ? await this.#draft(candidate, content) : { build, folder: there }
    try {
      const checked = await this.#checkDraft(candidate, draft, there === null)
      await gap
      const next = await this.#list(candidate)
      if (!(await this.#isStill(draft.build, realFolder, next))) return { known: null, next }
      const accepted = checked.accepted && (await this.#accept(checked.accepted, candidate, draft, there))
      return settled(next, foundPlugin(candidate, draft.build, checked, accepted))
    } finally {
      if (there === null) await this.#stage.discard(draft)
    }
  }

  /** Whether a folder that is listed again holds what it did, and may be copied as before. */
  async #isStill(build: string, realFolder: string, next: Content): Promise<boolean> {
    return next.faults.length === 0 && (await hashContent(realFolder, next)) === build
  }

  #draft(candidate: Candidate, content: Content): Promise<Draft> {
    return this.#stage.draft(candidate.realFolder, content, this.#ownedSafely(candidate))
  }

  async #accept(
    accepted: NonNullable<CheckedManifest['accepted']>,
    { bundled }: Candidate,
    draft: Draft,
    there: string | null,
  ) {
    const staged = there ?? (await this.#stage.keep(accepted.manifest.name, draft))
    return acceptedPlugin(draft.build, accepted, draft.folder, staged, bundled)
  }

  async #checkDraft(
    { folder, realFolder }: Candidate,
    draft: Draft,
    isNew: boolean,
  ): Promise<CheckedManifest> {
    const compiled = this.#dev && isNew ? await compileSource(draft.folder, realFolder) : []
    const checked = await this.#check(folder, draft.folder)
    if (compiled.length === 0) return checked
    return { ...checked, accepted: null, faults: [...compiled, ...checked.faults] }
  }

  /** Tells what can be told of a folder that is not copied: it may lead anywhere. */
  async #checkSource({ folder, realFolder }: Candidate, { files }: Content): Promise<CheckedManifest> {
    const isInside = files.some(({ path, source }) => path === 'package.json' && source === path)
    return isInside
      ? this.#check(folder, realFolder)
      : { name: null, version: null, accepted: null, faults: [] }
  }

  /** @param folder as people know it @param realFolder where the manifest is read, links followed */
  async #check(folder: string, realFolder: string): Promise<CheckedManifest> {
    const file = join(folder, 'package.json')
    try {
      const text = await readManifestText(realFolder)
      return await checkManifest(text, { file, realFolder, hostVersion: this.#hostVersion, dev: this.#dev })
    } catch (error) {
      const fault = manifestFault(file, error as Error)
      return { name: null, version: null, accepted: null, faults: [fault] }
    }
  }
}

type Outcome = { known: Known; next: null } | { known: null; next: Content }

function settled({ fingerprint, recent, files }: Content, plugin: FoundPlugin): Outcome {
  const packageFolders = packageFoldersOf(plugin.realFolder, files)
  return {
    known: { fingerprint: recent ? null : fingerprint, plugin: { ...plugin, packageFolders } },
    next: null,
  }
}

function manifestFault(file: string, error: Error): Fault {
  const missing = (error as NodeJS.ErrnoException).code === 'ENOENT'
  if (!missing && !(error instanceof UnreadableManifest)) throw error
  const { found, expected } = missing
    ? { found: 'no regular file', expected: 'a regular file' }
    : (error as UnreadableManifest)
  return { file, field: '', found, expected, remedy: 'Put a manifest in its place' }
}

function isSameFolder(a: Candidate, b: Candidate): boolean {
  return a.realFolder === b.realFolder && a.bundled === b.bundled
}
