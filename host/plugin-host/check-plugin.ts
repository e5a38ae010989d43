import { existsSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Fault, PluginCheckDocument } from '@claimd/sdk'
import { faultyFile } from '../core/errors.js'
import { describePermissions } from '../core/permissions/describe.js'
import { checkSource } from './sources/check-source.js'
import { openSource, type PluginSource } from './sources/open-source.js'
import { discard } from './staging/read-only.js'
import { shareCopy } from './staging/share-copy.js'

/**
 * Checks a plugin's folder or archive as the host would, without running anything of it. In a folder, a `main` that is
 * yet to be compiled is no fault here: the plugin may be in development.
 * @throws a `ClaimdError`, code `PLUGIN_REJECTED` with all faults, `PLUGIN_SOURCE_NOT_FOUND` or `PLUGIN_ARCHIVE_INVALID`
 */
export async function checkPlugin(named: string, hostVersion: string): Promise<PluginCheckDocument> {
  const room = await mkdtemp(join(tmpdir(), 'claimd-check-'))
  try {
    const source = await openSource(named, join(room, 'unpacked'))
    const { folder, path, isArchive } = source
    return await check(source, isArchive ? path : folder, join(room, 'copy'), hostVersion)
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

function rejected(faults: readonly Fault[]): Error {
  return faultyFile('PLUGIN_REJECTED', faults, 'Correct each, and check again')
}
