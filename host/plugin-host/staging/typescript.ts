import { dirname, join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Fault } from '@claimd/sdk'
import type { BuildFailure, Message } from 'esbuild'
import { readManifestText } from '../discovery/manifest-text.js'
import { typescriptSource } from '../manifest/typescript-source.js'

/**
 * Under `--dev`: compiles the TypeScript source of a plugin's `main`, where there is one, and puts the result in
 * the place of `main`. Types are not checked.
 * @param copy the plugin's copy, which is compiled and changed
 * @param folder the plugin's own folder: where stack traces and faults lead
 * @returns what keeps it from being compiled
 */
export async function compileSource(copy: string, folder: string): Promise<Fault[]> {
  const { main, type } = await mainOf(copy)
  const source = main === null ? null : typescriptSource(copy, main)
  if (main === null || source === null) return []
  // Only developers need it, and they need it on every machine that claimd runs on.
  const { build } = await import('esbuild')
  try {
    await build({
      entryPoints: [source],
      outfile: join(copy, main),
      absWorkingDir: copy,
      bundle: true,
      packages: 'external',
      platform: 'node',
      target: 'node20',
      format: isModule(main, type) ? 'esm' : 'cjs',
      sourcemap: 'inline',
      sourceRoot: pathToFileURL(`${dirname(join(folder, main))}/`).href,
      logLevel: 'silent',
    })
    return []
  } catch (error) {
    const { errors } = error as BuildFailure
    if (!Array.isArray(errors)) throw error
    return errors.map((one) => compileFault(one, folder))
  }
}

/** As far as it can be told; what is wrong with a manifest is told by its check. */
async function mainOf(copy: string): Promise<{ main: string | null; type: unknown }> {
  try {
    const { main, type } = JSON.parse(await readManifestText(copy))
    const isInside = typeof main === 'string' && !relative(copy, join(copy, main)).startsWith('..')
    return { main: isInside ? main : null, type }
  } catch {
    return { main: null, type: undefined }
  }
}

function isModule(main: string, type: unknown): boolean {
  return main.endsWith('.mjs') || (!main.endsWith('.cjs') && type === 'module')
}

function compileFault({ text, location }: Message, folder: string): Fault {
  const place = location ? `${location.file}:${location.line}:${location.column + 1}` : ''
  return {
    file: join(folder, place),
    field: '',
    found: text,
    expected: 'TypeScript that compiles',
    remedy: location ? `Correct the line: ${location.lineText.trim()}` : 'Correct the source',
  }
}
