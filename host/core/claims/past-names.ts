import type { OtherAdapter, Predecessor } from '@claimd/sdk'
import { parseAdapterWord } from '../adapters/adapter-name.js'
import type { StoredEvent } from '../kernel/journal-event.js'

/** An adapter as the events up to a moment tell of it. */
export interface PastName {
  id: string
  /** The name that it had then, or last. */
  name: string
  /** The revision before the first event about it. */
  before: number
  /** When it went; `null` while it was there. */
  until: string | null
  /** What became of it, in words. */
  because: string | null
  /** Who held it then, or when it went; `null` when nobody did. */
  holder: { provider: string; connection: string } | null
}

/** Which adapter had which name at a moment: takes the events up to then, oldest first. */
export class PastNames {
  /** When claimd stopped; `null` while it ran. */
  stopped: string | null = null
  /** The last revision that was taken. */
  revision = 0
  private readonly byId = new Map<string, PastName>()

  take(event: StoredEvent): void {
    this.revision = event.revision
    if (event.type === 'started') this.stopped = null
    if (event.type === 'stopped') this.stopped = event.at
    if (event.adapter === null) return
    const entry = this.byId.get(event.adapter) ?? this.add(event.adapter, event.revision - 1)
    if (event.name !== null) entry.name = event.name
    if (entry.until !== null) return
    switch (event.type) {
      case 'adapter-removed':
      case 'adapter-moved':
        entry.until = event.at
        entry.because = describeGone(event)
        break
      case 'claim-ended':
        entry.holder = null
        break
      default:
        entry.holder = holderIn(event) ?? entry.holder
    }
  }

  /** The adapter that a word meant: one that was there before one that was gone, a name before an id. */
  find(word: string): PastName | null {
    const { form, text } = parseAdapterWord(word)
    const named = form === 'id' ? [] : this.named(text)
    const there = named.find(({ until }) => until === null)
    return there ?? (form === 'name' ? undefined : this.byId.get(text)) ?? named.at(-1) ?? null
  }

  get(id: string): PastName | null {
    return this.byId.get(id) ?? null
  }

  /** The other adapters that had the name, in the order in which they came. */
  others({ id, name }: Pick<PastName, 'id' | 'name'>): OtherAdapter[] {
    return this.named(name)
      .filter((one) => one.id !== id)
      .map((one) => ({ id: one.id, name, until: one.until }))
  }

  /** `null` where nothing is known of that adapter. */
  predecessor(id: string): Predecessor | null {
    const entry = this.byId.get(id)
    if (!entry || entry.until === null) return null
    const { name, until, because, holder } = entry
    const { provider = null, connection = null } = holder ?? {}
    return { id, name, until, because: because!, provider, connection }
  }

  private named(name: string): PastName[] {
    return [...this.byId.values()].filter((one) => one.name === name)
  }

  private add(id: string, before: number): PastName {
    const entry: PastName = { id, name: id, before, until: null, because: null, holder: null }
    this.byId.set(id, entry)
    return entry
  }
}

/** What became of an adapter, in words. */
export function describeGone({ type, at, because }: StoredEvent): string {
  // What claimd did not see going, since it did not run.
  if (typeof because === 'string') return because
  return `it ${type === 'adapter-moved' ? 'moved to another network namespace' : 'was removed'} at ${at}`
}

const tellHolder: ReadonlySet<string> = new Set([
  'claimed',
  'handed-over',
  'claim-restored',
  'verified',
  'verify-pending',
  'orphaned',
  'given-up',
  'connection-renamed',
])

/** Who holds the adapter by the time of an event; `null` where it does not tell. */
export function holderIn({
  type,
  provider,
  connection,
}: StoredEvent): { provider: string; connection: string } | null {
  if (!tellHolder.has(type) || typeof provider !== 'string' || typeof connection !== 'string') return null
  return { provider, connection }
}
