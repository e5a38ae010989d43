import { join, resolve } from 'node:path'
import type { Fault } from '@claimd/sdk'
import { type Content, readContent } from '../discovery/content.js'
import { folderLimits } from '../discovery/folder-limits.js'
import { readManifestText, UnreadableManifest } from '../discovery/manifest-text.js'
import { type CheckedManifest, checkManifest } from '../manifest/check-manifest.js'
import { copyContent } from '../staging/copy-content.js'
import { checkImports, type Imports } from './imports.js'
import type { PluginSource } from './open-source.js'
import { outdatedBuilds } from './outdated-builds.js'

/** What a check without running anything of the plugin has found. */
export interface CheckedSource extends CheckedManifest {
  content: Content
  /** What may be wrong: imports that only the running plugin knows. */
  warnings: readonly Fault[]
  /** What may be wrong in a folder: compiled files that are older than their source. */
  outdated: readonly Fault[]
  /** The files that the plugin imports, as paths in the copy; known where the manifest has no fault. */
  imported: ReadonlySet<string>
}

export interface CheckOptions {
  hostVersion: string
  /** Accepts a `main` that is yet to be compiled, when its TypeScript source is there. */
  dev?: boolean
}

/**
 * Copies a plugin as the host would, and checks the copy: the manifest, that everything that it imports is in it, and
 * every package that it names for run time. None of its code runs.
 * @param copy where the copy goes; there is nothing yet
 */
export async function checkSource(
  source: PluginSource,
  copy: string,
  { hostVersion, dev = false }: CheckOptions,
): Promise<CheckedSource> {
  const { folder, path, isArchive, packages } = source
  const content = await readContent(folder, false, packages)
  await copyContent(folder, copyable(content), copy, false)
  const file = join(path, 'package.json')
  const checked = await checkCopy(copy, file, hostVersion, dev)
  const contentFaults = content.faults.map((fault) => ({
    ...fault,
    file: isArchive ? fault.file.replace(folder, path) : fault.file,
  }))
  const { faults, warnings, imported }: Imports =
    checked.accepted === null
      ? { faults: [], warnings: [], imported: new Set() }
      : await checkImports(copy, checked.accepted)
  const found = new Map(content.files.map(({ path: at, source: from }) => [at, from]))
  // In an archive nothing lies anywhere else than in the copy.
  const named = (fault: Fault) => {
    const [, at = '', place = ''] = /^(.*?)((?::\d+)*)$/.exec(fault.file) ?? []
    const from = isArchive ? join(path, at) : resolve(folder, found.get(at) ?? at)
    return { ...fault, file: `${from}${place}` }
  }
  // What is told of the packages themselves need not be told for every import of them.
  const missing = contentFaults.length > 0 ? [] : faults.map(named)
  const all = [...contentFaults, ...checked.faults, ...missing]
  return {
    ...checked,
    accepted: all.length > 0 ? null : checked.accepted,
    faults: all,
    content,
    warnings: warnings.map(named),
    // An archive gives all its files one time.
    outdated: isArchive ? [] : await outdatedBuilds(folder, imported),
    imported,
  }
}

/** Where there is too much, the manifest can still be checked. */
function copyable(content: Content): Content {
  const bytes = content.files.reduce((sum, { size }) => sum + size, 0)
  if (bytes <= folderLimits.bytes && content.files.length <= folderLimits.files) return content
  return { ...content, files: content.files.filter(({ path }) => path === 'package.json') }
}

async function checkCopy(
  copy: string,
  file: string,
  hostVersion: string,
  dev: boolean,
): Promise<CheckedManifest> {
  try {
    return await checkManifest(await readManifestText(copy), { file, realFolder: copy, hostVersion, dev })
  } catch (error) {
    const isAbsent = (error as NodeJS.ErrnoException).code === 'ENOENT'
    if (!isAbsent && !(error instanceof UnreadableManifest)) throw error
    const { found, expected } = isAbsent
      ? { found: 'no package.json', expected: 'a manifest' }
      : (error as UnreadableManifest)
    const remedy = 'Name the folder of a plugin: one with a package.json'
    return {
      name: null,
      version: null,
      accepted: null,
      faults: [{ file, field: '', found, expected, remedy }],
    }
  }
}
