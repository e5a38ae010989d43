import type { StoreFault } from './store-port.js'
import type { Moment } from './turn.js'

/**
 * Hears all that enters the engine, in the order in which it is handled. With what was stored at the start it is all that
 * its decisions depend on, so that they can be made again, see `Replay`.
 */
export interface RecorderPort {
  /** These are handled in one turn. What they decide is stored after this. */
  turn(moment: Moment, events: readonly object[]): void
  /** What waited to be stored is stored now. */
  catchUp(): void
  /** It is looked whether the store is in place; only told when it is not. */
  check(): void
  /** What was told last led to a commit that failed. */
  failed(moment: Moment, fault: StoreFault): void
}
