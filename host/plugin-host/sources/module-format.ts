import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { Fault } from '@claimd/sdk'
import type { Message, Metafile } from 'esbuild'
import { withoutMark } from '../../core/documents/json-syntax.js'

/** What esbuild calls `module.exports =` or `exports.x =` in a file that Node takes for an ES module. */
const commonJsVariable = 'commonjs-variable-in-esm'
/** A file that asks which of them exist, or that catches what is thrown, may run as an ES module all the same. */
const guarded = /\btypeof\s+(?:require|module|exports)\b|\btry\b/

/**
 * The files that are written in another format than Node takes them for: as ES modules or as CommonJS.
 * @param copy the plugin's copy; the paths of the faults are in it
 */
export function formatFaults(
  copy: string,
  inputs: Metafile['inputs'],
  warnings: readonly Message[],
): Fault[] {
  // Each file is told once.
  const faults = new Map<string, Fault>()
  for (const { id, location } of warnings) {
    if (id !== commonJsVariable || !location || isGuarded(copy, location.file)) continue
    const place = `${location.file}:${location.line}:${location.column + 1}`
    if (!faults.has(location.file)) faults.set(location.file, exportsAsCommonJs(location.file, place))
  }
  for (const [path, { format, imports }] of Object.entries(inputs)) {
    if (format !== 'esm' || faults.has(path)) continue
    const fault = takenForCommonJs(copy, path) ?? requires(copy, path, imports)
    if (fault) faults.set(path, fault)
  }
  return [...faults.values()]
}

/** An ES module that Node takes for CommonJS. */
function takenForCommonJs(copy: string, path: string): Fault | null {
  const about = { file: path, field: '', found: `${path} is an ES module: it has import or export` }
  if (path.endsWith('.cjs')) {
    const remedy = 'Rename it to .mjs, or write it with require and module.exports'
    return { ...about, expected: 'CommonJS, as the ending .cjs says', remedy }
  }
  const manifest = path.endsWith('.js') ? nearestManifest(copy, dirname(path)) : null
  if (manifest === null || typeOf(resolve(copy, manifest)) !== 'commonjs') return null
  return {
    ...about,
    expected: `CommonJS, as "type": "commonjs" in ${manifest} says`,
    remedy: `Write "type": "module" in ${manifest}, or rename the file to .mjs`,
  }
}

/** CommonJS that Node takes for an ES module. */
function exportsAsCommonJs(path: string, place: string): Fault {
  return {
    file: place,
    field: '',
    found: `${path} is CommonJS: it sets module.exports or exports, which an ES module does not have`,
    expected: path.endsWith('.mjs')
      ? 'an ES module, as the ending .mjs says'
      : 'an ES module, as "type": "module" in its package.json says',
    remedy: 'Rename it to .cjs, or write it with import and export',
  }
}

/** An ES module that calls `require` all the same. */
function requires(copy: string, path: string, imports: Metafile['inputs'][string]['imports']): Fault | null {
  const isRequired = ({ kind }: { kind: string }) => kind === 'require-call' || kind === 'require-resolve'
  if (!imports.some(isRequired) || isGuarded(copy, path)) return null
  const lines = textOf(copy, path).split('\n')
  const line = lines.findIndex((text) => /\brequire\s*[(.]/.test(text)) + 1
  return {
    file: line === 0 ? path : `${path}:${line}`,
    field: '',
    found: `${path} calls require, which an ES module does not have`,
    expected: 'import, or require made with createRequire of node:module',
    remedy: 'Write import instead; if the whole file is CommonJS, rename it to .cjs',
  }
}

function isGuarded(copy: string, path: string): boolean {
  return guarded.test(textOf(copy, path))
}

function textOf(copy: string, path: string): string {
  return readFileSync(resolve(copy, path), 'utf8')
}

/** The package.json that counts for the files of a folder, as a path in the copy. */
function nearestManifest(copy: string, folder: string): string | null {
  const manifest = join(folder, 'package.json')
  if (existsSync(resolve(copy, manifest))) return manifest
  return folder === '.' ? null : nearestManifest(copy, dirname(folder))
}

function typeOf(manifest: string): unknown {
  try {
    return JSON.parse(withoutMark(readFileSync(manifest, 'utf8'))).type
  } catch {
    // Of a package that cannot be read Node says so itself.
    return undefined
  }
}
