import type { AdapterChange, EventDetails } from '@claimd/sdk'
import type { LinkChanger } from '../adapters/link-changer.js'
import { isSameNamespace, type Place } from '../adapters/place.js'
import type { Note } from '../kernel/journal-event.js'
import type { Records } from '../kernel/store-port.js'
import { continued } from './continued.js'
import { findMade, type TakenBack, takeBack } from './take-back.js'
import { type Change, describeChange, describeLost, keyOf, type Owner, type UndoEntry } from './undo-entry.js'

/** The kind of its records. */
const kind = 'undo'
/** Of what is in no ledger, so much is named. */
const named = 10

/** What it tells. */
export type LedgerType = 'undone' | 'undo-failed' | 'undo-unknown' | 'undo-not-struck'

/** What became of a line. */
export interface Undoing extends TakenBack {
  entry: UndoEntry
}

export interface LedgerSurroundings {
  changer: LinkChanger
  where: Place
  /** RFC 3339. */
  at(): string
  /** What is held of everything that goes when the link with this index is removed, itself included. */
  heldWith(index: number): readonly { plugin: string; adapter: { index: number } }[]
  /** Whether a take-over by the connect with this fence has succeeded, and its connection is still there. */
  hasTakenOver(fence: number | null): boolean
  /** For the journal. */
  note(note: Note<Pick<EventDetails, LedgerType>>): void
}

/** A change that is written down, and what the ledger said before. */
export interface Declared {
  readonly key: string
  readonly entry: UndoEntry
  readonly before: UndoEntry | null
}

/**
 * Every change to links that is made for a plugin, each written down, on the disk, before it is made. So nothing is
 * ever made that claimd does not know how to take back, and a `kill -9` between the two leaves at worst a line for
 * something that is not there: to take that back does nothing.
 *
 * **When something is taken back.** Never by itself. `release` touches nothing on a link (rule 12), so a claim's
 * lines stay when it ends. They go with their link; or one by one, when the holder takes a change back itself; or
 * all together, newest first, by {@link undo}: when an operator disables or removes the plugin
 * with `--undo`, and for what a connect did,
 * when its connection is disconnected. What somebody else has changed meanwhile is never touched, nor is a link
 * that another plugin holds by then.
 */
export class Ledger {
  readonly #records: Records
  readonly #around: LedgerSurroundings
  /** Oldest first. */
  readonly #entries: Map<string, UndoEntry>
  #last: Promise<unknown> = Promise.resolve()

  constructor(records: Records, around: LedgerSurroundings) {
    this.#records = records
    this.#around = around
    this.#entries = new Map(records.all<UndoEntry>(kind).map(({ key, value }) => [key, value]))
  }

