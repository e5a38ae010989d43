import type { Adapter } from '../adapter.js'

/** An adapter as a provider is given it: an ethernet link that is up, without addresses, but for what is named. */
export function fakeAdapter(fields: Partial<Adapter> & Pick<Adapter, 'name'>): Adapter {
  const { up = true, index = 2 } = fields
  return {
    id: `${index}.1`,
    alternativeNames: [],
    index,
    kind: 'ethernet',
    driver: null,
    address: `02:00:00:00:00:${(index % 256).toString(16).padStart(2, '0')}`,
    permanentAddress: null,
    path: null,
    vendor: null,
    product: null,
    up,
    carrier: up ? true : null,
    master: null,
    addresses: [],
    ...fields,
  }
}
