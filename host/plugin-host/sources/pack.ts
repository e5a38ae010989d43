import { chmod, copyFile, readFile, rename, rm, stat } from 'node:fs/promises'
import { dirname, join, normalize } from 'node:path'
import type { Fault } from '@claimd/sdk'
import { claimdError, faultyFile } from '../../core/errors.js'
import type { PackedPlugin } from '../../core/plugins/packed-plugin.js'
import { makeTemporaryFolder } from '../../lib/temporary-folder.js'
import { buildOf } from '../discovery/content.js'
import { discard } from '../staging/read-only.js'
import { shareCopy } from '../staging/share-copy.js'
import { type CheckedSource, checkSource } from './check-source.js'
import { openSource } from './open-source.js'

/** npm's own date for everything that it packs: the same content gives the same archive. */
const packedAt = new Date('1985-10-26T08:15:00Z')

/**
 * Packs a plugin into an archive that is complete: its manifest, what npm would pack (`files`, `.npmignore`), every file
 * that it imports or that a module names beside itself, and the packages that it runs with. The archive is checked as `install` would, before it gets its
 * name. None of the plugin's code runs.
 * @param to the folder that the archive is put into
 * @throws a `ClaimdError`: `PLUGIN_SOURCE_NOT_FOUND`, or `PLUGIN_INVALID` with everything that is missing or wrong
 */
export async function pack(named: string, to: string, hostVersion: string): Promise<PackedPlugin> {
  const room = makeTemporaryFolder('claimd-pack-')
  const copy = join(room, 'copy')
  try {
    const source = await openSource(named, join(room, 'unpacked'))
    if (source.isArchive) throw isPacked(named)
    const checked = await checkSource(source, copy, { hostVersion })
    if (!checked.accepted) throw faulty(checked.faults)
    const { name, version } = checked.accepted.manifest
    const file = `${name.replace(/^@/, '').replace('/', '-')}-${version}.tgz`
    const { files, added } = await choose(source.folder, copy, checked, file)
    await reduce(source.folder, copy, checked, files)
    const archive = join(room, file)
    await write(archive, copy, files)
    await prove(archive, join(room, 'proof'), hostVersion)
    const { build } = await buildOf(copy, 'copied')
    const { size } = await stat(archive)
    await move(archive, join(to, file))
    return {
      name,
      version,
      file: join(to, file),
      build: build!,
      bytes: size,
      files,
      packages: packagesAmong(files),
      added,
      warnings: [...checked.outdated, ...checked.warnings],
    }
  } finally {
    await discard(room)
  }
}

/** What goes into the archive, and what of it npm would have left out. */
async function choose(
  folder: string,
  copy: string,
  { accepted, content, imported }: CheckedSource,
  archive: string,
) {
  const { manifest } = accepted!
  // Loaded only here: a daemon should not carry it.
  const { default: packlist } = await import('npm-packlist')
  const listed = new Set(
    await packlist({
      path: folder,
      package: withoutBundles(manifest),
      isProjectRoot: true,
      edgesOut: new Map(),
    }),
  )
  const always = new Set(['package.json', normalize(manifest.main), ...(await filesOfConformance(copy))])
  const isPackage = (path: string) => path.startsWith('node_modules/')
  const added: string[] = []
  const files = content.files
    .map(({ path }) => path)
    .filter((path) => {
      if (isPackage(path) || always.has(path)) return true
      if (listed.has(path)) return path !== archive
      if (imported.has(path)) added.push(path)
      return imported.has(path)
    })
  return { files, added }
}

/** What the kit needs when it verifies the archive: `conformance.json`, and the files of the plugin that it names. */
async function filesOfConformance(copy: string): Promise<string[]> {
  const text = await readFile(join(copy, 'conformance.json'), 'utf8').catch(() => '')
  const named = [...text.matchAll(/"\{plugin\}\/([^"\\]+)"/g)].map(([, path]) => normalize(path!))
  return ['conformance.json', ...named]
}

/** Of bundled packages npm would list the files as well, and the host finds all packages itself. */
function withoutBundles(manifest: object): object {
  return { ...manifest, bundleDependencies: undefined, bundledDependencies: undefined }
}

async function reduce(
  folder: string,
  copy: string,
  { content }: CheckedSource,
  files: readonly string[],
): Promise<void> {
  const kept = new Set(files)
  for (const { path } of content.files) if (!kept.has(path)) await rm(join(copy, path))
  await shareCopy(folder, content, copy)
}

async function write(archive: string, folder: string, files: readonly string[]): Promise<void> {
  const tar = await import('tar')
  const options = {
    cwd: folder,
    prefix: 'package',
    portable: true,
    mtime: packedAt,
    gzip: true,
    strict: true,
  }
  // A name that starts with @ would be taken for an archive to read from.
  await tar.create(
    { ...options, file: archive },
    files.map((path) => `./${path}`),
  )
}

/** Checks the archive as `install` would. */
async function prove(archive: string, room: string, hostVersion: string): Promise<void> {
  const source = await openSource(archive, `${room}-unpacked`)
  const { accepted, faults } = await checkSource(source, room, { hostVersion })
  if (!accepted) throw faulty(faults)
}

/** Also to another file system; the name appears with the whole archive. */
async function move(from: string, to: string): Promise<void> {
  const draft = join(dirname(to), `.${process.pid}.tgz`)
  try {
    await copyFile(from, draft)
    await chmod(draft, 0o644)
    await rename(draft, to)
  } catch (error) {
    await rm(draft, { force: true })
    const { code, message } = error as NodeJS.ErrnoException
    throw claimdError('FOLDER_UNUSABLE', {
      message: `the plugin cannot be packed: ${to} cannot be written`,
      found: code ?? message,
      expected: 'a folder in which this user may make files',
      remedy: 'run it in another folder, and name that of the plugin: claimd plugin pack DIR',
    })
  }
}

function packagesAmong(files: readonly string[]): string[] {
  const places = files.flatMap(
    (path) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(path)?.[0] ?? [],
  )
  return [...new Set(places)].filter((path) => path.startsWith('node_modules/')).sort()
}

function faulty(faults: readonly Fault[]) {
  const remedy = 'Correct them, and see what is left: claimd plugin check DIR'
  return faultyFile('PLUGIN_INVALID', faults, remedy)
}

function isPacked(named: string) {
  return claimdError('PLUGIN_SOURCE_NOT_FOUND', {
    message: `There is no plugin folder at ${named}`,
    found: 'a file',
    expected: 'the folder of a plugin',
    remedy: 'Name the folder that holds the package.json',
  })
}
