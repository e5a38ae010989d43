import { statSync } from 'node:fs'
import { dirname, relative, resolve } from 'node:path'
import type { Manifest } from '@claimd/sdk'
import type { OnResolveArgs, OnResolveResult } from 'esbuild'

/** What Node refuses to a module, though `require` or a bundler would find it. */
export function refusedToModule({ path, importer, with: attributes }: OnResolveArgs, found: string) {
  const plain = path.replace(/[?#].*$/, '')
  if (/^\.{1,2}(?:\/|$)/.test(plain)) {
    const file = resolve(dirname(importer), decodeURIComponent(plain))
    if (!statSync(file, { throwIfNoEntry: false })?.isFile()) {
      const whole = relative(dirname(importer), found)
      const right = whole.startsWith('.') ? whole : `./${whole}`
      return refuse(
        `import of ${quoted(path)}, which is no file: a module names files whole`,
        `Write '${right}'`,
      )
    }
  }
  if (found.endsWith('.json') && attributes?.type !== 'json') {
    return refuse(`import of ${quoted(path)} without its type`, `Write: with { type: 'json' }`)
  }
  return undefined
}

/** Refuses an import of what is not there. */
export function notThere(path: string, manifest: Manifest): OnResolveResult {
  const { found, remedy } = missingImport(path, manifest)
  return refuse(found, remedy)
}

/** Why an import leads nowhere. */
export function missingImport(path: string, manifest: Manifest): { found: string; remedy: string } {
  if (/^[.#]/.test(path)) {
    const found = `import of ${quoted(path)}, which is not there`
    return { found, remedy: 'Build the plugin, or correct the path' }
  }
  const name = /^(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? path
  const { dependencies } = manifest as { dependencies?: Record<string, unknown> }
  if (Object.hasOwn(dependencies ?? {}, name)) {
    const found = `import of ${quoted(path)}, which package ${name} does not have`
    return { found, remedy: 'Install it again, or correct it' }
  }
  const found = `import of ${quoted(path)}, which is not among its dependencies`
  return { found, remedy: `Name ${name} under dependencies: npm install ${name}` }
}

/** What esbuild is told of an import that is refused. */
export function refuse(text: string, remedy = 'Correct it'): OnResolveResult {
  return { errors: [{ text, detail: { remedy } }] }
}

export function quoted(path: string): string {
  return JSON.stringify(path)
}
