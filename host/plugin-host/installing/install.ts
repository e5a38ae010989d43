import { chmod, lstat, mkdir, open, readdir, rename, symlink } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import type { Fault } from '@claimd/sdk'
import semver from 'semver'
import { claimdError, faultyFile } from '../../core/errors.js'
import type { InstalledPlugin } from '../../core/plugins/installed-plugin.js'
import { buildOf } from '../discovery/content.js'
import { inParallel, openFiles } from '../discovery/in-parallel.js'
import { checkSource } from '../sources/check-source.js'
import { openSource, type PluginSource } from '../sources/open-source.js'
import { discard } from '../staging/read-only.js'
import { bundledPlugin } from './bundled.js'
import { type Installed, InstalledFolder } from './installed.js'

export interface InstallOptions {
  /** Compared with the plugin's `engines.claimd`. */
  hostVersion: string
  /** Whether it may take the place of a newer version, or of other content of the same version. Default: no. */
  force?: boolean
  /** The folder of the plugins that ship with claimd. Default: there are none. */
  bundled?: string
  /** Whether it may have the name of one of those, and run in its place. Default: no. */
  replaceBundled?: boolean
}

/**
 * Installs a plugin from a folder, or from an archive. It is checked completely before anything changes; none of its code runs. What starts with a dot, and what editors leave, is left out. A running
 * host notices by itself.
 * @param installedFolder is made when it is missing
 * @throws a `ClaimdError`: `PLUGIN_SOURCE_NOT_FOUND`, `PLUGIN_ARCHIVE_INVALID`, `PLUGIN_INVALID` with all faults,
 * `PLUGIN_INSTALLED` when it would take the place of something without `force`, or `PLUGIN_BUNDLED`
 */
export async function install(
  source: string,
  installedFolder: string,
  { hostVersion, force = false, bundled, replaceBundled = false }: InstallOptions,
): Promise<InstalledPlugin> {
  const installed = new InstalledFolder(installedFolder)
  await installed.prepare()
  await installed.tidy()
  const unpacked = installed.temporary()
  const copy = installed.temporary()
  try {
    const checked = await copyChecked(await openSource(source, unpacked), copy, hostVersion)
    if (bundled !== undefined && !replaceBundled) await refuseBundled(checked.name, bundled)
    const before = await installed.find(checked.name)
    if (before && !force) refuseToReplace(checked, before, (await buildOf(before.folder)).build)
    await put(installed, copy, checked.name, before)
    return { ...checked, folder: installed.linkOf(checked.name), replaced: before?.version ?? null }
  } finally {
    await discard(unpacked)
    await discard(copy)
  }
}

/** Copies a plugin, and checks the copy. */
async function copyChecked(source: PluginSource, copy: string, hostVersion: string) {
  const { accepted, faults, outdated } = await checkSource(source, copy, { hostVersion })
  if (!accepted) throw faulty(faults)
  const { name, version, permissions = {} } = accepted.manifest
  return { name, version, permissions, build: (await buildOf(copy, 'copied')).build!, warnings: outdated }
}

async function refuseBundled(name: string, folder: string): Promise<void> {
  if (!(await bundledPlugin(name, folder))) return
  throw claimdError('PLUGIN_BUNDLED', {
    message: `${name} ships with claimd, and a plugin installed under that name would run in its place`,
    found: name,
    expected: 'a name of its own',
    remedy: 'Give it another name, or install with --replace-bundled',
  })
}

function refuseToReplace(
  { name, version, build }: Pick<InstalledPlugin, 'name' | 'version' | 'build'>,
  before: Installed,
  buildBefore: string | null,
): void {
  if (build === buildBefore) return
  const old = semver.valid(before.version)
  if (old === null || semver.gt(version, old)) return
  const isSame = semver.eq(version, old)
  throw claimdError('PLUGIN_INSTALLED', {
    message: `${name} ${old} is installed, ${isSame ? 'with other content' : 'which is newer'}`,
    found: `${name} ${version}`,
    expected: `a version higher than ${old}`,
    remedy: 'Raise its version, or install with --force',
  })
}

/** Gives a copy its place: the one moment in which something changes. */
async function put(
  installed: InstalledFolder,
  copy: string,
  name: string,
  before: Installed | null,
): Promise<void> {
  const version = installed.newVersion(name)
  const link = installed.linkOf(name)
  await makeReadable(copy)
  await rename(copy, version)
  await mkdir(dirname(link), { recursive: true, mode: 0o755 })
  const old = await installed.versionBehind(link)
  const next = installed.temporary()
  await symlink(relative(dirname(link), version), next)
  // A folder that was put there by hand cannot be replaced by a link in one step; it goes first.
  const byHand = await lstat(link).then(
    (found) => found.isDirectory(),
    () => false,
  )
  if (byHand) await moveAway(installed, link)
  await rename(next, link)
  await sync(dirname(link))
  if (before && before.folder !== link) await moveAway(installed, before.folder)
  if (old) await discard(old)
}

async function moveAway(installed: InstalledFolder, folder: string): Promise<void> {
  const away = installed.temporary()
  await rename(folder, away)
  await discard(away)
}

/** Everything is the running user's already; others may read it. It is on the disk when this resolves. */
async function makeReadable(folder: string): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true })
  await inParallel(openFiles, entries, async (entry) => {
    const path = join(entry.parentPath, entry.name)
    await chmod(path, entry.isDirectory() ? 0o755 : 0o644)
    await sync(path)
  })
  await chmod(folder, 0o755)
  await sync(folder)
}

async function sync(path: string): Promise<void> {
  const handle = await open(path)
  await handle.sync().finally(() => handle.close())
}

function faulty(faults: readonly Fault[]) {
  return faultyFile('PLUGIN_INVALID', faults, 'Correct them, and see what is left: claimd plugin check DIR')
}
