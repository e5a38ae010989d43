import { basename, dirname } from 'node:path'
import type { Fault, Permissions, ProviderContribution } from '@claimd/sdk'
import type { ProviderInfo } from '../../core/claims/provider-info.js'
import type { CheckedManifest } from '../manifest/check-manifest.js'
import type { Candidate } from './candidates.js'

/** A plugin as it lies in its folder: accepted, or rejected with its faults. */
export interface FoundPlugin extends Candidate {
  /** From the manifest; where that does not tell, the folder's name. */
  name: string
  named: boolean
  version: string | null
  /** The hash of the content. */
  build: string
  faults: readonly Fault[]
  accepted: AcceptedPlugin | null
}

/** What is needed to run a plugin and to ask its providers. */
export interface AcceptedPlugin {
  name: string
  version: string
  build: string
  /** The absolute path of the entry file, links followed. */
  entry: string
  onStartup: boolean
  /** The folder of the copy that it runs from. */
  staged: string
  /** What it asks for. */
  permissions: Permissions
  providers: readonly AcceptedProvider[]
}

/** A provider as contributed, with the defaults filled in. */
export type AcceptedProvider = Omit<ProviderInfo, 'status' | 'because'> & { localId: string; label: string }

export function foundPlugin(candidate: Candidate, build: string, checked: CheckedManifest): FoundPlugin {
  return {
    ...candidate,
    name: checked.name ?? basename(candidate.folder),
    named: checked.name !== null,
    version: checked.version,
    build,
    faults: checked.faults,
    accepted: checked.accepted && acceptedPlugin(build, checked.accepted),
  }
}

function acceptedPlugin(
  build: string,
  { manifest, entry }: NonNullable<CheckedManifest['accepted']>,
): AcceptedPlugin {
  const { name, version } = manifest
  const providers = manifest.contributes.providers ?? []
  return {
    name,
    version,
    build,
    entry,
    staged: dirname(entry),
    permissions: manifest.permissions ?? {},
    onStartup: manifest.activationEvents?.includes('onStartup') ?? false,
    providers: providers.map((provider) => ({
      ...withDefaults(provider),
      id: `${name}/${provider.id}`,
      localId: provider.id,
      plugin: name,
      version,
      build,
    })),
  }
}

function withDefaults(provider: ProviderContribution) {
  return {
    label: provider.label ?? provider.id,
    band: provider.band ?? 'likely',
    priority: provider.priority ?? 50,
    match: provider.match ?? [],
    manages: provider.manages ?? [],
    connectionTypes: provider.connectionTypes ?? [],
    configuredOnly: provider.configuredOnly ?? false,
  }
}
