/** An adapter that is not there any more. */
export interface GoneAdapter {
  id: string
  /** The name that it had last. */
  name: string
  /** What became of it, in words. */
  because: string
}

/** So many are remembered, those that went last. */
const limit = 256

/** The adapters that went while claimd ran, so that one can still be told why. */
export class GoneAdapters {
  private readonly byId = new Map<string, GoneAdapter>()

  add(gone: GoneAdapter): void {
    this.byId.set(gone.id, gone)
    if (this.byId.size > limit) this.byId.delete(this.byId.keys().next().value!)
  }

  /** By id, or the last one that had the name. */
  find(nameOrId: string): GoneAdapter | null {
    return (
      this.byId.get(nameOrId) ?? [...this.byId.values()].findLast(({ name }) => name === nameOrId) ?? null
    )
  }
}
