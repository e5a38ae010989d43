import semver from 'semver'
import type { FieldFault } from '../../core/documents/field-fault.js'
import { faultAt, isRecord } from './record.js'

const sdk = '@claimd/sdk'

/**
 * Where a plugin is written for a newer SDK than the oldest host it says it runs on: what it was compiled
 * against would not be there. What is no range of versions, such as a folder, tells nothing.
 */
export function sdkVersionFaults(manifest: Record<string, unknown>): FieldFault[] {
  const { engines } = manifest
  const oldestHost = isRecord(engines) ? lowest(engines.claimd) : null
  // A range without a beginning is a fault of its own.
  if (oldestHost === null || oldestHost === '0.0.0') return []
  return ['dependencies', 'devDependencies', 'peerDependencies'].flatMap((key) => {
    const dependencies = manifest[key]
    const range = isRecord(dependencies) && Object.hasOwn(dependencies, sdk) ? dependencies[sdk] : undefined
    const oldestSdk = lowest(range)
    if (oldestSdk === null || semver.lte(oldestSdk, oldestHost)) return []
    const expected = `a version that is no newer than the oldest host of engines.claimd, ${oldestHost}`
    return [
      faultAt([key, sdk], range, expected, `Raise engines.claimd to "^${oldestSdk}", or use the older SDK`),
    ]
  })
}

function lowest(range: unknown): string | null {
  if (typeof range !== 'string' || semver.validRange(range) === null) return null
  return semver.minVersion(range)?.version ?? null
}
