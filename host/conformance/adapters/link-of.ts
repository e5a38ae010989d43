import type { Adapter } from '@claimd/sdk'
import type { LinkFields } from '../parts.js'

/** The simulated link of which this adapter would be made. */
export function linkOf(adapter: Adapter): LinkFields {
  const { id, carrier, alternativeNames, master, ...fields } = adapter
  return { ...fields, ...(carrier === null ? {} : { carrier }) }
}
