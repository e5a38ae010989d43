import { readdir, readFile } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The SDK's package. */
const folder = resolve(fileURLToPath(import.meta.resolve('@claimd/sdk')), '../..')
/** npm's own date for what it packs: the same SDK gives the same archive, whoever begins a plugin with it. */
const packedAt = new Date('1985-10-26T08:15:00Z')

export async function sdkVersion(): Promise<string> {
  return JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')).version
}

/** The SDK as npm installs it from a file: with it, a plugin's folder is complete on any machine. */
export async function packSdk(): Promise<Uint8Array> {
  const tar = await import('tar')
  const archive = tar.create(
    { cwd: folder, prefix: 'package', portable: true, mtime: packedAt, gzip: true, strict: true },
    (await sdkFiles()).map((path) => `./${path}`),
  )
  const parts: Uint8Array[] = []
  for await (const part of archive) parts.push(part as Uint8Array)
  return Buffer.concat(parts)
}

async function sdkFiles(): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
  // Without sources, source maps lead nowhere.
  return files.filter((path) => /^(?:package\.json|dist\/(?!.*\.map$)[^.].*|docs\/.*)$/.test(path)).sort()
}
