import type { EventDetails, EventType } from '@claimd/sdk'
import { changeOf, type Difference, describeDifference } from '../adapters/changes.js'
import type { Link } from '../adapters/link.js'
import type { Context } from './context.js'
import type { AdapterRecord } from './records.js'
import { recordOutside } from './rules.js'

/** A link that came back so often… */
const flapsToBegin = 3
/** …within so long, in milliseconds, flaps: then it is told so often, and not each time. */
export const flappingMs = 10_000

/** Counts a change by which the link came back. From the third within ten seconds on it is told every ten seconds. */
export function countFlap(context: Context, record: AdapterRecord, before: Link): void {
  if (isUsable(before) || !isUsable(record.link)) return
  const { flaps } = record
  const { now, at } = context.moment
  flaps.recent = [...flaps.recent, now].slice(-flapsToBegin)
  if (flaps.quiet) {
    flaps.quiet.count++
    flaps.quiet.total++
  } else if (flaps.recent.length === flapsToBegin && now - flaps.recent[0]! <= flappingMs) {
    const [from] = flaps.recent as [number]
    const total = flapsToBegin
    const told = toldNow(record, now)
    flaps.quiet = { since: at, total, held: new Map(), ...told, count: total, from }
    tell(context, record, { first: true })
    Object.assign(flaps.quiet, told)
    context.wake(record, flaps.quiet.until)
  }
}

/** Which of these changes are told at once: while it flaps not what comes and goes with that. */
export function toldAtOnce(
  { flaps: { quiet } }: AdapterRecord,
  differences: readonly Difference[],
): Difference[] {
  return differences.filter((one) => !quiet || !belongsToFlaps(one, quiet.told))
}

/** Tells an event that says how the adapter is, or keeps it, while the link flaps, until that is told. */
export function emitOrHold<Type extends EventType>(
  context: Context,
  record: AdapterRecord,
  type: Type,
  details: EventDetails[Type],
): void {
  const event = context.emit(type, record, details)
  const { quiet } = record.flaps
  if (!quiet) return
  const { events } = context.out
  events.splice(events.lastIndexOf(event), 1)
  quiet.held.delete(type)
  quiet.held.set(type, event)
}

/** Tells of a link that flaps, or that it does so no more, when the time for that has come. */
export function tellFlapping(context: Context, record: AdapterRecord): void {
  const { flaps } = record
  const { quiet } = flaps
  if (!quiet) return
  const { now } = context.moment
  if (now < quiet.until) {
    context.wake(record, quiet.until)
    return
  }
  context.out.events.push(...quiet.held.values())
  quiet.held.clear()
  const isOver = now - flaps.recent.at(-1)! > flappingMs
  if (isOver) {
    endFlapping(context, record)
    return
  }
  tell(context, record)
  Object.assign(quiet, toldNow(record, now))
  context.wake(record, quiet.until)
}

/** The link is gone, or it flaps no more: what was not told of it is told. */
export function endFlapping(context: Context, record: AdapterRecord): void {
  if (record.flaps.quiet) tell(context, record, { over: true })
  record.flaps.quiet = null
}

/** Tells how often it flapped since that was told last, and what else is another way since then. */
function tell(context: Context, record: AdapterRecord, { first = false, over = false } = {}): void {
  const { link, flaps } = record
  const { told, count, total, from, since, roundsTold } = flaps.quiet!
  const rounds = record.roundsEnded - roundsTold
  const seconds = Math.max(1, Math.round((context.moment.now - from) / 1000))
  const change = changeOf(told, link, (index) => context.byIndex.get(index)?.link.name ?? `index ${index}`)
  const differences = change?.differences ?? []
  if (count === 0 && differences.length === 0 && !over) return
  const outside = recordOutside(record.holding, context.children.all())
  const counts = { count, total, seconds, since, rounds }
  context.emit('flapping', record, { ...counts, first, over, ...inWords(differences), ...outside })
}

/** How events tell of differences. */
export function inWords(differences: Difference[]): { changes: string[]; differences: Difference[] } {
  return { changes: differences.map(describeDifference), differences }
}

/** From here on it is counted anew, until the same moment for all links that flap. */
function toldNow({ link, roundsEnded }: AdapterRecord, now: number) {
  const until = (Math.floor(now / flappingMs) + 1) * flappingMs
  return { told: link, roundsTold: roundsEnded, count: 0, from: now, until }
}

function isUsable({ up, carrier }: Link): boolean {
  return up && carrier !== false
}

/** Addresses go with a link that is set down, and come back. */
function belongsToFlaps(difference: Difference, { addresses }: Link): boolean {
  switch (difference.kind) {
    case 'up':
    case 'down':
    case 'carrier':
    case 'no-carrier':
      return true
    case 'address-added':
    case 'address-removed':
      return addresses.includes(difference.address) || difference.address.startsWith('fe80:')
    default:
      return false
  }
}
