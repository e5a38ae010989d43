import type { EventDocument } from '@claimd/sdk'
import type { LinkChanger } from '../../../../host/core/adapters/link-changer.js'
import { Holdings } from '../../../../host/core/holdings.js'
import type { Row } from '../../../../host/core/kernel/rows.js'
import type { Records } from '../../../../host/core/kernel/store-port.js'
import { Ledger, type LedgerSurroundings } from '../../../../host/core/ledger/ledger.js'
import type { Owner } from '../../../../host/core/ledger/undo-entry.js'
import { eventDocument } from '../../../../host/core/views/events/event-document.js'
import { type SimulatedLink, SimulatedSource } from '../../../../host/links/simulator/index.js'
import { mine, notMine, Rig } from '../rig.js'

/** Records in memory, that can be made to fail. */
export class MemoryRecords implements Records {
  readonly rows = new Map<string, Row>()
  failure: Error | null = null

  all<Value>(kind: string): { key: string; value: Value }[] {
    return [...this.rows.values()]
      .filter((row) => row.kind === kind)
      .map(({ key, value }) => ({ key, value: structuredClone(value) as Value }))
  }

  put(kind: string, key: string, value: unknown): void {
    if (this.failure) throw this.failure
    this.rows.set(`${kind} ${key}`, { kind, key, value: structuredClone(value) })
  }

  drop(kind: string, key: string): void {
    if (this.failure) throw this.failure
    this.rows.delete(`${kind} ${key}`)
  }
}

/** Simulated links, the core above them, and the ledger. Links are claimed by who has the first part of their name. */
export class World {
  readonly source: SimulatedSource
  readonly changer: LinkChanger
  readonly rig = new Rig()
  readonly holdings = new Holdings(this.rig.engine)
  readonly records = new MemoryRecords()
  readonly notes: EventDocument[] = []
  ledger: Ledger

  constructor(links: SimulatedLink[], plugins: readonly string[]) {
    this.source = new SimulatedSource({ links })
    this.changer = this.source.changer()
    void this.source.start((events) => {
      for (const event of events) this.rig.engine.submit(event)
      this.rig.clock.run()
    })
    this.rig.provide(
      plugins.map((plugin) => ({
        id: `${plugin}/main`,
        offer: ({ adapter }) => (adapter.name.startsWith(plugin) ? mine(adapter.name) : notMine()),
      })),
    )
    this.ledger = this.restarted()
  }

  /** A ledger as it is after a restart. */
  restarted(more: Partial<LedgerSurroundings> = {}): Ledger {
    this.ledger = new Ledger(this.records, {
      changer: this.changer,
      where: this.source.where,
      at: () => '2026-01-01T00:00:00Z',
      heldWith: (index) => this.holdings.heldWith(index),
      hasTakenOver: (fence) => this.holdings.hasTakenOver(fence),
      note: (note) => {
        const event = { revision: 1, at: '', adapter: null, name: null, ...note }
        this.notes.push(eventDocument(event))
      },
      ...more,
    })
    return this.ledger
  }

  async settle(): Promise<void> {
    await this.ledger.settle((adapter) => this.rig.engine.claims.context.adapters.has(adapter))
  }

  /** By which claim the link is held. */
  held(name: string) {
    return this.holdings.find(this.rig.row(name).id)!
  }

  index(name: string): number {
    return this.rig.row(name).index
  }

  /** What the changer and the core know of a link's addresses. */
  async addresses(name: string): Promise<string[]> {
    return (await this.changer.addresses(this.index(name))).map(({ address }) => address)
  }

  /** What the link source has to tell has been told. */
  async told(): Promise<void> {
    await new Promise((done) => setImmediate(done))
    this.rig.clock.run()
  }

  types(): string[] {
    return this.rig.types()
  }

  close(): void {
    this.source.close()
  }
}

export const byPlugin =
  (plugin: string) =>
  (owner: Owner): boolean =>
    owner.plugin === plugin
