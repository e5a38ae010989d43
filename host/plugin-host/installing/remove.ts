import { lstat, rename, rmdir, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import { nearest } from '../../core/documents/nearest.js'
import { claimdError } from '../../core/errors.js'
import { buildOf } from '../discovery/content.js'
import { discard } from '../staging/read-only.js'
import { type Installed, InstalledFolder } from './installed.js'
import type { Removal } from './removal-marks.js'

export interface RemoveOptions {
  before?: (() => Promise<void>) | undefined
  /** Whether what the plugin stored is kept for later. Default: `false`. */
  keepData?: boolean
  /** The folder of the plugins that ship with claimd. Default: there are none. */
  bundled?: string
  marks?: { add(removal: Removal): void; drop(name: string): void }
}

/**
 * Removes an installed plugin; of one that is linked to from elsewhere, the link. A running host notices by itself.
 * @param options.before is done when it is sure that the plugin is there, and before it is not
 * @param options.marks where its removal is marked, so that its stored data follows; default: nowhere
 * @throws a `ClaimdError` `PLUGIN_NOT_INSTALLED`
 */
export async function remove(
  name: string,
  installedFolder: string,
  { before, keepData = false, bundled, marks }: RemoveOptions = {},
): Promise<Installed> {
  const installed = new InstalledFolder(installedFolder)
  const found = await installed.find(name)
  if (!found) throw await notInstalled(name, installed, bundled)
  await installed.prepare()
  const { folder } = found
  const version = await installed.versionBehind(folder)
  await before?.()
  const { build } = keepData ? await buildOf(folder) : { build: null }
  marks?.add({ name, keepData, build })
  try {
    await takeAway(folder, version, installed)
  } catch (error) {
    marks?.drop(name)
    throw error
  }
  const scope = dirname(folder)
  // Others of the scope may be left.
  if (scope !== installed.path) await rmdir(scope).catch(() => {})
  await installed.tidy()
  return found
}

async function takeAway(folder: string, version: string | null, installed: InstalledFolder): Promise<void> {
  if ((await lstat(folder)).isSymbolicLink()) {
    await unlink(folder)
    if (version) await discard(version)
  } else {
    // In one step: half a plugin would be found as a faulty one.
    const away = installed.temporary()
    await rename(folder, away)
    await discard(away)
  }
}

async function notInstalled(name: string, installed: InstalledFolder, bundled: string | undefined) {
  if (bundled !== undefined && (await new InstalledFolder(bundled).find(name)) !== null)
    return claimdError('PLUGIN_NOT_INSTALLED', {
      message: `${name} ships with claimd and cannot be removed`,
      found: name,
      expected: `the name of a plugin that is installed in ${installed.path}`,
      remedy: `To end it and keep it from running: claimd plugin disable ${name}`,
    })
  const names = (await installed.list()).map((one) => one.name)
  const meant = nearest(name, names)
  return claimdError('PLUGIN_NOT_INSTALLED', {
    message: `No plugin ${name} is installed in ${installed.path}`,
    found: names.length > 0 ? names.join(', ') : 'no plugins',
    expected: 'the name of an installed plugin',
    remedy: meant ? `Did you mean ${meant}?` : 'See what there is, and from which folders: claimd plugins',
  })
}
