import type { TakenType } from '@claimd/sdk'
import type { AcceptedPlugin } from './discovery/found-plugin.js'
import type { Entry } from './entries.js'

/** A plugin names a connection type that belongs to another one. */
export type TellTaken = (plugin: string, taken: TakenType) => void

/**
 * Which plugin has the connections of each type. A type has one owner: the bundled plugin that names it, else the first
 * plugin in the order of the search path. Whether the owner runs does not matter, as for names: otherwise to disable
 * a plugin would give its connections, passwords included, to another one.
 */
export class TypeOwners {
  readonly #tell: TellTaken
  /** By type: the name of the plugin. */
  #owners: ReadonlyMap<string, string> = new Map()
  /** What was told and is still so. */
  #told: ReadonlySet<string> = new Set()

  constructor(tell: TellTaken) {
    this.#tell = tell
  }

  /** @param entries in the order of the search path; those whose folder is away for a moment come last */
  update(entries: readonly Entry[]): void {
    const before = this.#owners
    const versions = entries.flatMap(({ plugin }) => plugin?.current ?? [])
    const away = new Set(entries.flatMap((entry) => (entry.missingSince === null ? [] : entry.found.name)))
    const owners = new Map<string, string>()
    const give = (type: string, plugin: string) => owners.has(type) || owners.set(type, plugin)
    for (const { name, bundled, providers } of versions)
      if (bundled) for (const type of typesOf(providers)) give(type, name)
    for (const { name, providers } of versions)
      if (away.has(name))
        for (const type of typesOf(providers)) if (before.get(type) === name) give(type, name)
    for (const { name, providers } of versions) for (const type of typesOf(providers)) give(type, name)
    this.#owners = owners
    this.#tellTaken(versions)
  }

  /** Whether the connections of a type are this plugin's. */
  owns(plugin: string, type: string): boolean {
    return this.#owners.get(type) === plugin
  }

  /** The types that a version names and that belong to other plugins. */
  takenFrom({ name, providers }: AcceptedPlugin): TakenType[] {
    return typesOf(providers).flatMap((type) => {
      const owner = this.#owners.get(type)
      return owner === undefined || owner === name ? [] : [{ type, owner }]
    })
  }

  #tellTaken(versions: readonly AcceptedPlugin[]): void {
    const told = new Set<string>()
    for (const version of versions) {
      for (const taken of this.takenFrom(version)) {
        const key = JSON.stringify([version.name, taken])
        told.add(key)
        if (!this.#told.has(key)) this.#tell(version.name, taken)
      }
    }
    this.#told = told
  }
}

function typesOf(providers: AcceptedPlugin['providers']): string[] {
  return [...new Set(providers.flatMap(({ connectionTypes }) => connectionTypes))]
}
