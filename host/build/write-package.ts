/**
 * A step of the build, and no part of the daemon: puts beside the compiled program what it needs when it runs, so that
 * `dist` and the production modules are all of claimd: the package's own manifest, the SDK, the bundled plugins, the
 * templates of `claimd plugin new` and the samples.
 */
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const dist = join(root, 'dist')
const sdk = join(dist, 'node_modules/@claimd/sdk')

writeManifest()
copy('README.md', 'LICENSE', 'host/docs')
copy('host/cli/templates', 'samples')
for (const name of readdirSync(join(root, 'plugins'))) {
  copy(`plugins/${name}/package.json`, `plugins/${name}/dist`)
}
copySdk()
linkPagesToSdk()

/** Without what only a checkout has. */
function writeManifest(): void {
  const { scripts, workspaces, private: _, bin, allowScripts, ...manifest } = readJson('package.json')
  const { version } = readJson('sdk/package.json')
  const own = {
    ...manifest,
    bin: { claimd: './host/cli/claimd.js' },
    dependencies: { '@claimd/sdk': version, ...lockedVersions() },
    bundleDependencies: ['@claimd/sdk'],
  }
  writeFileSync(join(dist, 'package.json'), `${JSON.stringify(own, null, 2)}\n`)
}

/**
 * All packages that claimd runs with, in the versions that it was tested with: npm knows nothing of our lock file where
 * claimd is installed from an archive. What is made for one platform comes with what needs it.
 */
function lockedVersions(): Record<string, string> {
  const { packages } = readJson('package-lock.json')
  const locked = Object.entries(packages as Record<string, Locked>).flatMap(([path, one]) => {
    const [, name] = /^node_modules\/((?:@[^/]+\/)?[^/]+)$/.exec(path) ?? []
    return name === undefined || one.dev || one.optional || one.link ? [] : [[name, one.version] as const]
  })
  return Object.fromEntries(locked)
}

interface Locked {
  version: string
  dev?: true
  optional?: true
  /** A member of the workspace. */
  link?: true
}

function copy(...paths: string[]): void {
  for (const path of paths) {
    const to = join(dist, path)
    rmSync(to, { recursive: true, force: true })
    mkdirSync(dirname(to), { recursive: true })
    cpSync(join(root, path), to, { recursive: true, filter: (from) => basename(from) !== '.tsbuildinfo' })
  }
}

function copySdk(): void {
  const from = join(root, 'sdk')
  rmSync(sdk, { recursive: true, force: true })
  mkdirSync(sdk, { recursive: true })
  for (const path of ['package.json', 'docs', 'dist']) {
    const filter = (one: string) => basename(one) !== '.tsbuildinfo'
    cpSync(join(from, path), join(sdk, path), { recursive: true, filter })
  }
  // They lead to the sources from where they lie.
  for (const entry of readdirSync(join(sdk, 'dist'), { recursive: true, withFileTypes: true })) {
    if (!entry.name.endsWith('.js.map')) continue
    const file = join(entry.parentPath, entry.name)
    const original = join(from, relative(sdk, entry.parentPath))
    const map = JSON.parse(readFileSync(file, 'utf8'))
    map.sources = map.sources.map((source: string) => relative(entry.parentPath, join(original, source)))
    writeFileSync(file, JSON.stringify(map))
  }
}

/** The pages of the SDK lie elsewhere in the package than in a checkout. */
function linkPagesToSdk(): void {
  const pages = ['README.md', ...readdirSync(join(dist, 'host/docs')).map((name) => `host/docs/${name}`)]
  for (const page of pages) {
    const text = readFileSync(join(dist, page), 'utf8')
    const linked = text.replace(/\]\(((?:\.\.\/)*)sdk\//g, ']($1node_modules/@claimd/sdk/')
    writeFileSync(join(dist, page), linked)
  }
}

function readJson(path: string) {
  return JSON.parse(readFileSync(join(root, path), 'utf8'))
}
