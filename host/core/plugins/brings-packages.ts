import { withoutMark } from '../documents/json-syntax.js'

const keys = ['dependencies', 'optionalDependencies', 'bundleDependencies', 'bundledDependencies']

/**
 * Whether a plugin uses packages when it runs, which its folder `node_modules` holds then. Of one that does not,
 * that folder is the author's workshop (a compiler, the SDK as a link) and no part of the plugin.
 * @param manifest the text of its `package.json`
 */
export function bringsPackages(manifest: string): boolean {
  let fields: unknown
  try {
    fields = JSON.parse(withoutMark(manifest))
  } catch {
    // What it would say is not known; what is wrong with it is told by the manifest's check.
    return false
  }
  if (typeof fields !== 'object' || fields === null) return false
  const of = fields as Record<string, unknown>
  return keys.some((key) => {
    const value = of[key]
    return typeof value === 'object' && value !== null ? Object.keys(value).length > 0 : value === true
  })
}
