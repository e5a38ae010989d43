import { existsSync, statSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { dirname, relative, resolve } from 'node:path'
import type { Fault, Manifest } from '@claimd/sdk'
import type { BuildFailure, Message, OnResolveArgs, OnResolveResult, Plugin, PluginBuild } from 'esbuild'
import { typescriptSource } from '../manifest/typescript-source.js'
import { formatFaults } from './module-format.js'

/** What a plugin imports. Files of faults are paths in the copy, with line and column behind them. */
export interface Imports {
  faults: Fault[]
  warnings: Fault[]
  /** Every file that is imported, directly or not, as a path in the copy. */
  imported: Set<string>
}

const sdk = '@claimd/sdk'
const expected = `a file of the plugin, a package that it names under dependencies, or ${sdk}`
/** What esbuild calls an import whose target only the running program knows. */
const dynamic = new Set(['unsupported-dynamic-import', 'unsupported-require-call', 'indirect-require'])
/** So many warnings are told. */
const warningLimit = 20

/**
 * Follows all imports of a plugin from its `main`, in its copy, as Node would. Nothing of it runs. An import that may
 * fail (`require` in a `try`, `import()` with a `catch`) is no fault, nor is one whose target is not a plain text.
 * @param copy a copy of the plugin, with its packages
 */
export async function checkImports(
  copy: string,
  { manifest, entry }: { manifest: Manifest; entry: string },
): Promise<Imports> {
  const start = existsSync(entry) ? entry : (typescriptSource(copy, manifest.main) ?? entry)
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
      logOverride: Object.fromEntries([...dynamic].map((id) => [id, 'warning'])),
      plugins: [asNode(copy, manifest)],
    })
    return {
      faults: formatFaults(copy, metafile.inputs, warnings),
      warnings: dynamicImports(warnings),
      imported: new Set(Object.keys(metafile.inputs)),
    }
  } catch (error) {
    const { errors, warnings } = error as BuildFailure
    if (!Array.isArray(errors)) throw error
    const faults = [...errors.map(faultOf), ...formatFaults(copy, {}, warnings)]
    return { faults, warnings: dynamicImports(warnings), imported: new Set() }
  }
}

/** Resolves imports where Node differs from bundlers, and nowhere but in the copy. */
function asNode(copy: string, manifest: Manifest): Plugin {
  return {
    name: 'as-node',
    setup: (build) => {
      build.onResolve({ filter: /.*/ }, (args) => {
        if (args.kind === 'entry-point' || args.pluginData === resolving) return undefined
        return resolveImport(build, args, copy, manifest)
      })
    },
  }
}

/** Marks a question that is for esbuild itself. */
const resolving = {}

async function resolveImport(
  build: PluginBuild,
  args: OnResolveArgs,
  copy: string,
  manifest: Manifest,
): Promise<OnResolveResult | undefined> {
  const { path, kind, importer, resolveDir } = args
  if (isBuiltin(path) || path === sdk || path.startsWith('data:')) return { path, external: true }
  if (path.startsWith('node:')) return fault(`import of ${quoted(path)}, which this Node does not have`)
  if (path.startsWith(`${sdk}/`)) {
    return fault(`import of ${quoted(path)}, which is not there when a plugin runs`, `Import from '${sdk}'`)
  }
  if (/^(?:\/|[a-z][a-z+.-]*:)/i.test(path)) {
    return fault(`import of ${quoted(path)}, which lies outside of the plugin`)
  }
  const isModuleImport = kind === 'import-statement' || kind === 'dynamic-import'
  const found = await build.resolve(path, { kind, importer, resolveDir, pluginData: resolving })
  if (found.errors.length > 0 || found.path === '') {
    // Of others esbuild knows whether the plugin minds.
    return kind === 'import-statement' ? notThere(path, manifest) : undefined
  }
  if (found.external) return { path, external: true }
  if (!found.path.startsWith(`${copy}/`)) return notThere(path, manifest)
  if (isModuleImport && !isTypeScript(importer)) {
    const wrong = moduleFault(args, found.path)
    if (wrong) return wrong
  }
  return { path: found.path, namespace: found.namespace, suffix: found.suffix }
}

/** What Node refuses to a module, though `require` or a bundler would find it. */
function moduleFault({ path, importer, with: attributes }: OnResolveArgs, found: string) {
  const plain = path.replace(/[?#].*$/, '')
  if (/^\.{1,2}(?:\/|$)/.test(plain)) {
    const file = resolve(dirname(importer), decodeURIComponent(plain))
    if (!statSync(file, { throwIfNoEntry: false })?.isFile()) {
      const whole = relative(dirname(importer), found)
      const right = whole.startsWith('.') ? whole : `./${whole}`
      return fault(
        `import of ${quoted(path)}, which is no file: a module names files whole`,
        `Write '${right}'`,
      )
    }
  }
  if (found.endsWith('.json') && attributes?.type !== 'json') {
    return fault(`import of ${quoted(path)} without its type`, `Write: with { type: 'json' }`)
  }
  return undefined
}

function notThere(path: string, manifest: Manifest) {
  if (/^[.#]/.test(path))
    return fault(`import of ${quoted(path)}, which is not there`, 'Build the plugin, or correct the path')
  const name = /^(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? path
  const { dependencies } = manifest as { dependencies?: Record<string, unknown> }
  if (Object.hasOwn(dependencies ?? {}, name))
    return fault(
      `import of ${quoted(path)}, which package ${name} does not have`,
      'Install it again, or correct it',
    )
  const remedy = `Name ${name} under dependencies: npm install ${name}`
  return fault(`import of ${quoted(path)}, which is not among its dependencies`, remedy)
}

function fault(text: string, remedy = 'Correct it'): OnResolveResult {
  return { errors: [{ text, detail: { remedy } }] }
}

function quoted(path: string): string {
  return JSON.stringify(path)
}

function faultOf({ text, location, detail }: Message): Fault {
  const remedy: unknown = detail?.remedy
  return {
    file: placeOf(location),
    field: '',
    found: text,
    // Without a remedy of ours it is esbuild that cannot read the file.
    expected: typeof remedy === 'string' ? expected : 'JavaScript that Node can read',
    remedy: typeof remedy === 'string' ? remedy : `Correct the line: ${location?.lineText.trim() ?? ''}`,
  }
}

function dynamicImports(warnings: readonly Message[]): Fault[] {
  return warnings
    .filter(({ id }) => dynamic.has(id))
    .slice(0, warningLimit)
    .map(({ location }) => ({
      file: placeOf(location),
      field: '',
      found: 'an import whose target only the running plugin knows',
      expected: 'imports of plain texts, which can be checked',
      remedy: 'Try it with the conformance kit: claimd plugin verify DIR',
    }))
}

function placeOf(location: Message['location']): string {
  return location ? `${location.file}:${location.line}:${location.column + 1}` : ''
}

function isTypeScript(file: string): boolean {
  return /\.[cm]?tsx?$/.test(file)
}
