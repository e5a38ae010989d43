import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { slug, unslug } from '../places.js'

/** A plugin that an operator removed, and whose stored data has yet to follow. */
export interface Removal {
  name: string
  /** Whether what it stored is kept for later. */
  keepData: boolean
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

  add({ name, keepData }: Removal): void {
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 })
    writeFileSync(this.#fileOf(name), JSON.stringify({ keepData }), { mode: 0o600 })
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
      return { name, keepData: this.#keepsData(name) }
    })
  }

  /** A file that a kill has cut short says nothing: then the data goes, as it does by default. */
  #keepsData(name: string): boolean {
    try {
      return JSON.parse(readFileSync(this.#fileOf(name), 'utf8')).keepData === true
    } catch {
      return false
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
