import { basename } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { PluginModule } from '@claimd/sdk'

/** Imports a plugin's entry file, an ES module or a CommonJS one. */
export async function loadModule(entry: string): Promise<PluginModule> {
  const imported = await import(pathToFileURL(entry).href)
  const module = typeof imported.activate === 'function' ? imported : imported.default
  if (typeof module?.activate !== 'function') {
    throw new Error(`${basename(entry)} does not export a function "activate"`)
  }
  return module
}
