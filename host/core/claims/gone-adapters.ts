import type { StoredGone } from './rows.js'

/** So many are remembered, those that went last. */
const limit = 256

/** The adapters that are not there any more, so that one can still be told why, and one that is made again can point to it. */
export class GoneAdapters {
  private readonly byId = new Map<string, StoredGone>()
  /** The ids of those that went last. */
  private readonly byKey = new Map<string, string>()
  private readonly byName = new Map<string, string>()

  /** @returns the one that is forgotten for it; `null` when none is */
  add(gone: StoredGone): StoredGone | null {
    this.byId.set(gone.id, gone)
    if (gone.key !== null) this.byKey.set(gone.key, gone.id)
    this.byName.set(gone.name, gone.id)
    if (this.byId.size <= limit) return null
    const oldest = this.byId.values().next().value!
    this.byId.delete(oldest.id)
    if (oldest.key !== null && this.byKey.get(oldest.key) === oldest.id) this.byKey.delete(oldest.key)
    if (this.byName.get(oldest.name) === oldest.id) this.byName.delete(oldest.name)
    return oldest
  }

  /** By id, or the last one that had the name. */
  find(nameOrId: string): StoredGone | null {
    return this.byId.get(nameOrId) ?? this.byId.get(this.byName.get(nameOrId) ?? '') ?? null
  }

  /** The last one that was known by this key; where there is none, the last one that had the name. */
  findBefore(key: string, name: string): StoredGone | null {
    return this.byId.get(this.byKey.get(key) ?? this.byName.get(name) ?? '') ?? null
  }
}
