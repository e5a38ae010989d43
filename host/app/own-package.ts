import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder of the package, seen from the compiled file. */
const packageFolder = resolve(fileURLToPath(import.meta.url), '../../..')

/** The folder of the plugins that ship with claimd. */
export const bundledFolder = join(packageFolder, 'plugins')

export function packageVersion(): string {
  return JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8')).version
}

/** The folders that plugins are looked for in. @param bundled whether the plugins that ship with claimd take part */
export function searchFolders(plugins: readonly string[], bundled: boolean) {
  const folders = plugins.map((path) => ({ path, bundled: false }))
  return bundled ? [...folders, { path: bundledFolder, bundled: true }] : folders
}
