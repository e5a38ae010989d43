import type { EventDocument } from '@claimd/sdk'
import { documentedEvents } from '../../../../host/build/events-page.js'
import type { StoredHolding } from '../../../../host/core/claims/rows.js'
import type { StoredEvent } from '../../../../host/core/kernel/journal-event.js'
import type { Batch } from '../../../../host/core/kernel/store-port.js'
import { eventDocument } from '../../../../host/core/views/events/event-document.js'
import { must } from '../reference/properties.js'
import { MemoryStore } from '../rig.js'

/** Thrown into the engine when the host is killed at a commit; it is not heard of again. */
class Killed extends Error {}

/** Rows, each in a line. */
export interface Stored {
  adapters: string[]
  claims: string[]
  releases: string[]
  /** Who held what last. */
  holders: string[]
}

/** The store, which outlives the host, and what has been said and written so far, over all of its lives. */
export class Ledger extends MemoryStore {
  /** When the host dies at the next commit. */
  killAt: 'before commit' | 'after commit' | null = null
  onKilled: (when: 'before commit' | 'after commit') => void = () => {}
  /** A dead host writes nothing any more. */
  closed = false
  /** A property that did not hold at a commit: the engine would take it for a full disk. */
  violation: unknown = null
  /** What the store should hold of the living host; `null` when it does not know yet. */
  held: () => Stored | null = () => null
  private announcedUpTo = 0
  private journalUpTo = 0
  private readonly told = new Map<string, string>()
  private readonly fences = new Map<string, number>()
  private readonly counters = { generation: 0, fence: 0 }

  override commit(batch: Batch): void {
    if (this.closed) throw new Killed('the host is dead')
    const { killAt } = this
    if (killAt === 'before commit') this.kill(killAt)
    const before = this.state().holdings
    super.commit(batch)
    try {
      this.check(batch, before)
    } catch (error) {
      this.violation ??= error
    }
    if (killAt === 'after commit') this.kill(killAt)
  }

  /** Clients and those who follow the journal hear of these. */
  announced(events: readonly EventDocument[]): void {
    for (const event of events) {
      must(
        'rising',
        event.revision > this.announcedUpTo,
        () => `revision ${event.revision} is announced again`,
      )
      this.announcedUpTo = event.revision
      const [stored] = this.events(event.revision - 1, 1)
      const same = stored && JSON.stringify(eventDocument(stored)) === JSON.stringify(event)
      must(
        'durable',
        same === true,
        () => `${event.type} of ${event.name} (${event.revision}) is not in the store`,
      )
    }
    const { holdings: claims, releases } = this.state()
    const last = new Map(events.filter(isAboutHolder).map((event) => [event.adapter!, event]))
    for (const [id, event] of last) {
      const claim = claims.find(({ adapter }) => adapter === id)
      const stored = claim ? `${claim.provider} ${claim.connection}` : null
      must('durable', stored === holderIn(event), () => `${event.message}, and the store has: ${stored}`)
    }
    const decided = events.findLast(({ type }) => type === 'released' || type === 'release-ended')
    if (!decided) return
    const stored = releases.some(({ adapter }) => adapter === decided.adapter)
    const gone = !this.state().adapters.some(({ id }) => id === decided.adapter)
    must(
      'durable',
      gone || stored === (decided.type === 'released'),
      () => `${decided.message}, and the store differs`,
    )
  }

  /** How often an event was stored about an adapter. */
  count(type: string | undefined, adapter: string | undefined): number {
    if (type === undefined) return 0
    return this.events(0, Number.POSITIVE_INFINITY).filter(
      (one) => one.type === type && one.adapter === adapter,
    ).length
  }

  private kill(when: 'before commit' | 'after commit'): never {
    this.killAt = null
    this.onKilled(when)
    throw new Killed('the host is dead')
  }

  private check(batch: Batch, before: StoredHolding[]): void {
    for (const event of batch.events) {
      must(
        'rising',
        event.revision === this.journalUpTo + 1,
        () => `${event.revision} after ${this.journalUpTo}`,
      )
      this.journalUpTo = event.revision
      const others = undocumented(event)
      must('documented', others.length === 0, () => `${event.type} has ${others.join(', ')}`)
      if (!isAboutHolder(event)) continue
      const holder = holderIn(event)
      const was = this.told.get(event.adapter!)
      must(
        'stored',
        (event.type === 'claimed') === (was === undefined),
        () => `${event.message}, held by ${was} before`,
      )
      if (holder) this.told.set(event.adapter!, holder)
      else this.told.delete(event.adapter!)
    }
    for (const key of ['generation', 'fence'] as const) {
      must(
        'rising',
        batch[key] >= this.counters[key],
        () => `${key} ${batch[key]} after ${this.counters[key]}`,
      )
      this.counters[key] = batch[key]
    }
    const { holdings: claims } = this.state()
    for (const claim of claims)
      this.checkFence(
        claim,
        before.find(({ adapter }) => adapter === claim.adapter),
      )
    const stored = this.lines()
    const told = [...this.told].map(([id, holder]) => `${id} ${holder}`).sort()
    must(
      'stored',
      same(told, stored.claims),
      () => `the journal tells [${told}], and [${stored.claims}] is stored`,
    )
    const held = this.held()
    if (!held) return
    for (const key of ['adapters', 'claims', 'releases', 'holders'] as const) {
      must(
        'stored',
        same(held[key], stored[key]),
        () => `${key} are [${held[key]}], and [${stored[key]}] is stored`,
      )
    }
  }

  private lines(): Stored {
    const { adapters, holdings: claims, releases, holders } = this.state()
    return {
      adapters: adapters.map(
        ({ id, name, address, unsupported }) => `${id} ${name} ${address} ${unsupported}`,
      ),
      claims: claims.map(({ adapter, provider, connection }) => `${adapter} ${provider} ${connection}`),
      releases: releases.map(({ adapter }) => adapter),
      holders: holders.map(({ key, provider }) => `${key} ${provider}`),
    }
  }

  private checkFence({ adapter, fence }: StoredHolding, before: StoredHolding | undefined): void {
    must('rising', fence <= this.counters.fence, () => `fence ${fence} is higher than that of the store`)
    if (before?.fence === fence) return
    const last = this.fences.get(adapter) ?? 0
    // An ended claim that was taken back has its fence again; every other claim has a higher one.
    must('rising', fence >= last, () => `${adapter} is claimed with fence ${fence} after ${last}`)
    this.fences.set(adapter, fence)
  }
}

function same(a: readonly string[], b: readonly string[]): boolean {
  return [...a].sort().join(';') === [...b].sort().join(';')
}

function isAboutHolder({ type }: StoredEvent): boolean {
  return (
    type === 'claimed' || type === 'handed-over' || type === 'connection-renamed' || type === 'claim-ended'
  )
}

function holderIn({ type, provider, connection }: StoredEvent): string | null {
  return type === 'claim-ended' ? null : `${provider} ${connection}`
}

const fieldsOf = new Map(documentedEvents().map(({ type, fields }) => [type, fields]))

/** What an event holds that the catalogue does not have for its type. */
function undocumented({ type, revision, at, adapter, name, about, ...details }: StoredEvent): string[] {
  return Object.keys(details).filter((field) => !fieldsOf.get(type)?.includes(field))
}
