import type { ConfigFault } from '@claimd/sdk'
import { placeOf } from '../../core/documents/place.js'
import { checkConnectionConfig } from './check-connection-config.js'

/** Under this name faults are told of it. */
const name = 'it'
const prefix = placeOf(['connections', name, 'config'])

/** Checks the `config` of one connection by the schema of its provider. The places of its faults are within it. */
export async function checkConfig(
  schema: Readonly<Record<string, unknown>>,
  config: Readonly<Record<string, unknown>>,
  limits: { signal: AbortSignal; timeoutMs: number },
): Promise<{ faults: ConfigFault[]; failed: string | null }> {
  const [checked] = await checkConnectionConfig([{ schema, connections: [{ name, config }] }], limits)
  const faults = (checked!.faults[0] ?? []).map(({ field, found, expected, remedy }) => ({
    field: field.slice(prefix.length).replace(/^\./, ''),
    found,
    expected,
    ...(remedy && { remedy }),
  }))
  return { faults, failed: checked!.failed }
}
