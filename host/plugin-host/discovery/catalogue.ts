import { basename, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Fault } from '@claimd/sdk'
import { settle } from '../limits.js'
import { type CheckedManifest, checkManifest } from '../manifest/check-manifest.js'
import { type Candidate, findCandidates, type SearchFolder } from './candidates.js'
import { type Content, hashContent, readContent } from './content.js'
import { type FoundPlugin, foundPlugin } from './found-plugin.js'
import { readManifestText, UnreadableManifest } from './manifest-text.js'

/** What one scan of the search path found. */
export interface Scan {
  /** In the order of the search path. Of plugins with one name, the first is accepted. */
  plugins: FoundPlugin[]
  /** What could not be read, in words; what was known of it before is kept. */
  problems: string[]
}

interface Known {
  fingerprint: string
  plugin: FoundPlugin
}

/** Knows what lies in the search folders. Content is read again only where its fingerprint changed. */
export class Catalogue {
  readonly #folders: readonly SearchFolder[]
  readonly #hostVersion: string
  /** By search folder: what is kept while it cannot be read. */
  readonly #candidates = new Map<SearchFolder, Candidate[]>()
  /** By plugin folder. */
  #known = new Map<string, Known>()

  constructor(folders: readonly SearchFolder[], hostVersion: string) {
    this.#folders = folders
    this.#hostVersion = hostVersion
  }

  async scan(): Promise<Scan> {
    const problems: string[] = []
    const candidates = await this.#findCandidates(problems)
    const known = new Map<string, Known>()
    await Promise.all(
      candidates.map(async (candidate) => {
        const before = this.#known.get(candidate.folder)
        const now = await this.#look(candidate, before).catch((error: Error) => {
          problems.push(`${candidate.folder}: ${error.message}`)
          return before
        })
        if (now) known.set(candidate.folder, now)
      }),
    )
    this.#known = known
    const plugins = candidates.flatMap(({ folder }) => known.get(folder)?.plugin ?? [])
    return { plugins: rejectDuplicates(plugins), problems }
  }

  async #findCandidates(problems: string[]): Promise<Candidate[]> {
    for (const folder of this.#folders) {
      try {
        this.#candidates.set(folder, await findCandidates(folder))
      } catch (error) {
        problems.push(`${folder.path}: ${(error as Error).message}`)
      }
    }
    const all = this.#folders.flatMap((folder) => this.#candidates.get(folder) ?? [])
    // One folder that is reached in two ways is one plugin.
    const first = new Map<string, Candidate>()
    for (const candidate of all) {
      if (!first.has(candidate.realFolder)) first.set(candidate.realFolder, candidate)
    }
    return [...first.values()]
  }

  /** Reads a plugin folder until it stays the same for a moment: it may be in the middle of being written. */
  async #look(candidate: Candidate, before: Known | undefined): Promise<Known | undefined> {
    const folder = candidate.realFolder
    let content = await readContent(folder)
    if (content.fingerprint === before?.fingerprint) return before
    let build = await buildOf(folder, content)
    for (let attempt = 0; attempt < settle.attempts; attempt++) {
      await delay(settle.gapMs)
      const checked = await this.#check(candidate, content)
      const next = await readContent(folder)
      const nextBuild = await buildOf(folder, next)
      if (nextBuild === build) {
        const plugin = foundPlugin(candidate, build, checked)
        const unchanged =
          before !== undefined && before.plugin.build === build && sameFolder(before.plugin, plugin)
        return { fingerprint: next.fingerprint, plugin: unchanged ? before.plugin : plugin }
      }
      content = next
      build = nextBuild
    }
    return before
  }

  async #check({ folder, realFolder }: Candidate, { excess }: Content): Promise<CheckedManifest> {
    const file = join(folder, 'package.json')
    if (excess) {
      return rejected({
        file: folder,
        field: '',
        ...excess,
        remedy: 'Leave out what it does not need',
      })
    }
    try {
      const text = await readManifestText(realFolder)
      return checkManifest(text, { file, realFolder, hostVersion: this.#hostVersion })
    } catch (error) {
      if (!(error instanceof UnreadableManifest)) throw error
      const { found, expected } = error
      return rejected({
        file,
        field: '',
        found,
        expected,
        remedy: 'Put a manifest in its place',
      })
    }
  }
}

function rejected(fault: Fault): CheckedManifest {
  return { name: null, version: null, accepted: null, faults: [fault] }
}

function buildOf(folder: string, content: Content): Promise<string> {
  // What is too much to be read is told apart by what can be seen from outside.
  return content.excess ? Promise.resolve(content.fingerprint) : hashContent(folder, content)
}

function sameFolder(a: FoundPlugin, b: FoundPlugin): boolean {
  return a.realFolder === b.realFolder && a.bundled === b.bundled
}

function rejectDuplicates(plugins: readonly FoundPlugin[]): FoundPlugin[] {
  const first = new Map<string, FoundPlugin>()
  return plugins.map((plugin) => {
    if (!plugin.named) return plugin
    const winner = first.get(plugin.name)
    if (winner === undefined) {
      first.set(plugin.name, plugin)
      return plugin
    }
    const fault = {
      file: join(plugin.folder, 'package.json'),
      field: 'name',
      found: `"${plugin.name}" in ${plugin.folder}`,
      expected: `a name of its own; ${winner.folder} comes first and has this one`,
      remedy: `Remove ${basename(plugin.folder)}, or the other folder`,
    }
    return { ...plugin, accepted: null, faults: [...plugin.faults, fault] }
  })
}
