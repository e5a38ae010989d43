import type { EventAbout } from './about.js'
import type { EventDetails, EventType } from './catalogue.js'

/** What every event has. */
export interface EventHead<Type extends string = EventType> {
  /** Rises with every event, is kept over restarts and never goes back. */
  revision: number
  /** RFC 3339. */
  at: string
  type: Type
  /** The id of the adapter it is about. */
  adapter: string | null
  /** The name the adapter had at that moment. */
  name: string | null
  /** What it is about. */
  about: EventAbout
  /** What happened, in words. */
  message: string
  /** In a coalesced stream: how many events it stands for, itself included, where that is more than one. */
  merged?: number
  /** What later versions add. */
  [detail: string]: unknown
}

/**
 * One event, as `monitor` prints it: by its `type` it is known what else it holds. Events that an earlier version stored
 * may lack fields that were added since.
 */
export type EventDocument<Type extends EventType = EventType> = {
  [Each in Type]: EventHead<Each> & EventDetails[Each]
}[Type]

/**
 * A link that came back three times within ten seconds flaps. From then on this is told every ten seconds, instead of an
 * event for each change, until it has not come back for ten seconds. What becomes of its claim is told at once all the
 * same.
 */
export type FlappingEvent = EventDocument<'flapping'>
