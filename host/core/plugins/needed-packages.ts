import { withoutMark } from '../documents/json-syntax.js'

/** A package that a `package.json` names for run time. */
export interface NeededPackage {
  name: string
  /** The key of the manifest that names it, for faults. */
  key: string
  /** Whether it may be lacking: `optionalDependencies`, `peerDependencies`. */
  optional: boolean
}

/** The host provides it, in its own version, so a copy of the plugin never holds it. */
const provided = '@claimd/sdk'

/** In the order of precedence: what is optional in one of them is optional, as with npm. */
const keys = ['optionalDependencies', 'dependencies', 'peerDependencies'] as const
const packageName = /^(?:@[^/\\@.][^/\\]*\/)?[^/\\@.][^/\\]*$/

/**
 * The packages that a plugin, or a package of its, needs when it runs, in the order of their names. What it was made
 * with (`devDependencies`) is not among them, and the SDK is provided by the host.
 * @param manifest the text of its `package.json`; of a faulty one nothing is known
 */
export function neededPackages(manifest: string): NeededPackage[] {
  let fields: unknown
  try {
    fields = JSON.parse(withoutMark(manifest))
  } catch {
    return []
  }
  if (typeof fields !== 'object' || fields === null) return []
  const of = fields as Record<string, unknown>
  const needed = new Map<string, NeededPackage>()
  const add = (name: string, key: string, optional: boolean) => {
    if (name === provided || !packageName.test(name) || needed.has(name)) return
    needed.set(name, { name, key, optional })
  }
  for (const key of keys) {
    const value = of[key]
    if (typeof value !== 'object' || value === null) continue
    for (const name of Object.keys(value)) add(name, key, key !== 'dependencies')
  }
  for (const key of ['bundleDependencies', 'bundledDependencies']) {
    const value = of[key]
    if (Array.isArray(value)) for (const name of value) if (typeof name === 'string') add(name, key, true)
  }
  return [...needed.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
}
