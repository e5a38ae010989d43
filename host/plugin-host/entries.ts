import { nearest } from '../core/documents/nearest.js'
import { claimdError } from '../core/errors.js'
import { firstFault } from '../core/views/first-fault.js'
import type { FoundPlugin } from './discovery/found-plugin.js'
import type { NoteDetails, PluginNoteType } from './plugin-note.js'
import type { Supervisor } from './supervisor/supervisor.js'

/** A plugin folder, and what runs of it. */
export interface Entry {
  found: FoundPlugin
  /** `null` while nothing of it was ever accepted. */
  plugin: Supervisor | null
  /** Monotonic milliseconds; `null` while the folder is there. */
  missingSince: number | null
}

export interface EntriesNeeds {
  /** How long a folder must be gone before its plugin ends, in milliseconds. */
  removalMs: number
  /** The plugin that a folder stands for; `null` for a faulty one of which there never was a good version. */
  make(found: FoundPlugin): Supervisor | null
  /** When the folder was touched first, on the monotonic clock; `null` if it was not. */
  touchedAt(folder: string): number | null
  note<Type extends PluginNoteType>(type: Type, plugin: string, details: NoteDetails<Type>): void
  /** Whether an operator has removed the plugin: then its folder does not come back. */
  isRemoved(name: string): boolean
  /** Some folder is missing: to be looked for again after so many milliseconds. */
  missing(ms: number): void
}

/** What a look led to. */
export interface Changes {
  /** In words; empty when nothing is another than before. */
  why: string
  made: Supervisor[]
  /** Nothing stands for them any more. */
  gone: Supervisor[]
}

/**
 * The plugin folders and the plugins that they stand for. A plugin stays what it is, by its name, while its
 * folder is swapped, moved, or away for a moment, and while its manifest is faulty.
 */
export class Entries {
  readonly #needs: EntriesNeeds
  /** In the order of the search path. */
  #all: readonly Entry[] = []

  constructor(needs: EntriesNeeds) {
    this.#needs = needs
  }

  get all(): readonly Entry[] {
    return this.#all
  }

  get plugins(): Supervisor[] {
    return this.#all.flatMap(({ plugin }) => plugin ?? [])
  }

  /** @throws a `ClaimdError`, code `PLUGIN_NOT_FOUND` */
  find(name: string): Entry {
    const isIt = (entry: Entry) => nameOf(entry) === name
    const entry = this.#all.find((one) => isIt(one) && one.plugin) ?? this.#all.find(isIt)
    if (entry) return entry
    const names = this.#all.map(nameOf)
    const meant = names.find((one) => one.endsWith(`/${name}`)) ?? nearest(name, names)
    throw claimdError('PLUGIN_NOT_FOUND', {
      message: `there is no plugin ${name}`,
      found: name,
      expected: `one of: ${names.join(', ') || 'none is there'}`,
      remedy: meant ? `did you mean ${meant}? See them all: claimd plugins` : 'see them all: claimd plugins',
    })
  }

  /** Takes what lies in the search folders now. */
  take(found: readonly FoundPlugin[]): Changes {
    const before = new Map(this.#all.map((entry) => [entry.found.folder, entry]))
    const known = this.plugins
    const free = new Map(known.map((plugin) => [plugin.name, plugin]))
    const accepted = new Set(found.flatMap(({ accepted, name }) => (accepted ? [name] : [])))
    const changes: string[] = []
    const entries = found.map((now): Entry => {
      const entry = before.get(now.folder)
      const plugin = this.#pluginFor(now, entry, free, accepted)
      const next = { found: now, plugin, missingSince: null }
      if (!entry || !isSame(entry.found, now)) changes.push(this.#announce(next, entry))
      return next
    })
    entries.push(...this.#missing(entries))
    this.#all = entries
    const stayed = new Set(this.plugins)
    const gone = known.filter((plugin) => !stayed.has(plugin))
    const made = this.plugins.filter((plugin) => !known.includes(plugin))
    changes.push(...gone.map(({ name }) => `${name} was removed`))
    return { why: changes.join('; '), made, gone }
  }

  /** @param free the plugins by name that nothing stands for yet; what is taken is deleted from it */
  #pluginFor(
    now: FoundPlugin,
    entry: Entry | undefined,
    free: Map<string, Supervisor>,
    accepted: ReadonlySet<string>,
  ): Supervisor | null {
    if (now.accepted) {
      const known = free.get(now.name)
      free.delete(now.name)
      known?.found(now.accepted, this.#needs.touchedAt(now.folder))
      return known ?? this.#needs.make(now)
    }
    // What runs goes on while its manifest is faulty; unless the folder is another plugin's now, or another
    // folder has taken its place.
    const stays = entry?.plugin ?? (now.named && !accepted.has(now.name) ? this.#needs.make(now) : null)
    if (stays === null || (now.named && now.name !== stays.name)) return null
    if (entry?.plugin && free.get(stays.name) !== stays) return null
    free.delete(stays.name)
    stays.reject(firstFault(now.faults))
    return stays
  }

  /** Plugins whose folder is gone, for no longer than it may be: a build or a checkout does that. */
  #missing(entries: readonly Entry[]): Entry[] {
    const now = performance.now()
    const { removalMs } = this.#needs
    const folders = new Set(entries.map(({ found }) => found.folder))
    const taken = new Set(entries.map(({ plugin }) => plugin))
    const missing = this.#all
      .filter(({ found, plugin }) => !folders.has(found.folder) && plugin && !taken.has(plugin))
      .map((entry) => ({ ...entry, missingSince: entry.missingSince ?? now }))
    const away = missing.filter(
      ({ found, missingSince }) => now - missingSince < removalMs && !this.#needs.isRemoved(found.name),
    )
    for (const { found } of missing.filter((entry) => !away.includes(entry))) {
      const { name, folder } = found
      this.#needs.note('plugin-removed', name, { folder })
    }
    if (away.length > 0) this.#needs.missing(removalMs)
    return away
  }

  #announce(entry: Entry, before: Entry | undefined): string {
    const { version, folder, build, accepted, faults } = entry.found
    // A manifest that cannot be read has no name; what runs from that folder has.
    const name = nameOf(entry)
    const { note } = this.#needs
    if (!accepted) {
      note('plugin-rejected', name, { version, folder, faults })
      return `${name} was rejected`
    }
    if (before) {
      const mended = before.found.accepted === null
      note('plugin-changed', name, { version, folder, build, mended })
      return `${name} was changed`
    }
    note('plugin-added', name, { version, folder, build })
    return `${name} was added`
  }
}

function nameOf({ found, plugin }: Entry): string {
  return plugin?.name ?? found.name
}

function isSame(a: FoundPlugin, b: FoundPlugin): boolean {
  const identity = ({ build, realFolder, bundled, faults }: FoundPlugin) =>
    JSON.stringify([build, realFolder, bundled, faults])
  return identity(a) === identity(b)
}
