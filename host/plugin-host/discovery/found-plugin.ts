import { basename, join, relative } from 'node:path'
import type { Fault, Permissions, ProviderContribution } from '@claimd/sdk'
import { providerContributionSchema } from '@claimd/sdk/manifest'
import type { ProviderInfo } from '../../core/claims/provider-info.js'
import type { CheckedManifest } from '../manifest/check-manifest.js'
import type { Candidate } from './candidates.js'

/** A plugin as it lies in its folder: accepted, or rejected with its faults. */
export interface FoundPlugin extends Candidate {
  /** From the manifest; where that does not tell, the folder's name. */
  name: string
  named: boolean
  version: string | null
  /** The hash of the content; of a folder that cannot be copied, a mark that changes with what can be seen of it. */
  build: string
  faults: readonly Fault[]
  accepted: AcceptedPlugin | null
  /** Folders of its files that are watched each by itself: those of packages, and those that lie deep. */
  packageFolders: readonly string[]
}

/** What is needed to run a plugin and to ask its providers. */
export interface AcceptedPlugin {
  name: string
  version: string
  build: string
  /** Whether it ships with the host, which trusts it. */
  bundled: boolean
  /** The folder of the private copy that it runs from. */
  staged: string
  /** The absolute path of the entry file, in the copy. */
  entry: string
  /** What it asks for beside acting on the adapters that it holds. */
  permissions: Permissions
  onStartup: boolean
  providers: readonly AcceptedProvider[]
  connectionSchemas: readonly ConnectionSchema[]
}

/** What the `config` of a provider's connections has to be. */
export interface ConnectionSchema {
  /** The provider's full id. */
  provider: string
  /** The types of the connections. */
  types: readonly string[]
  /** The JSON Schema of their `config`. */
  schema: Readonly<Record<string, unknown>>
}

/** A provider as contributed, with the defaults filled in. */
export type AcceptedProvider = Omit<ProviderInfo, 'status' | 'because'> & { localId: string; label: string }

/** @param accepted `null` when there are faults */
export function foundPlugin(
  candidate: Candidate,
  build: string,
  { name, version, faults }: Pick<CheckedManifest, 'name' | 'version' | 'faults'>,
  accepted: AcceptedPlugin | null,
): FoundPlugin {
  return {
    ...candidate,
    name: name ?? basename(candidate.folder),
    named: name !== null,
    version,
    build,
    faults,
    accepted,
    packageFolders: [],
  }
}

/**
 * @param drafted where the copy lay when it was checked
 * @param staged where it lies now
 */
export function acceptedPlugin(
  build: string,
  { manifest, entry }: NonNullable<CheckedManifest['accepted']>,
  drafted: string,
  staged: string,
  bundled: boolean,
): AcceptedPlugin {
  const { name, version } = manifest
  const providers = manifest.contributes.providers ?? []
  return {
    name,
    version,
    build,
    bundled,
    staged,
    entry: join(staged, relative(drafted, entry)),
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
    connectionSchemas: providers.flatMap(({ id, connectionTypes: types = [], configuration: schema }) =>
      schema === undefined ? [] : [{ provider: `${name}/${id}`, types, schema }],
    ),
  }
}

/** The check of a manifest fills in nothing. */
function withDefaults(provider: ProviderContribution) {
  const { band, priority, match, manages, connectionTypes, configuredOnly, serial, deadlines } =
    providerContributionSchema.properties
  const { connect, disconnect } = deadlines.properties
  return {
    label: provider.label ?? provider.id,
    band: provider.band ?? band.default,
    priority: provider.priority ?? priority.default,
    match: provider.match ?? match.default,
    manages: provider.manages ?? manages.default,
    connectionTypes: provider.connectionTypes ?? connectionTypes.default,
    configuredOnly: provider.configuredOnly ?? configuredOnly.default,
    serial: provider.serial ?? serial.default,
    deadlines: {
      connectMs: (provider.deadlines?.connect ?? connect.default) * 1000,
      disconnectMs: (provider.deadlines?.disconnect ?? disconnect.default) * 1000,
    },
  }
}
