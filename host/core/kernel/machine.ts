import type { Catalogue } from './journal-event.js'
import type { StoreFault } from './store-port.js'
import type { Turn } from './turn.js'

/** By its type, what is asked and what the reply is. */
export type Requests = Record<string, { ask: object; reply: unknown }>

/** A request as a machine takes it: the reply has the same number. */
export type RequestEvent<All extends Requests> = {
  [Type in keyof All & string]: { type: Type; request: number } & All[Type]['ask']
}[keyof All & string]

/** What the machines of an engine take, and tell each other. */
export interface Protocol {
  event: { type: string }
  requests: Requests
  fact: unknown
  /** The events that they tell, by type what each holds. */
  told: Catalogue
}

/**
 * A part of the core that decides: events go in, and what it decides goes out through the turn. It knows no clock, does
 * no I/O and draws no random numbers, so the same events always lead to the same decisions. It writes only rows of its own
 * kinds.
 */
export interface Machine<Talk extends Protocol = Protocol> {
  handle(event: Talk['event'] | RequestEvent<Talk['requests']>, turn: Turn<Talk['fact'], Talk['told']>): void
  /** Hears what a machine below it has found out. */
  observe?(fact: Talk['fact'], turn: Turn<Talk['fact'], Talk['told']>): void
  /** It has asked for this, see `Turn.wake`. */
  wake(key: string, turn: Turn<Talk['fact'], Talk['told']>): void
  /** What the last turn decided could not be stored, and has been taken back. Comes again whenever that fails again. */
  storeFailed(fault: StoreFault, turn: Turn<Talk['fact'], Talk['told']>): void
  /** It can be stored again, and has been. @param lost how many events are not in the journal */
  storeRecovered(lost: number, turn: Turn<Talk['fact'], Talk['told']>): void
  /** Whether something is under way that will end without anything from outside but answers and time. */
  readonly busy: boolean
}
