import { readdir, realpath, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { readManifestText, UnreadableManifest } from './manifest-text.js'

/** A folder in which plugins are looked for. */
export interface SearchFolder {
  path: string
  /** Whether its plugins ship with the host. */
  bundled: boolean
}

/** A folder that holds a package.json, where a plugin may be. */
export interface Candidate {
  /** As it was found. */
  folder: string
  /** Links followed. */
  realFolder: string
  bundled: boolean
}

/** What a search folder holds. */
export interface Listing {
  candidates: Candidate[]
  /** Folders that hold no package.json; perhaps it is still on its way. */
  others: string[]
}

/**
 * The candidates of one search folder, in code-point order: its children, those of its `@scope` folders,
 * or the folder itself when it is a plugin. A folder that is missing has none.
 * @throws when the folder is there but cannot be read: that does not mean that its plugins are gone
 */
export async function listCandidates({ path, bundled }: SearchFolder): Promise<Listing> {
  const itself = await manifestKind(path)
  if (itself === 'plugin') return listing([path], bundled)
  const children = await childFolders(path)
  const folders: string[] = itself === 'unreadable' ? [path] : []
  for (const child of children) {
    if (child.startsWith('@')) {
      for (const scoped of await childFolders(join(path, child))) folders.push(join(path, child, scoped))
    } else {
      folders.push(join(path, child))
    }
  }
  return listing(folders, bundled)
}

async function listing(folders: readonly string[], bundled: boolean): Promise<Listing> {
  const found = await Promise.all(folders.map((folder) => findCandidate({ folder, bundled })))
  return {
    candidates: found.filter((candidate) => candidate !== null),
    others: folders.filter((_, index) => found[index] === null),
  }
}

/** The candidate that a folder is, or `null` when it holds no package.json. */
export async function findCandidate({
  folder,
  bundled,
}: Pick<Candidate, 'folder' | 'bundled'>): Promise<Candidate | null> {
  const manifest = await orMissing(stat(join(folder, 'package.json')))
  const realFolder = manifest && (await orMissing(realpath(folder)))
  return realFolder === null ? null : { folder, realFolder, bundled }
}

/** Whether a search folder is a plugin itself, which its package.json tells. */
async function manifestKind(folder: string): Promise<'plugin' | 'unreadable' | 'none'> {
  try {
    const text = await orMissing(readManifestText(folder))
    if (text === null) return 'none'
    return JSON.parse(text)?.engines?.claimd === undefined ? 'none' : 'plugin'
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof UnreadableManifest) return 'unreadable'
    throw error
  }
}

async function childFolders(folder: string): Promise<string[]> {
  const entries = (await orMissing(readdir(folder, { withFileTypes: true }))) ?? []
  const names = entries
    .filter((entry) => !entry.name.startsWith('.') && (entry.isDirectory() || entry.isSymbolicLink()))
    .map((entry) => entry.name)
  return names.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
}

/** `null` when the file is not there, or is no folder, or is a link that leads nowhere. */
async function orMissing<T>(promise: Promise<T>): Promise<T | null> {
  try {
    return await promise
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'ELOOP'].includes((error as NodeJS.ErrnoException).code ?? '')) return null
    throw error
  }
}
