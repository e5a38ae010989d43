import { realpath, stat } from 'node:fs/promises'
import { basename, dirname, join, relative } from 'node:path'
import type { Fault } from '@claimd/sdk'
import { type NeededPackage, neededPackages } from '../../core/plugins/needed-packages.js'
import { folderLimits } from './folder-limits.js'
import { isIgnoredName } from './ignored.js'
import { readManifestText } from './manifest-text.js'

/** How deep packages of a plugin may lie in each other's `node_modules`. */
const packageDepth = 16

/** A package that a plugin runs with, at a place of its own in the plugin's copy. */
export interface PlacedPackage {
  /** Where it lies in the copy, such as `node_modules/a/node_modules/b`. */
  path: string
  /** Its folder, links followed. */
  folder: string
}

export interface FoundPackages {
  packages: readonly PlacedPackage[]
  /** The paths at which packages were found, links not followed. */
  ways: readonly string[]
  faults: readonly Fault[]
}

interface Package {
  folder: string
  /** By name. */
  needs: Map<string, Package>
}

/**
 * Finds the packages that a plugin runs with, and those that they need in turn, where Node would find them: in
 * `node_modules` of the folder or of one above it, links followed. That covers what npm, pnpm and workspaces make.
 *
 * Each gets a place below `node_modules` of the copy, so that there every package finds the same ones. What already
 * lies at such a place in the folder keeps it.
 * @param root the plugin's folder, links followed
 * @param inside whether a package must lie in the folder itself
 */
export async function findPackages(root: string, inside: boolean): Promise<FoundPackages> {
  const finding = new Finding(root, inside)
  const [plugin, ...found] = await finding.all()
  const { packages, tooDeep } = place(root, plugin!, found)
  return {
    packages,
    ways: [...finding.ways],
    faults: [...finding.faults, ...(tooDeep === null ? [] : [depthFault(root, tooDeep)])],
  }
}

class Finding {
  readonly #root: string
  readonly #inside: boolean
  readonly ways = new Set<string>()
  readonly faults: Fault[] = []

  constructor(root: string, inside: boolean) {
    this.#root = root
    this.#inside = inside
  }

  /** The plugin, and all packages that it runs with. */
  async all(): Promise<Package[]> {
    const made = new Map<string, Package>()
    const packageIn = (folder: string) => {
      const one = made.get(folder) ?? { folder, needs: new Map() }
      made.set(folder, one)
      return one
    }
    packageIn(this.#root)
    // A map is gone through with what is added meanwhile.
    for (const { folder, needs } of made.values()) {
      if (made.size > folderLimits.files) break
      for (const needed of await this.#neededBy(folder)) {
        const found = await this.#find(needed, folder)
        if (found !== null) needs.set(needed.name, packageIn(found))
      }
    }
    return [...made.values()]
  }

  async #neededBy(folder: string): Promise<NeededPackage[]> {
    return neededPackages(await readManifestText(folder).catch(() => ''))
  }

  /** The folder of a package that is imported from another one's folder. */
  async #find(needed: NeededPackage, from: string): Promise<string | null> {
    for (let above = from; ; above = dirname(above)) {
      const path = join(above, 'node_modules', needed.name)
      const folder = basename(above) === 'node_modules' ? null : await folderAt(path)
      if (folder !== null) return this.#accept(needed, path, folder, from)
      if (above === '/' || (this.#inside && above === this.#root)) break
    }
    if (!needed.optional) this.#lacking(needed, from)
    return null
  }

  async #accept(
    { name, key }: NeededPackage,
    path: string,
    folder: string,
    from: string,
  ): Promise<string | null> {
    const isWithin = folder.startsWith(`${this.#root}/`)
    if (!isWithin && (this.#root === folder || this.#root.startsWith(`${folder}/`))) {
      this.#fault(from, key, name, `a link to ${folder}, which holds the plugin`, 'a folder of its own')
      return null
    }
    if (!isWithin && (this.#inside || !(await isPackage(folder, name)))) {
      this.#fault(from, key, name, `a link to ${folder}, which is no package of that name`, 'a package')
      return null
    }
    this.ways.add(path)
    return folder
  }

  #lacking({ name, key }: NeededPackage, from: string): void {
    this.#fault(from, key, name, 'no such package in node_modules', 'an installed package')
  }

  #fault(from: string, key: string, name: string, found: string, expected: string): void {
    this.faults.push({
      file: join(from, 'package.json'),
      field: `${key}.${name}`,
      found,
      expected,
      remedy: this.#remedy(from),
    })
  }

