import type { OperatorConfiguration } from '../core/operator-configuration.js'
import { type ConfigurationDoubt, findDoubts } from './configuration-doubts.js'
import { type Candidate, listCandidates, type SearchFolder } from './discovery/candidates.js'
import { readContent } from './discovery/content.js'
import { type AcceptedPlugin, acceptedPlugin } from './discovery/found-plugin.js'
import { readManifestText } from './discovery/manifest-text.js'
import { wayFaults } from './discovery/ownership.js'
import { checkManifest } from './manifest/check-manifest.js'

/** Without a daemon: what the plugins in these folders do not understand of a configuration. Nothing of them is run. */
export async function doubtsOfFile(
  configuration: OperatorConfiguration,
  folders: readonly SearchFolder[],
  options: { hostVersion: string; dev: boolean },
): Promise<{ doubts: ConfigurationDoubt[]; plugins: string[] }> {
  const seen = await seePlugins(folders, options)
  const doubts = await findDoubts(
    {
      plugins: withOwnTypes([...seen.values()].filter((plugin) => plugin !== null)),
      names: [...seen.keys()],
      connections: configuration.connections,
      configuration,
    },
    new AbortController().signal,
  )
  return { doubts, plugins: [...seen.keys()] }
}

/** What another plugin's schema says of a connection does not matter: a type has one owner, as in `TypeOwners`. */
function withOwnTypes(plugins: readonly AcceptedPlugin[]): AcceptedPlugin[] {
  const owners = new Map<string, string>()
  for (const { name, providers } of [...plugins.filter(({ bundled }) => bundled), ...plugins])
    for (const type of providers.flatMap(({ connectionTypes }) => connectionTypes))
      if (!owners.has(type)) owners.set(type, name)
  return plugins.map((plugin) => ({
    ...plugin,
    connectionSchemas: plugin.connectionSchemas.map((one) => ({
      ...one,
      types: one.types.filter((type) => owners.get(type) === plugin.name),
    })),
  }))
}

/** By name, as the daemon takes them: the first of each name, and `null` where it would be rejected. */
async function seePlugins(
  folders: readonly SearchFolder[],
  options: { hostVersion: string; dev: boolean },
): Promise<Map<string, AcceptedPlugin | null>> {
  const seen = new Map<string, AcceptedPlugin | null>()
  for (const folder of folders) {
    // A folder that cannot be read has no plugins for this user.
    const { candidates } = await listCandidates(folder).catch(() => ({ candidates: [] }))
    for (const candidate of candidates) {
      const { name, plugin } = await see(candidate, options)
      if (name !== null && !seen.has(name)) seen.set(name, plugin)
    }
  }
  return seen
}

async function see(
  { folder, realFolder, bundled }: Candidate,
  { hostVersion, dev }: { hostVersion: string; dev: boolean },
): Promise<{ name: string | null; plugin: AcceptedPlugin | null }> {
  const text = await readManifestText(realFolder).catch(() => null)
  if (text === null) return { name: null, plugin: null }
  const file = `${folder}/package.json`
  const { name, accepted } = await checkManifest(text, { file, realFolder, hostVersion, dev })
  if (accepted === null || (await isUnsafe())) return { name, plugin: null }
  return { name, plugin: acceptedPlugin('', accepted, realFolder, realFolder, bundled) }

  /** As the daemon sees it, it does not run what others can change. */
  async function isUnsafe(): Promise<boolean> {
    if (dev || bundled) return false
    const [content, way] = await Promise.all([readContent(realFolder, true), wayFaults(folder)])
    return content.faults.length > 0 || way.length > 0
  }
}
