import type { EventDocument, JournalDocument, JournalFilter } from '@claimd/sdk'
import type { EventService } from '../../control/index.js'
import { isCalled } from '../../core/claims/operator.js'
import type { CoreEngine } from '../../core/core-engine.js'
import type { Store } from '../../core/kernel/store-port.js'
import { eventDocument } from '../../core/views/events/event-document.js'
import { durableState } from './engine-state.js'
import { journalPage } from './journal.js'

interface Sources {
  engine: CoreEngine
  store: Pick<Store, 'events' | 'oldestRevision'>
}

/** What has happened, and what happens. */
export class Events implements EventService {
  constructor(private readonly from: Sources) {}

  page(filter: JournalFilter): JournalDocument {
    const { engine, store } = this.from
    const context = durableState(engine)
    return journalPage(store, engine.revision, filter, (word) => isCalled(context, word))
  }

  oldestRevision(): number {
    return this.from.store.oldestRevision()
  }

  after(revision: number, limit: number): EventDocument[] {
    return this.from.store.events(revision, limit).map(eventDocument)
  }

  onEvents(listener: (events: readonly EventDocument[]) => void): () => void {
    return this.from.engine.onEvents(listener)
  }
}
