import type {
  AdaptersDocument,
  ConnectionsDocument,
  DisconnectAllDocument,
  DisconnectDocument,
  EventDocument,
  ExplainDocument,
  OfferDocument,
  PluginsDocument,
  ProvidersDocument,
  ReleaseDocument,
  StatusDocument,
} from '@claimd/sdk'

/** What the commands need of a client of the control API. Every failure is a `ClaimdError`. */
export interface ControlClient {
  status(): Promise<StatusDocument>
  adapters(): Promise<AdaptersDocument>
  connections(): Promise<ConnectionsDocument>
  providers(): Promise<ProvidersDocument>
  plugins(): Promise<PluginsDocument>
  explain(adapter: string): Promise<ExplainDocument>
  offer(adapter: string): Promise<OfferDocument>
  release(adapter: string, reason: string): Promise<ReleaseDocument>
  disconnect(connection: string): Promise<DisconnectDocument>
  disconnectAll(): Promise<DisconnectAllDocument>
  /** Events after `since` (default: those that come from now on); ends when the daemon goes away. */
  events(options: { since?: number }): AsyncIterable<EventDocument>
}
