import type {
  AdapterDocument,
  AdapterFilter,
  AdaptersDocument,
  ExplainDocument,
  OfferDocument,
  ReleaseDocument,
} from '../api/index.js'
import { type Caller, queryOf } from './caller.js'

/** What can be seen and asked of adapters. */
export interface AdapterCalls {
  /** @param filter which ones; the daemon leaves out the others. Default: all. */
  adapters(filter?: AdapterFilter): Promise<AdaptersDocument>
  adapter(adapter: string): Promise<AdapterDocument>
  /**
   * Every round of an adapter: who was asked, who was skipped and why, what each answered.
   * @param options.at how it was at that moment, as the journal tells it: RFC 3339 in UTC with milliseconds. An adapter is
   *   found by the name that it had then, also one that is gone. Before the journal's beginning: `MOMENT_UNKNOWN`. Default: now.
   */
  explain(adapter: string, options?: { at?: string }): Promise<ExplainDocument>
  /** Starts a round for an open adapter and waits for its end. */
  offer(adapter: string): Promise<OfferDocument>
  /**
   * Ends the claim on an adapter and leaves the link as it is. For root and the daemon's owner only.
   * @param reason 1 to 500 characters without control characters; it is recorded.
   */
  release(adapter: string, reason: string): Promise<ReleaseDocument>
}

export const adapterCalls = (call: Caller): AdapterCalls => ({
  adapters: (filter = {}) => call.get(`/v1/adapters${queryOf(filter)}`),
  adapter: (adapter) => call.get(pathOf(adapter)),
  explain: (adapter, { at } = {}) => call.get(`${pathOf(adapter)}/explain${queryOf({ at })}`),
  offer: (adapter) => call.post(`${pathOf(adapter)}/offer`),
  release: (adapter, reason) => call.post(`${pathOf(adapter)}/release`, { reason }),
})

function pathOf(adapter: string): string {
  return `/v1/adapters/${encodeURIComponent(adapter)}`
}