  #remedy(from: string): string {
    if (this.#inside)
      return 'Make the archive with claimd plugin pack (npm run pack): npm pack leaves packages out'
    return from === this.#root
      ? 'Install it (npm install), or name it under devDependencies if the build bundles it'
      : 'Install the packages again: npm install'
  }
}

async function folderAt(path: string): Promise<string | null> {
  try {
    const folder = await realpath(path)
    return (await stat(folder)).isDirectory() ? folder : null
  } catch {
    return null
  }
}

/**
 * Whether a folder outside of the plugin may be copied as a package: package managers keep it in a `node_modules`, or
 * it says its name itself, as members of a workspace do. A link to any other folder could be meant to have files
 * copied that the plugin must not read.
 */
async function isPackage(folder: string, name: string): Promise<boolean> {
  const parent = dirname(folder)
  const holder = basename(parent).startsWith('@') ? dirname(parent) : parent
  if (basename(holder) === 'node_modules') return true
  try {
    return JSON.parse(await readManifestText(folder)).name === name
  } catch {
    return false
  }
}

/** Gives each package its place; one that is needed beside another of its name gets several. */
function place(root: string, plugin: Package, found: readonly Package[]) {
  const places = new Map<string, Package>()
  for (const one of found) {
    const path = relative(root, one.folder)
    if (isPlace(path)) places.set(path, one)
  }
  let tooDeep: string | null = null
  const todo: [path: string, one: Package][] = [['', plugin], ...[...places].sort(byPath)]
  for (let next = todo.shift(); next !== undefined; next = todo.shift()) {
    const [path, { needs }] = next
    for (const [name, needed] of needs) {
      const seen = nearest(places, path, name)
      if (seen === needed) continue
      const free = join(seen === undefined ? '' : path, 'node_modules', name)
      if (free.split('node_modules/').length > packageDepth || places.size > folderLimits.files) {
        tooDeep ??= free
        continue
      }
      places.set(free, needed)
      todo.push([free, needed])
    }
  }
  const packages = [...places].sort(byPath).map(([path, { folder }]) => ({ path, folder }))
  return { packages, tooDeep }
}

/** The package that Node finds under a name from a place. */
function nearest(places: ReadonlyMap<string, Package>, from: string, name: string): Package | undefined {
  for (let path = from; ; path = dirname(path)) {
    if (basename(path) !== 'node_modules') {
      const there = places.get(join(path, 'node_modules', name))
      if (there !== undefined) return there
    }
    if (path === '' || path === '.') return undefined
  }
}

/** Whether a path within the plugin is one at which Node looks for packages, and which is copied. */
function isPlace(path: string): boolean {
  return (
    /^node_modules\/(@[^/]+\/)?[^/]+(\/node_modules\/(@[^/]+\/)?[^/]+)*$/.test(path) &&
    !path.split('/').some(isIgnoredName)
  )
}

function byPath([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : 1
}

function depthFault(root: string, path: string): Fault {
  return {
    file: join(root, 'package.json'),
    field: 'dependencies',
    found: `packages that need each other in several versions, more than ${packageDepth} deep: ${path}`,
    expected: 'packages that fit into each other’s node_modules',
    remedy: 'Use one version of each of these packages',
  }
}
