import type { AnswerEvent } from '../kernel/provider-port.js'

/** A provider reports that it lost a connection. */
export interface ReportEvent {
  type: 'report'
  provider: string
  connection: string
  fence: number
  state: 'lost'
  reason: string
}

/** What the plugin host tells the core of providers. */
export type ProviderEvent = AnswerEvent | ReportEvent
