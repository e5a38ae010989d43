/**
 * `npm run package [FOLDER]`, and no part of the daemon: makes one archive of what the build has put together, which
 * `npm install -g` takes. Tests, steps of the build, source maps, and types other than the SDK's are not in it.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { create } from 'tar'

const dist = fileURLToPath(new URL('../../', import.meta.url))
const { name, version } = JSON.parse(readFileSync(join(dist, 'package.json'), 'utf8'))
const file = resolve(process.argv[2] ?? dist, `${name}-${version}.tgz`)
/** npm's own date for what it packs: the same content gives the same archive. */
const packedAt = new Date('1985-10-26T08:15:00Z')

const single = ['LICENSE', 'README.md', 'package.json']
const folders = ['host', 'plugins', 'samples', 'node_modules/@claimd/sdk']
const left = [/(?:^|\/)\.tsbuildinfo$/, /\.map$/, /^(?!node_modules\/).*\.d\.ts$/, /^host\/build\//]

const files = [...single, ...folders.flatMap(below)]
  .filter((path) => !left.some((pattern) => pattern.test(path)))
  .sort()
await create(
  { file, cwd: dist, prefix: 'package', portable: true, mtime: packedAt, gzip: true, strict: true },
  files.map((path) => `./${path}`),
)
// npm would take a path that starts with the name of a folder for a repository.
const path = relative(process.cwd(), file).replace(/^(?!\.\.\/)/, './')
process.stdout.write(`${path}\nto install it: npm install -g ${path}\n`)

function below(folder: string): string[] {
  return readdirSync(join(dist, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(dist, join(entry.parentPath, entry.name)))
}
