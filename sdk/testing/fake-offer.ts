import type { Adapter } from '../adapter.js'
import type { Held, Offer } from '../provider.js'

/** An offer of an adapter: for a connection of the adapter's name, with the fence 1, but for what is named. */
export function fakeOffer(adapter: Adapter, fields: Partial<Omit<Offer, 'adapter'>> = {}): Offer {
  return { adapter, connection: adapter.name, fence: 1, signal: new AbortController().signal, ...fields }
}

/** What `verify` is given of a held adapter: as {@link fakeOffer}, and without evidence, but for what is named. */
export function fakeHeld(adapter: Adapter, fields: Partial<Omit<Held, 'adapter'>> = {}): Held {
  return { ...fakeOffer(adapter), evidence: null, ...fields }
}
