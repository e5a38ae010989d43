import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { slug, unslug } from '../places.js'

/** A plugin that an operator removed, and whose stored data has yet to follow. */
export interface Removal {
  name: string
  /** Whether what it stored is kept for later. */
  keepData: boolean
  /** The build that was removed, for which data is kept; `null` when it is not known. */
  build: string | null
}

/**
 * Files in the state folder, one for each removed plugin whose data is still there. `claimd plugin remove` writes
 * one before it removes the plugin's folder, so that the data is removed as well when no daemon runs, and when a
 * process is killed in between: the host reads them before it starts any plugin.
 */
export class RemovalMarks {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  add({ name, ...removal }: Removal): void {
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 })
    writeFileSync(this.#fileOf(name), JSON.stringify(removal), { mode: 0o600 })
  }

  drop(name: string): void {
    rmSync(this.#fileOf(name), { force: true })
  }

  has(name: string): boolean {
    return existsSync(this.#fileOf(name))
  }

  all(): Removal[] {
    return namesIn(this.#folder).map((file) => {
      const name = unslug(file)
      return { name, ...this.#read(name) }
    })
  }

  /** A file that a kill has cut short says nothing: then the data goes, as it does by default. */
  #read(name: string): Omit<Removal, 'name'> {
    try {
      const { keepData, build } = JSON.parse(readFileSync(this.#fileOf(name), 'utf8'))
      return { keepData: keepData === true, build: typeof build === 'string' ? build : null }
    } catch {
      return { keepData: false, build: null }
    }
  }

  #fileOf(name: string): string {
    return join(this.#folder, slug(name))
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
