import type {
  ActEndedEvent,
  AnswerEvent,
  ConnectionAnswerEvent,
  ProgressEvent,
} from '../kernel/provider-port.js'

/**
 * A provider reports on a connection that it holds: `lost`, it is down · `suspended` and `resumed`, its data are paused and go
 * on · `changed`, such as its addresses.
 */
export interface ReportEvent {
  type: 'report'
  provider: string
  connection: string
  fence: number
  state: 'lost' | 'suspended' | 'resumed' | 'changed'
  reason: string
}

/** What the plugin host tells the core of providers. */
export type ProviderEvent = AnswerEvent | ConnectionAnswerEvent | ActEndedEvent | ProgressEvent | ReportEvent
