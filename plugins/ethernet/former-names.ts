import type { Adapter, StorageService } from '@claimd/sdk'

/** So many names of a link are remembered, the last ones. */
const nameLimit = 8
/** So many adapters are remembered, those that were seen last. */
const adapterLimit = 256
/** Under this key the names of held adapters outlive the process. */
const key = 'names'

type Names = Record<string, string[]>

/**
 * What adapters were called, by their ids, which no other link ever gets. A DHCP client records its lease under the
 * name that the link had when the client was started, and a connection that was for the link by its name stays for it
 * after a rename. What is held is stored: a rename may come before the next start.
 */
export class FormerNames {
  readonly #storage: StorageService
  readonly #seen = new Map<string, string[]>()
  readonly #held = new Set<string>()
  #loaded: Promise<void> | null = null
  #stored = ''
  /** One at a time: the host takes no more than so many writes a second. */
  #saving = false

  constructor(storage: StorageService) {
    this.#storage = storage
  }

  /** Whether anything was noted of the adapter: not where the storage was lost, or for a claim of an older version. */
  async knows({ id }: Adapter): Promise<boolean> {
    await this.#load()
    return this.#seen.has(id)
  }

  /** Notes what the adapter is called now. @returns all its names that are known, present ones too */
  async note(adapter: Adapter): Promise<readonly string[]> {
    await this.#load()
    const names = new Set(this.#seen.get(adapter.id))
    for (const name of [adapter.name, ...adapter.alternativeNames]) names.add(name)
    const last = [...names].slice(-nameLimit)
    this.#seen.delete(adapter.id)
    this.#seen.set(adapter.id, last)
    if (this.#seen.size > adapterLimit) {
      const oldest = [...this.#seen.keys()].find((id) => !this.#held.has(id))
      if (oldest !== undefined) this.#seen.delete(oldest)
    }
    if (this.#held.has(adapter.id)) this.#save()
    return last
  }

  /** From now on the names of this adapter outlive the process. */
  hold(id: string): void {
    if (this.#held.has(id)) return
    this.#held.add(id)
    this.#save()
  }

  letGo(id: string): void {
    if (this.#held.delete(id)) this.#save()
  }

  #load(): Promise<void> {
    this.#loaded ??= this.#storage.get(key).then(
      (value) => {
        for (const [id, names] of Object.entries((value ?? {}) as Names)) {
          this.#seen.set(id, [...names, ...(this.#seen.get(id) ?? [])])
        }
      },
      // Without it, links are known by their present names.
      () => {},
    )
    return this.#loaded
  }

  #save(): void {
    const names: Names = {}
    for (const id of this.#held) names[id] = this.#seen.get(id) ?? []
    const text = JSON.stringify(names)
    if (text === this.#stored || this.#saving) return
    this.#stored = text
    this.#saving = true
    this.#storage
      .set(key, names)
      .catch(() => {
        this.#stored = ''
      })
      .finally(() => {
        this.#saving = false
        // What came meanwhile; what could not be stored is stored with the next change.
        if (this.#stored !== '') this.#save()
      })
  }
}
