import { existsSync, readdirSync, statSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { isBuiltin } from 'node:module'
import { dirname, extname, join, relative, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Fault, Manifest } from '@claimd/sdk'
import type {
  BuildFailure,
  Loader,
  Message,
  OnResolveArgs,
  OnResolveResult,
  Plugin,
  PluginBuild,
} from 'esbuild'
import { typescriptSource } from '../manifest/typescript-source.js'
import { formatFaults } from './module-format.js'
import { literalAt, moduleReferences, type Reference, resolves } from './module-references.js'
import { missingImport, notThere, quoted, refuse, refusedToModule } from './refused-imports.js'

/** What a plugin imports. Files of faults are paths in the copy, with line and column behind them. */
export interface Imports {
  faults: Fault[]
  warnings: Fault[]
  /** Every file that is imported or named by a module, directly or not, as a path in the copy. */
  imported: Set<string>
}

const sdk = '@claimd/sdk'
const expected = `a file of the plugin, a package that it names under dependencies, or ${sdk}`
/** What esbuild calls an import whose target only the running program knows. */
const dynamic = new Set(['unsupported-dynamic-import', 'unsupported-require-call', 'indirect-require'])
/** So many warnings are told. */
const warningLimit = 20
/** The namespace of modules that stand for what other modules name without importing it, one reference a line. */
const references = 'references'
const loaders: Readonly<Record<string, Loader>> = { '.ts': 'ts', '.mts': 'ts', '.cts': 'ts', '.tsx': 'tsx' }

/** What is found out while the imports are followed. */
class Followed {
  readonly copy: string
  readonly manifest: Manifest
  readonly faults: Fault[] = []
  readonly warnings: Fault[] = []
  /** As paths in the copy. */
  readonly files = new Set<string>()
  /** What was not found, as it is written. */
  readonly missing = new Set<string>()
  /** What is behind the lines of a module in the namespace of references, by the module that it stands for. */
  readonly references = new Map<string, readonly Reference[]>()

  constructor(copy: string, manifest: Manifest) {
    this.copy = copy
    this.manifest = manifest
  }

  pathOf(file: string): string {
    return relative(this.copy, file)
  }
}

/**
 * Follows all imports of a plugin from its `main`, in its copy, as Node would, and what its modules name by
 * `createRequire` and `new URL(…, import.meta.url)`. Nothing of it runs. An import that may fail (`require` in a `try`,
 * `import()` with a `catch`) is no fault, nor is one whose target is not a plain text.
 * @param copy a copy of the plugin, with its packages
 */
export async function checkImports(
  copy: string,
  { manifest, entry }: { manifest: Manifest; entry: string },
): Promise<Imports> {
  const start = existsSync(entry) ? entry : (typescriptSource(copy, manifest.main) ?? entry)
  const followed = new Followed(copy, manifest)
  // Loaded only here: a daemon should not carry it.
  const { build } = await import('esbuild')
  try {
    const { metafile, warnings } = await build({
      entryPoints: [start],
      absWorkingDir: copy,
      outdir: '/out',
      bundle: true,
      write: false,
      metafile: true,
      platform: 'node',
      format: 'esm',
      target: 'esnext',
      // What Node looks at, and nothing that only bundlers know.
      mainFields: ['main'],
      conditions: ['module-sync', 'node-addons'],
      resolveExtensions: isTypeScript(start) ? ['.ts', '.js', '.json'] : ['.js', '.json', '.node'],
      nodePaths: [],
      tsconfigRaw: '{}',
      ignoreAnnotations: true,
      loader: { '.node': 'empty', '.wasm': 'empty' },
      logLevel: 'silent',
      logLimit: 0,
      logOverride: {
        ...Object.fromEntries([...dynamic].map((id) => [id, 'warning'])),
        ...resolves.logOverride,
      },
      define: resolves.define,
      plugins: [asNode(followed)],
    })
    const imported = Object.entries(metafile.inputs).filter(([path]) => !path.startsWith(`${references}:`))
    return {
      faults: [...formatFaults(copy, Object.fromEntries(imported), warnings), ...followed.faults],
      warnings: [...dynamicImports(warnings, followed), ...followed.warnings].slice(0, warningLimit),
      imported: new Set([...imported.map(([path]) => path), ...followed.files]),
    }
  } catch (error) {
    const { errors, warnings } = error as BuildFailure
    if (!Array.isArray(errors)) throw error
    const faults = [
      ...errors.map((message) => faultOf(message, followed)),
      ...formatFaults(copy, {}, warnings),
    ]
    return {
      faults: [...faults, ...followed.faults],
      warnings: [...dynamicImports(warnings, followed), ...followed.warnings].slice(0, warningLimit),
      imported: new Set(),
    }
  }
}

/** Resolves imports where Node differs from bundlers, and nowhere but in the copy. */
function asNode(followed: Followed): Plugin {
  return {
    name: 'as-node',
    setup: (build) => {
      build.onResolve({ filter: /.*/ }, (args) => {
        if (args.kind === 'entry-point' || args.pluginData === resolving) return undefined
        if (args.path === `${references}:`) return { path: args.importer, namespace: references }
        return resolveImport(build, args, followed)
      })
      build.onLoad({ filter: /\.[cm]?[jt]sx?$/, namespace: 'file' }, async ({ path }) => {
        const text = await readFile(path, 'utf8')
        const loader = loaders[extname(path)] ?? 'js'
        const found = await moduleReferences(text, loader)
        for (const reference of found) if (reference.kind === 'file') followFile(followed, path, reference)
        const required = found.filter(({ kind }) => kind !== 'file')
        if (required.length === 0) return undefined
        followed.references.set(followed.pathOf(path), required)
        return { contents: `${text}\nimport '${references}:'`, loader }
      })
      build.onLoad({ filter: /.*/, namespace: references }, ({ path }) => {
        const lines = (followed.references.get(followed.pathOf(path)) ?? []).map(
          ({ kind, path, mayFail }) => {
            // An unused result of `require.resolve` esbuild would leave out.
            const call = `${kind === 'resolve' ? 'exports.x = require.resolve' : 'require'}(${quoted(path)})`
            return mayFail ? `try { ${call} } catch {}` : call
          },
        )
        return { contents: lines.join('\n'), loader: 'js', resolveDir: dirname(path) }
      })
    },
  }
}

/** Follows a file or folder that a module names beside itself. A folder above the module itself says nothing. */
function followFile(followed: Followed, module: string, { path, mayFail, line, column }: Reference): void {
  if (/^(?:\/|[a-z][a-z\d+.-]*:)/i.test(path)) return
  const target = resolve(fileURLToPath(new URL(path, pathToFileURL(module))))
  if (`${module}/`.startsWith(`${target}/`)) return
  const found = isWithin(target, followed.copy) ? statSync(target, { throwIfNoEntry: false }) : undefined
  if (found?.isDirectory()) {
    for (const entry of readdirSync(target, { recursive: true, withFileTypes: true })) {
      if (entry.isFile()) followed.files.add(followed.pathOf(join(entry.parentPath, entry.name)))
    }
  } else if (found) followed.files.add(followed.pathOf(target))
  else if (line > 0) {
    // Of a package perhaps nothing that reads it is ever called.
    const isPackage = /(?:^|\/)node_modules\//.test(followed.pathOf(module))
    const about = mayFail || isPackage ? followed.warnings : followed.faults
    about.push({
      file: `${followed.pathOf(module)}:${line}:${column}`,
      field: '',
      found: `the path ${quoted(path)}, which is not there`,
      expected: 'a file of the plugin',
      remedy: 'Add the file, or correct the path; for an archive with it: claimd plugin pack DIR',
    })
  }
}

function isWithin(path: string, folder: string): boolean {
  return path.startsWith(`${folder}/`)
}

/** Marks a question that is for esbuild itself. */
const resolving = {}

async function resolveImport(
  build: PluginBuild,
  args: OnResolveArgs,
  followed: Followed,
): Promise<OnResolveResult | undefined> {
  const { copy, manifest, missing, files } = followed
  const { path, kind, importer, resolveDir } = args
  if (isBuiltin(path) || path === sdk || path.startsWith('data:')) return { path, external: true }
  if (path.startsWith('node:')) return refuse(`import of ${quoted(path)}, which this Node does not have`)
  if (path.startsWith(`${sdk}/`)) {
    return refuse(`import of ${quoted(path)}, which is not there when a plugin runs`, `Import from '${sdk}'`)
  }
  if (/^(?:\/|[a-z][a-z+.-]*:)/i.test(path)) {
    return refuse(`import of ${quoted(path)}, which lies outside of the plugin`)
  }
  const isModuleImport = kind === 'import-statement' || kind === 'dynamic-import'
  const found = await build.resolve(path, { kind, importer, resolveDir, pluginData: resolving })
  if (found.errors.length > 0 || found.path === '') {
    missing.add(path)
    // Of others esbuild knows whether the plugin minds.
    return kind === 'import-statement' ? notThere(path, manifest) : undefined
  }
  if (found.external) return { path, external: true }
  if (!isWithin(found.path, copy)) return notThere(path, manifest)
  if (isModuleImport && !isTypeScript(importer)) {
    const wrong = refusedToModule(args, found.path)
    if (wrong) return wrong
  }
  if (kind === 'require-resolve') {
    files.add(followed.pathOf(found.path))
    return { path, external: true }
  }
  return { path: found.path, namespace: found.namespace, suffix: found.suffix }
}

function faultOf({ text, location, detail }: Message, followed: Followed): Fault {
  const about = { file: placeOf(location, followed), field: '' }
  const remedy: unknown = detail?.remedy
  if (typeof remedy === 'string') return { ...about, found: text, expected, remedy }
  const path = location ? literalAt(location) : ''
  if (followed.missing.has(path)) return { ...about, expected, ...missingImport(path, followed.manifest) }
  // Without a remedy of ours it is esbuild that cannot read the file.
  return {
    ...about,
    found: text,
    expected: 'JavaScript that Node can read',
    remedy: `Correct the line: ${location?.lineText.trim() ?? ''}`,
  }
}

function dynamicImports(warnings: readonly Message[], followed: Followed): Fault[] {
  return warnings
    .filter(({ id }) => dynamic.has(id))
    .map(({ location }) => ({
      file: placeOf(location, followed),
      field: '',
      found: 'an import whose target only the running plugin knows',
      expected: 'imports of plain texts, which can be checked',
      remedy: 'Try it with the conformance kit: claimd plugin verify DIR',
    }))
}

function placeOf(location: Message['location'], followed: Followed): string {
  if (!location) return ''
  const { file, line, column } = location
  if (!file.startsWith(`${references}:`)) return `${file}:${line}:${column + 1}`
  const module = followed.pathOf(file.slice(references.length + 1))
  const named = followed.references.get(module)?.[line - 1]
  return named && named.line > 0 ? `${module}:${named.line}:${named.column}` : module
}

function isTypeScript(file: string): boolean {
  return /\.[cm]?tsx?$/.test(file)
}
