import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Fault, PluginCheckDocument } from '@claimd/sdk'
import { faultyFile } from '../core/errors.js'
import { describePermissions } from '../core/permissions/describe.js'
import { makeTemporaryFolder } from '../lib/temporary-folder.js'
import { bundledPlugin } from './installing/bundled.js'
import { checkSource } from './sources/check-source.js'
import { openSource, type PluginSource } from './sources/open-source.js'
import { discard } from './staging/read-only.js'
import { shareCopy } from './staging/share-copy.js'

/**
 * Checks a plugin's folder or archive as the host would, without running anything of it. In a folder, a `main` that is
 * yet to be compiled is no fault here: the plugin may be in development.
 * @param bundled the folder of the plugins that ship with claimd. Default: there are none
 * @throws a `ClaimdError`, code `PLUGIN_REJECTED` with all faults, `PLUGIN_SOURCE_NOT_FOUND` or `PLUGIN_ARCHIVE_INVALID`
 */
export async function checkPlugin(
  named: string,
  hostVersion: string,
  bundled?: string,
): Promise<PluginCheckDocument> {
  const room = makeTemporaryFolder('claimd-check-')
  try {
    const source = await openSource(named, join(room, 'unpacked'))
    const { folder, path, isArchive } = source
    const document = await check(source, isArchive ? path : folder, join(room, 'copy'), hostVersion)
    const taken = bundled === undefined ? [] : await takenName(document, join(path, 'package.json'), bundled)
    return { ...document, warnings: [...taken, ...document.warnings] }
  } finally {
    await discard(room)
  }
}

/**
 * Copies a plugin from its folder or archive, as the host would run it, and checks the copy; TypeScript may be yet to be
 * compiled.
 * @returns what is wrong with it
 * @throws a `ClaimdError`: `PLUGIN_SOURCE_NOT_FOUND`, `PLUGIN_ARCHIVE_INVALID`
 */
export async function copyPlugin(named: string, to: string, hostVersion: string): Promise<readonly Fault[]> {
  const unpacked = `${to}.unpacked`
  try {
    const source = await openSource(named, unpacked)
    const { content, faults } = await checkSource(source, to, { hostVersion, dev: !source.isArchive })
    // The plugin may run as another user, and programs that conformance.json names are run.
    await shareCopy(source.folder, content, to)
    return faults
  } finally {
    await discard(unpacked)
  }
}

async function check(
  source: PluginSource,
  folder: string,
  copy: string,
  hostVersion: string,
): Promise<PluginCheckDocument> {
  const { accepted, faults, warnings, outdated } = await checkSource(source, copy, {
    hostVersion,
    dev: !source.isArchive,
  })
  if (!accepted) throw rejected(faults)
  const { name, version, contributes, permissions = {} } = accepted.manifest
  return {
    plugin: name,
    version,
    folder,
    compiled: existsSync(accepted.entry),
    providers: contributes.providers ?? [],
    permissions,
    asks: describePermissions(permissions),
    warnings: [...outdated, ...warnings],
  }
}

/** That another plugin of its name ships with claimd, which `install` refuses. */
async function takenName(
  { plugin, folder }: PluginCheckDocument,
  file: string,
  bundled: string,
): Promise<Fault[]> {
  const other = await bundledPlugin(plugin, bundled)
  if (other === null || other.folder === folder) return []
  const found = `a plugin named ${plugin} ships with claimd`
  const remedy =
    'Give it another name; or install it with --replace-bundled, and it runs in the place of that one'
  return [{ file, field: 'name', found, expected: 'a name of its own', remedy }]
}

function rejected(faults: readonly Fault[]): Error {
  return faultyFile('PLUGIN_REJECTED', faults, 'Correct each, and check again')
}
