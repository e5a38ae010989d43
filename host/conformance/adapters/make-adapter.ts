import type { Adapter } from '@claimd/sdk'

/** An adapter as the daemon would show it to a provider. @param index the kernel's number for it */
export function makeAdapter(fields: Partial<Adapter> & Pick<Adapter, 'name'>, index: number): Adapter {
  const up = fields.up ?? true
  return {
    kind: 'ethernet',
    driver: null,
    address: `02:00:00:00:00:${index.toString(16).padStart(2, '0').slice(-2)}`,
    permanentAddress: null,
    path: null,
    vendor: null,
    product: null,
    master: null,
    alternativeNames: [],
    addresses: [],
    ...fields,
    id: `${index}.1`,
    index,
    up,
    carrier: up ? (fields.carrier ?? true) : null,
  }
}
