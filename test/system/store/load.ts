import type { StoredEvent } from '../../../host/core/kernel/journal-event.js'
import type { Batch } from '../../../host/core/kernel/store-port.js'
import {
  adapter,
  batch,
  claim,
  event,
  noRows,
  type RowParts,
  release,
  roundEvent,
} from '../../host/store/batches.js'
import { type Pick, randomFrom } from '../../random.js'

/** So many links there are at a time; each lives for so many batches, and a new one takes its index. */
const slots = 12
const life = 40
/** A batch has fewer events than that, so that its number tells where its revisions begin. */
const revisionsABatch = 200

/**
 * What the store is given in the tests of faults: batch `number` (from 1), such as the daemon writes them. It
 * depends on nothing else, so that whoever knows how many batches there were knows all that must be there.
 * Its generation and fence are its number.
 */
export function batchAt(seed: number, number: number): Batch {
  return batch(partsAt(seed, number))
}

/** What is in such a batch, by the kinds of rows. */
export function partsAt(seed: number, number: number): Omit<Batch, 'rows'> & RowParts {
  const pick = randomFrom(seed * 1_000_003 + number)
  const made = {
    ...noRows(),
    generation: number,
    fence: number,
    events: [] as StoredEvent[],
    sync: pick(8) === 0,
  }
  let revision = number * revisionsABatch
  const tell = (make: (revision: number) => StoredEvent) => made.events.push(make(++revision))
  for (let slot = 1; slot <= slots; slot++) {
    const id = idOf(slot, number)
    const old = idOf(slot, number - 1)
    if (id !== old) {
      made.dropAdapters.push(old)
      made.putAdapters.push(adapter(id))
      tell((at) => event(at, { type: 'adapter-removed', adapter: old }))
      tell((at) => event(at, { type: 'adapter-appeared', adapter: id }))
    }
    if (pick(4) > 0) continue
    made.putAdapters.push(adapter(id, { name: `lab${pick(1_000)}` }))
    if (pick(3) === 0) made.dropHoldings.push(id)
    if (pick(2) === 0) made.putHoldings.push(claim(id, { fence: number, evidence: text(pick, 60) }))
    if (pick(3) === 0) made.dropReleases.push(id)
    if (pick(4) === 0) made.putReleases.push({ ...release(id), reason: text(pick, 30) })
    for (let rounds = pick(3); rounds > 0; rounds--) tell((at) => roundEvent(at, id))
    if (pick(2) === 0) tell((at) => event(at, { adapter: id, message: text(pick, 200) }))
  }
  if (pick(3) === 0) made.putHolders.push({ key: `port ${pick(9)}`, provider: `x/${pick(5)}` })
  if (pick(5) === 0) made.dropHolders.push(`port ${pick(9)}`)
  if (pick(40) === 0) for (let i = 0; i < 100; i++) tell((at) => event(at, { message: text(pick, 80) }))
  return made
}

function idOf(slot: number, number: number): string {
  return `${slot}.${1 + Math.floor((number + slot * 5) / life)}`
}

function text(pick: Pick, length: number): string {
  return Array.from({ length: pick(length) }, () => pick(36).toString(36)).join('')
}
