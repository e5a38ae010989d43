import type { ConnectCause } from '../../causes.js'
import type { ResultCode } from '../../result-codes.js'
import type { ConnectionState } from '../connections.js'

/** A configured connection. */
export interface OfConfiguration {
  connection: string
  /** Its connection type. */
  connectionType: string
  /** Who did it; `null`: the configuration file. */
  who: string | null
}

/** A request about a connection. */
export interface OfRequest {
  connection: string
  /** Its number. */
  request: number
  /** What was asked for: `connect` or `disconnect`. */
  what: 'connect' | 'disconnect'
  /** Who asked. */
  who: string
}

/** Somebody who wants a connection up. */
export interface OfHold {
  connection: string
  /** `operator`, or who else. */
  owner: string
  /** Who asked for it, or ended it; `null` when nobody did. */
  who: string | null
}

/** Events about connections that claimd brings up, keeps up and takes down. */
export interface ConnectionEvents {
  /** a connection was configured */
  'connection-added': OfConfiguration
  /** a connection is configured in another way */
  'connection-edited': OfConfiguration & {
    /** Whether that counts from its next connect on. */
    deferred: boolean
  }
  /** a connection is not configured any more */
  'connection-deleted': OfConfiguration
  /** the file has a connection of the name of one that was added by a command: that one is not used */
  'connection-hidden': OfConfiguration
  /** a connection is in another state */
  'connection-state': {
    connection: string
    /** The full id of its provider; `null` when none has its type. */
    provider: string | null
    state: ConnectionState
    /** The state before. */
    from: ConnectionState
    /** Why, in words. */
    because: string
    /** Why a connect failed; `null` when none did. */
    cause: ConnectCause | null
  }
  /** its provider tells how far a connect has come */
  'connect-progress': {
    connection: string
    /** The full id of the provider. */
    provider: string
    /** In the provider's words. */
    text: string
  }
  /** somebody waits for a connection */
  'request-opened': OfRequest
  /** what somebody waited for has come, or will not come */
  'request-completed': OfRequest & {
    result: ResultCode
    /** The code of the error; `null` when there is none. */
    code: string | null
    cause: ConnectCause | null
    /** What came of it, as it was answered. */
    outcome: string
  }
  /** somebody wants a connection up */
  'hold-placed': OfHold
  /** somebody does not want it up any more */
  'hold-ended': OfHold & {
    /** Why. */
    because: string
  }
  /** automatic connects of a connection are stopped until somebody connects it, its adapter is plugged in anew, or the machine starts */
  'connects-stopped': {
    connection: string
    /** Who asked for that. */
    who: string
  }
  /** what an out-of-band claim held is being connected by claimd itself */
  'take-over-begun': {
    connection: string
    /** The full id of the provider. */
    provider: string
    /** Who asked for it. */
    who: string
    /** Why, in the operator's words. */
    reason: string
  }
  /** what was taken over is claimed as before */
  'take-over-undone': {
    connection: string
    /** The full id of the provider. */
    provider: string
    /** Why. */
    because: string
  }
}
