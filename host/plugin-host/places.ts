import { join } from 'node:path'

/** Where the plugin host keeps things, below the state folder. */
export class Places {
  /** Private copies, read-only: of the runner, and of plugins under their names and the hashes of their content. */
  readonly stage: string
  /** What plugins write: a folder each. */
  readonly data: string
  readonly logs: string
  /** Marks of removed plugins, see `RemovalMarks`. */
  readonly removed: string

  constructor(state: string) {
    this.stage = join(state, 'stage')
    this.data = join(state, 'data')
    this.logs = join(state, 'logs')
    this.removed = join(state, 'removed')
  }

  /** The copies of one plugin, a folder each, named by its hash. */
  stagedPlugin(name: string): string {
    return join(this.stage, 'plugins', slug(name))
  }

  dataOf(name: string): string {
    return join(this.data, slug(name))
  }

  logOf(name: string): string {
    return join(this.logs, `${slug(name)}.log`)
  }
}

/** A plugin's name as one name of a file: no npm name has a `+`. */
export function slug(name: string): string {
  return name.replace('/', '+')
}

/** The name that a slug stands for. */
export function unslug(slug: string): string {
  return slug.replace('+', '/')
}
