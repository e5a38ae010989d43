import type { AdapterFilter, AdapterRow } from '@claimd/sdk'
import { adapterTest } from '../core/claims/adapter-filter.js'
import { nearest } from '../core/documents/nearest.js'
import type { ControlClient } from './client.js'

type Field = 'name' | 'kind' | 'provider' | 'address'

/** What is said of a value that fits no adapter. */
const sentences: Record<Field, (value: string) => string> = {
  name: (value) => `no adapter fits ${value}`,
  kind: (value) => `no adapter is of kind ${value}`,
  provider: (value) => `no adapter is held by ${value}`,
  address: (value) => `no adapter has the address ${value}`,
}

/**
 * A sentence for each value of a filter that fits no adapter at all, whatever the rest of the filter: most likely a slip.
 * @param found the adapters that fit the whole filter
 */
export async function unfittingValues(
  client: ControlClient,
  filter: AdapterFilter,
  found: readonly AdapterRow[],
): Promise<string[]> {
  const values = (Object.keys(sentences) as Field[]).flatMap((field) =>
    (filter[field] ?? []).map((value) => ({
      field,
      value,
      fits: adapterTest({ [field]: [value] }, () => false),
    })),
  )
  const suspects = values.filter(({ fits }) => !found.some(fits))
  if (suspects.length === 0) return []
  const { adapters } = await client.adapters()
  return suspects
    .filter(({ fits }) => !adapters.some(fits))
    .map(({ field, value }) => {
      const kinds = field === 'kind' ? [...new Set(adapters.map(({ kind }) => kind))] : []
      const meant = nearest(value, kinds)
      return sentences[field](value) + (meant === null ? '' : `; did you mean ${meant}?`)
    })
}
