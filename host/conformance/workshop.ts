import { chmodSync, lstatSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Fault, resultCodes } from '@claimd/sdk'
import { withoutMark } from '../core/documents/json-syntax.js'
import { makeTemporaryFolder } from '../lib/temporary-folder.js'
import type { Contributed } from './probe/requests.js'

/** The folder that the kit puts into the plugin's. */
const ownFolder = 'claimd-conformance'

/** A temporary folder with copies of the plugin: nothing is written to the author's own. */
export class Workshop {
  readonly root = makeTemporaryFolder('claimd-verify-')
  /** Holds the plugin as it is. */
  readonly plain = join(this.root, 'plain')
  /** The plugin as it is. */
  readonly copy = join(this.plain, 'plugin')
  /** Holds the plugin with the probe. */
  readonly probed = join(this.root, 'probed')
  readonly #clear = () => removeWhole(this.root)
  #rooms = 0

  constructor() {
    // Plugins that run as users of their own have to come through.
    chmodSync(this.root, 0o711)
    process.on('exit', this.#clear)
  }

  /** @param copyPlugin puts the plugin there */
  async takeIn(copyPlugin: (to: string) => Promise<readonly Fault[]>): Promise<readonly Fault[]> {
    mkdirSync(this.plain)
    return copyPlugin(this.copy)
  }

  /**
   * Makes the copy with the probe.
   * @param staged a plugin whose manifest has no fault, as the plugin host would run it
   */
  async addProbe(staged: string, providers: string[]): Promise<void> {
    const copy = join(this.probed, 'plugin')
    await cp(staged, copy, { recursive: true })
    for (const path of foldersAndFiles(copy)) chmodSync(path, lstatSync(path).mode | 0o200)
    const manifest = JSON.parse(withoutMark(await readFile(join(copy, 'package.json'), 'utf8')))
    const main = relative(copy, join(copy, manifest.main)).split('/').map(encodeURIComponent).join('/')
    const contributed: Contributed = { providers, resultCodes: Object.keys(resultCodes) }
    const entry = `import { instrument } from './probe/instrument.js'
export const { activate, deactivate } = instrument(() => import(${JSON.stringify(`../${main}`)}), ${JSON.stringify(contributed)})
`
    const own = join(copy, ownFolder)
    await cp(fileURLToPath(new URL('probe', import.meta.url)), join(own, 'probe'), { recursive: true })
    await writeFile(join(own, 'package.json'), '{ "type": "module" }')
    await writeFile(join(own, 'entry.mjs'), entry)
    const changed = { ...manifest, main: `./${ownFolder}/entry.mjs` }
    await writeFile(join(copy, 'package.json'), JSON.stringify(changed))
  }

  /** A new folder for what a host keeps. */
  async room(): Promise<string> {
    const room = join(this.root, `room-${++this.#rooms}`)
    await mkdir(room)
    return room
  }

  clear(): void {
    process.off('exit', this.#clear)
    this.#clear()
  }
}

/** Copies of plugins are read-only, and only root could remove what is in them. */
function removeWhole(folder: string): void {
  for (const path of foldersAndFiles(folder)) chmodSync(path, 0o700)
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
}

/** Everything in a folder but links; a folder comes before what is in it. */
function* foldersAndFiles(folder: string): Generator<string> {
  yield folder
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) yield* foldersAndFiles(path)
    else if (entry.isFile()) yield path
  }
}
