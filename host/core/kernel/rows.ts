/** A kind of rows, whatever they say. */
export interface AnyRowKind {
  readonly name: string
  readonly latestLast: boolean
  /** Kinds whose rows go with those of this one. */
  readonly dependants: AnyRowKind[]
}

/** What a kind of row needs beside its name and key. */
export interface RowOptions {
  /** A row goes when that row of this kind goes that has the same key. */
  goesWith?: AnyRowKind
  /** A row that is written again is the last one again. Default: it stays where it was. */
  latestLast?: boolean
}

/** A kind of rows that the state keeps: one of these, in one file, is all that a new kind takes. */
export class RowKind<Value> implements AnyRowKind {
  readonly dependants: AnyRowKind[] = []
  readonly latestLast: boolean

  /**
   * @param name unique, and the same for ever: it is stored
   * @param keyOf what a row is found by, unique within the kind
   */
  constructor(
    readonly name: string,
    readonly keyOf: (value: Value) => string,
    { goesWith, latestLast = false }: RowOptions = {},
  ) {
    this.latestLast = latestLast
    goesWith?.dependants.push(this)
  }

  /** The rows of this kind among others, in their order. */
  of(rows: readonly Row[]): Value[] {
    return rows.filter(({ kind }) => kind === this.name).map(({ value }) => value as Value)
  }
}

/** A row as the store keeps it. */
export interface Row {
  kind: string
  key: string
  /** What JSON can hold. */
  value: unknown
}

/** What becomes of a row. */
export interface RowWrite {
  kind: string
  key: string
  /** `undefined`: it is dropped. */
  value: unknown
  /** It is the last one of its kind from now on. */
  last: boolean
}

/**
 * What is to be written. For each row the last state counts, so that it is written once.
 *
 * Its members are `private`, and not `#private`, so that explorations of all states can clone it.
 */
export class RowWrites {
  private readonly writes = new Map<string, { kind: AnyRowKind; write: RowWrite }>()

  put<Value>(kind: RowKind<Value>, value: Value): void {
    this.set(kind, kind.keyOf(value), value)
  }

  drop(kind: AnyRowKind, key: string): void {
    this.set(kind, key, undefined)
  }

  /** Adds what is to be written after this. */
  add(later: RowWrites): void {
    for (const [id, entry] of later.writes) {
      this.writes.delete(id)
      this.writes.set(id, entry)
    }
  }

  get size(): number {
    return this.writes.size
  }

  clear(): void {
    this.writes.clear()
  }

  /** In the order in which they are to be written. What goes with a row that is dropped is dropped too. */
  list(): RowWrite[] {
    const entries = [...this.writes.values()]
    const dropped = entries.filter(
      ({ kind, write }) => write.value === undefined && kind.dependants.length > 0,
    )
    if (dropped.length === 0) return entries.map(({ write }) => write)
    const all = new RowWrites()
    all.add(this)
    for (const { kind, write } of dropped) all.dropWith(kind, write.key)
    return [...all.writes.values()].map(({ write }) => write)
  }

  private dropWith(kind: AnyRowKind, key: string): void {
    for (const dependant of kind.dependants) {
      this.drop(dependant, key)
      this.dropWith(dependant, key)
    }
  }

  private set(kind: AnyRowKind, key: string, value: unknown): void {
    const id = `${kind.name} ${key}`
    // Also in the order of what is written, what was written last is the last.
    this.writes.delete(id)
    const write = { kind: kind.name, key, value, last: kind.latestLast && value !== undefined }
    this.writes.set(id, { kind, write })
  }
}
