import { existsSync } from 'node:fs'
import { realpath } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Fault, PluginCheckDocument } from '@claimd/sdk'
import { claimdError, faultyFile } from '../core/errors.js'
import { describePermissions } from '../core/permissions/describe.js'
import { readContent } from './discovery/content.js'
import { readManifestText, UnreadableManifest } from './discovery/manifest-text.js'
import { checkManifest } from './manifest/check-manifest.js'

/**
 * Checks a plugin's folder as the host would, without running anything of it. A `main` that is yet to be
 * compiled is no fault here: the plugin may be in development.
 * @throws a `ClaimdError`, code `PLUGIN_REJECTED` with all faults, or `PLUGIN_NOT_FOUND`
 */
export async function checkPlugin(folder: string, hostVersion: string): Promise<PluginCheckDocument> {
  const file = join(resolve(folder), 'package.json')
  const realFolder = await realpath(folder).catch(() => null)
  if (realFolder === null || !existsSync(join(realFolder, 'package.json'))) {
    throw claimdError('PLUGIN_NOT_FOUND', {
      message: `${folder} holds no plugin`,
      found: realFolder === null ? 'no such folder' : 'no package.json there',
      expected: "a plugin's folder, with its manifest",
      remedy: 'name the folder that holds the package.json; to make one: claimd plugin new',
    })
  }
  const content = await readContent(realFolder)
  const text = await readManifestText(realFolder).catch((error: Error) => {
    if (!(error instanceof UnreadableManifest)) throw error
    const { found, expected } = error
    throw rejected(file, [{ file, field: '', found, expected, remedy: 'Put a manifest in its place' }])
  })
  const { accepted, faults } = await checkManifest(text, { file, realFolder, hostVersion, dev: true })
  if (!accepted || content.faults.length > 0) throw rejected(file, [...content.faults, ...faults])
  const { name, version, contributes, permissions = {} } = accepted.manifest
  return {
    plugin: name,
    version,
    folder: realFolder,
    compiled: existsSync(accepted.entry),
    providers: contributes.providers ?? [],
    permissions,
    asks: describePermissions(permissions),
  }
}

function rejected(file: string, faults: readonly Fault[]): Error {
  return faultyFile('PLUGIN_REJECTED', file, faults, 'Correct each, and check again')
}
