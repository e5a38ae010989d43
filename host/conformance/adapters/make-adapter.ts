import type { Adapter } from '@claimd/sdk'

/** An adapter as the daemon would show it to a provider. @param index the kernel's number for it */
export function makeAdapter(fields: Partial<Adapter> & Pick<Adapter, 'name'>, index: number): Adapter {
  const up = fields.up ?? true
  // In the order in which the daemon has them.
  return {
    id: `${index}.1`,
    name: fields.name,
    alternativeNames: [],
    index,
    kind: fields.kind ?? 'ethernet',
    driver: fields.driver ?? null,
    address: fields.address ?? addressFor(index),
    permanentAddress: fields.permanentAddress ?? null,
    path: fields.path ?? null,
    vendor: fields.vendor ?? null,
    product: fields.product ?? null,
    up,
    carrier: up ? (fields.carrier ?? true) : null,
    master: null,
    addresses: fields.addresses ?? [],
  }
}

function addressFor(index: number): string {
  const octets = index.toString(16).padStart(10, '0').match(/../g)!
  return ['02', ...octets].join(':')
}
