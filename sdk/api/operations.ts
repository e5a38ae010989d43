import type { AdapterState } from './adapters.js'
import type { ErrorDocument, Refusal } from './errors.js'
import type { Round } from './rounds.js'

/** The answer to `disconnect` of one connection. */
export interface DisconnectDocument {
  result: 'SUCCESS'
  connection: string
  message: string
}

/** The answer to `disconnect --all`. */
export interface DisconnectAllDocument {
  disconnected: string[]
  refused: Refusal[]
  failed: ErrorDocument[]
}

/** The answer to `release`. */
export interface ReleaseDocument {
  result: 'SUCCESS'
  adapter: string
  /** Who held it; `null` if nobody did. */
  provider: string | null
  connection: string | null
  message: string
}

/** The answer to `offer`, once the round has ended. */
export interface OfferDocument {
  result: 'SUCCESS'
  adapter: string
  state: AdapterState
  because: string
  provider: string | null
  connection: string | null
  round: Round
}