  /**
   * Whoever changes links for somebody does it in here, one after the other: so what was found out about a link
   * still holds when it is changed. Waiting for the kernel holds up nothing else.
   */
  inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.#last.then(work)
    this.#last = done.catch(() => {})
    return done
  }

  /** Oldest first. */
  entries(fits: (owner: Owner) => boolean = () => true): UndoEntry[] {
    return [...this.#entries.values()].filter(({ owner }) => fits(owner))
  }

  /** What was changed about an adapter, and whether it was made for a plugin; oldest first. @param adapter its id */
  changesTo(adapter: string): AdapterChange[] {
    return this.#standing()
      .filter((entry) => isAbout(entry, adapter))
      .map(changeRow)
  }

  /** What was changed for a plugin; oldest first. */
  changesBy(plugin: string): AdapterChange[] {
    return this.#standing()
      .filter(({ owner }) => owner.plugin === plugin)
      .map(changeRow)
  }

  /** The line of a change to an adapter, whoever made it. */
  find(adapter: string, change: Change): UndoEntry | null {
    return this.#entries.get(keyOf(this.#entry({ ...nobody, adapter }, null, '', change))) ?? null
  }

  /**
   * Writes a change down that is about to be made.
   * @throws a `ClaimdError`, code `STORE_DEGRADED`; then it must not be made
   */
  declare(owner: Owner, link: { index: number | null; name: string }, change: Change): Declared {
    const entry = this.#entry(owner, link.index, link.name, change)
    const key = keyOf(entry)
    const before = this.#entries.get(key) ?? null
    if (before) entry.change = continued(before.change, change)
    this.#put(key, entry)
    return { key, entry, before }
  }

  /** It is there already, and is its own from now on if the take-over succeeds that this owner stands for. */
  adopt(owner: Owner, link: { index: number; name: string }, change: Change): void {
    const entry = this.#entry(owner, link.index, link.name, change)
    const key = keyOf(entry)
    const before = this.#entries.get(key)
    const from = before?.adopted ? before.adopted.from : (before?.owner ?? null)
    // What was before it stays to be what is restored.
    this.#put(key, { ...entry, change: before?.change ?? change, adopted: { from } })
  }

  /** It was made. @param index of the link, if it was not known before */
  made({ key, entry }: Declared, index: number | null = entry.index): void {
    const { change } = entry
    const isBack = (change.type === 'up' || change.type === 'mtu') && change.before === change.after
    // What the kernel removed with it is not back by that.
    if (isBack && change.losses?.length)
      this.#put(key, { ...entry, change: { ...change, from: change.after } as Change })
    else if (isBack) this.#drop(key)
    else if (index !== entry.index) this.#put(key, { ...entry, index })
  }

  /** It was not made. */
  cancel({ key, before }: Declared): void {
    if (before) this.#put(key, before)
    else this.#drop(key)
  }

  /** It was taken back by its owner. */
  strike(entry: UndoEntry): void {
    this.#drop(keyOf(entry))
  }

  /** The adapter is gone, and all that was changed about it. @param adapter its id */
  forget(adapter: string): void {
    for (const [key, entry] of this.#entries) if (isAbout(entry, adapter)) this.#drop(key)
  }

  /**
   * Once after the start, when the links are known: drops the lines of what is gone, finds what was being made
   * when claimd was killed, and tells of what carries claimd's mark and is in no line.
   * @param isThere whether there is an adapter with this id
   */
  settle(isThere: (adapter: string) => boolean): Promise<void> {
    return this.inTurn(async () => {
      await this.#dropGone(isThere)
      await this.#tellUnknown()
    })
  }

  /** Takes back what these owners have, newest first. What cannot be taken back stays in the ledger. */
  undo(fits: (owner: Owner) => boolean): Promise<Undoing[]> {
    return this.inTurn(async () => {
      const done: Undoing[] = []
      for (const entry of this.entries(fits).reverse()) {
        if (!this.#isOwn(entry)) {
          this.#giveBack(entry)
          continue
        }
        const undoing = await this.#undo(entry)
        if (undoing.outcome !== 'left') this.strike(entry)
        if (undoing.outcome !== 'gone') this.#tell(undoing)
        done.push(undoing)
      }
      return done
    })
  }

  async #dropGone(isThere: (adapter: string) => boolean): Promise<void> {
    const { changer, where } = this.#around
    for (const [key, entry] of this.#entries) {
      const { owner, change, index } = entry
      if (entry.boot !== where.boot) this.#drop(key)
      else if (isSameNamespace(entry, where) === 'no') continue
      else if (owner.adapter !== null && !isThere(owner.adapter)) this.#drop(key)
      else if (change.type === 'link') {
        const made = await findMade(changer, index, change.recipe)
        if (made === null) this.#drop(key)
        else if (made.index !== index) this.#put(key, { ...entry, index: made.index })
      }
    }
  }

  async #tellUnknown(): Promise<void> {
    const { changer, note } = this.#around
    const known = new Set(this.entries().map(({ index, change }) => markOf(index, change)))
    const unknown = (await changer.marked()).filter(({ index, change }) => !known.has(markOf(index, change)))
    if (unknown.length === 0) return
    const changes = unknown
      .slice(0, named)
      .map(({ index, change }) =>
        describeChange(this.#entry(nobody, index, `the link with index ${index}`, change)),
      )
    note({ type: 'undo-unknown', count: unknown.length, changes })
  }

  async #undo(entry: UndoEntry): Promise<Undoing> {
    const { where, changer } = this.#around
    const left = (because: string): Undoing => ({ entry, outcome: 'left', because, lost: [] })
    if (entry.boot !== where.boot) return { entry, outcome: 'gone', because: null, lost: [] }
    if (isSameNamespace(entry, where) === 'no') return left('it was done in another network namespace')
    const other = this.#otherHolder(entry)
    if (other !== null) return left(`plugin ${other} holds what would be changed`)
    try {
      return { entry, ...(await takeBack(changer, entry)) }
    } catch (error) {
      return left(error instanceof Error ? error.message : String(error))
    }
  }

  /** What a take-over came upon, only once that has succeeded. */
  #isOwn({ owner, adopted }: UndoEntry): boolean {
    return !adopted || this.#around.hasTakenOver(owner.fence)
  }

  #standing(): UndoEntry[] {
    return this.entries().filter((entry) => this.#isOwn(entry))
  }

  /** The take-over has failed, or what it took over was released: it stays as it is, and is whose it was before. */
  #giveBack(entry: UndoEntry): void {
    const { adopted, ...line } = entry
    if (adopted?.from) this.#put(keyOf(entry), { ...line, owner: adopted.from })
    else this.strike(entry)
  }

  #otherHolder({ owner, index, change }: UndoEntry): string | null {
    if (index === null) return null
    const held = this.#around.heldWith(index)
    const touched = change.type === 'link' ? held : held.filter(({ adapter }) => adapter.index === index)
    return touched.find(({ plugin }) => plugin !== owner.plugin)?.plugin ?? null
  }

  #tell({ entry, outcome, because, lost }: Undoing): void {
    const { plugin, connection, adapter } = entry.owner
    const undone = { plugin, connection, target: adapter, change: describeChange(entry) }
    if (outcome === 'undone') {
      this.#around.note({ type: 'undone', ...undone, because: describeLost(lost) || null })
    } else this.#around.note({ type: 'undo-failed', ...undone, because })
  }

  #entry(owner: Owner, index: number | null, name: string, change: Change): UndoEntry {
    const { where, at } = this.#around
    return { owner, index, name, ...where, at: at(), change }
  }

  #put(key: string, entry: UndoEntry): void {
    this.#records.put(kind, key, entry)
    this.#entries.set(key, entry)
  }

  /** A line that cannot be dropped now is dropped with the next start: what it speaks of is gone. */
  #drop(key: string): void {
    if (!this.#entries.delete(key)) return
    try {
      this.#records.drop(kind, key)
    } catch (error) {
      const because = error instanceof Error ? error.message : String(error)
      this.#around.note({ type: 'undo-not-struck', because })
    }
  }
}

const nobody: Owner = { plugin: '', provider: null, connection: null, adapter: null, fence: null }

function changeRow(entry: UndoEntry): AdapterChange {
  const { owner, at } = entry
  return { what: describeChange(entry), plugin: owner.plugin, connection: owner.connection, at }
}

/** Whether it is a change to this adapter, or what made it. @param adapter its id: `INDEX.GENERATION` */
function isAbout({ owner, change, index }: UndoEntry, adapter: string): boolean {
  return owner.adapter === adapter || (change.type === 'link' && index === Number.parseInt(adapter, 10))
}

function markOf(index: number | null, change: Change): string {
  if (change.type === 'address') return `${index} ${change.address}`
  if (change.type !== 'route') return ''
  const { destination, gateway, metric } = change.route
  return `${index} ${destination} ${gateway} ${metric}`
}
