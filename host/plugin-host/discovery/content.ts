import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { lstat, readdir, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { folderLimits } from '../limits.js'

/** A file or a link of a plugin folder. Links are not followed: a link is what it says. */
interface ContentFile {
  path: string
  link: boolean
  /** Size, time of change and inode: what tells without reading that a file is not what it was. */
  stamp: string
  size: number
}

/** What a plugin folder holds, without having read it. Names that start with a dot do not count. */
export interface Content {
  files: readonly ContentFile[]
  /** Another value here means that something was written, not that the content differs. */
  fingerprint: string
  /** What is wrong with the folder as a whole, or `null`. */
  excess: { found: string; expected: string } | null
}

export async function readContent(folder: string): Promise<Content> {
  const files: ContentFile[] = []
  await collect(folder, '', files)
  files.sort((a, b) => (a.path < b.path ? -1 : 1))
  const bytes = files.reduce((sum, file) => sum + file.size, 0)
  return {
    files,
    fingerprint: `${folder}\n${files.map((file) => `${file.path}\0${file.stamp}`).join('\n')}`,
    excess: excess(files.length, bytes),
  }
}

function excess(files: number, bytes: number): Content['excess'] {
  if (files > folderLimits.files) {
    return { found: `more than ${folderLimits.files} files`, expected: `at most ${folderLimits.files} files` }
  }
  if (bytes <= folderLimits.bytes) return null
  return { found: `${bytes} bytes`, expected: `at most ${folderLimits.bytes} bytes` }
}

async function collect(root: string, below: string, files: ContentFile[]): Promise<void> {
  const entries = await readdir(join(root, below), { withFileTypes: true })
  await Promise.all(
    entries.map(async (entry) => {
      if (entry.name.startsWith('.') || files.length > folderLimits.files) return
      const path = join(below, entry.name)
      if (entry.isDirectory()) return collect(root, path, files)
      const link = entry.isSymbolicLink()
      if (!entry.isFile() && !link) return
      const { size, mtimeNs, ino } = await lstat(join(root, path), { bigint: true })
      files.push({ path, link, stamp: `${size} ${mtimeNs} ${ino}`, size: Number(size) })
    }),
  )
}

/** A hash of everything in the folder: two folders with the same hash hold the same plugin. */
export async function hashContent(folder: string, { files }: Content): Promise<string> {
  const whole = createHash('sha256')
  for (const { path, link } of files) {
    const one = createHash('sha256')
    if (link) one.update(await readlink(join(folder, path)))
    else await pipeline(createReadStream(join(folder, path)), one)
    whole.update(JSON.stringify([path, link, one.digest('hex')]))
  }
  return whole.digest('hex')
}
