import type {
  Adapter,
  ConnectDocument,
  ConnectionChangeDocument,
  DisconnectAllDocument,
  DisconnectDocument,
  TypeSpecificDocument,
} from '@claimd/sdk'
import type { ClaimsEvent, ClaimsRequests } from '../claims/claims.js'
import type { Settings } from '../claims/context.js'
import type { ReportEvent } from '../claims/report-event.js'
import type {
  ActEndedEvent,
  ConnectionAnswerEvent,
  ProgressEvent,
  UndoneEvent,
} from '../kernel/provider-port.js'
import type { Adopting, Making } from './made-links.js'
import type { ConnectionSettings } from './settings.js'

/** The caller of a request. */
export interface Asker {
  /** In words, for records. */
  who: string
  /** Whose open requests are counted together. */
  caller: string
  /** So many requests it may have open. */
  openLimit: number
}

/** What operators and clients ask about connections. */
export type ConnectionsRequests = {
  'add-connection': { ask: { settings: ConnectionSettings; who: string }; reply: ConnectionChangeDocument }
  /** `change`: the handle of what was read. `immediate`: it is taken down if the change needs that; else that is for later. */
  'edit-connection': {
    ask: { settings: ConnectionSettings; change: string; immediate: boolean; who: string }
    reply: ConnectionChangeDocument
  }
  'delete-connection': { ask: { connection: string; who: string }; reply: ConnectionChangeDocument }
  /** Its reply says that it was accepted, or that the connection is up already. */
  connect: {
    ask: {
      connection: string
      mode: 'keep' | 'once'
      /** In milliseconds; `null`: without end. */
      timeout: number | null
      takeOver: { reason: string } | null
      key: string | null
      /** Whether the hold is that of a client, which ends it when it goes away. Default: `false`, it is the operator's. */
      isClient?: boolean
    } & Asker
    reply: ConnectDocument
  }
  /** A client is gone, by the `owner` that `connect` has given it. */
  'end-owner': { ask: { owner: string; who: string; because: string }; reply: { ended: number } }
  'cancel-request': { ask: { id: number; who: string }; reply: { cancelled: boolean } }
  /** Its reply comes when it is down. */
  disconnect: {
    /** `ifUnused`: not while somebody wants it up. Default: `false`. */
    ask: { connection: string; ifUnused?: boolean; who: string }
    reply: DisconnectDocument
  }
  /** Its reply comes when its provider has answered. */
  'type-specific': { ask: { connection: string }; reply: TypeSpecificDocument }
  'disconnect-all': { ask: { who: string }; reply: DisconnectAllDocument }
  /** A plugin makes links for its connect with this fence, which was given no adapter. */
  'make-links': { ask: Making; reply: { connection: string; provider: string } }
  /** `null`: the link is not known yet. */
  'adopt-link': { ask: Adopting; reply: { adapter: Adapter | null } }
  /** claimd is being stopped. Its reply comes when no connect and no disconnect is under way any more. */
  'wind-down': { ask: object; reply: object }
}

/** What happens to it from outside. */
export type ConnectionsEvent =
  | { type: 'settings'; settings: Settings }
  | ReportEvent
  | ConnectionAnswerEvent
  | ActEndedEvent
  | ProgressEvent
  | UndoneEvent

export type { ClaimsEvent, ClaimsRequests }
