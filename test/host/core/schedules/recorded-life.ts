import type { Place } from '../../../../host/core/adapters/place.js'
import type { Settings } from '../../../../host/core/claims/context.js'
import type { RecorderPort } from '../../../../host/core/kernel/recorder-port.js'
import type { Row } from '../../../../host/core/kernel/rows.js'
import type { StoredState, StoreFault } from '../../../../host/core/kernel/store-port.js'
import type { Moment } from '../../../../host/core/kernel/turn.js'
import { type Beginning, type Entry, Replay } from '../../../../host/core/replay.js'
import { must } from '../reference/properties.js'

/** A recording in memory, as JSON, of one life of the host. */
export class RecordedLife implements RecorderPort {
  private readonly beginning: string
  private readonly entries: string[] = []
  private ended = false

  constructor(where: Place, settings: Settings, stored: StoredState) {
    this.beginning = JSON.stringify({ claimd: '', node: '', where, settings, stored } satisfies Beginning)
  }

  turn({ now, at }: Moment, events: readonly object[]): void {
    this.add({ do: 'turn', now, at, events })
  }

  catchUp(): void {
    this.add({ do: 'catch-up' })
  }

  check(): void {
    this.add({ do: 'check' })
  }

  failed({ now, at }: Moment, { because, remedy }: StoreFault): void {
    this.add({ do: 'failed', now, at, because, remedy })
  }

  /** @param lost whether what was done last was not stored any more: the host was killed before it could be */
  end(rows: readonly Row[], lost = false): void {
    if (this.ended) return
    this.ended = true
    const entries = this.entries.map((entry) => JSON.parse(entry) as Entry)
    if (lost) entries.pop()
    const replay = new Replay(JSON.parse(this.beginning) as Beginning)
    for (const [index, entry] of entries.entries()) replay.take(entry, entries[index + 1])
    const [is, should] = [JSON.stringify(replay.rows), JSON.stringify(rows)]
    must('replayed', is === should, () => `${is} instead of ${should}`)
  }

  private add(entry: Entry): void {
    if (!this.ended) this.entries.push(JSON.stringify(entry))
  }
}
