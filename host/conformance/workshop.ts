import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { copyFile, cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { resultCodes } from '@claimd/sdk'
import { bringsPackages } from '../core/plugins/brings-packages.js'
import type { Contributed } from './probe/probe.js'

/** The names of what the kit puts beside the plugin. */
const entryName = 'claimd-conformance.mjs'
const probeName = 'claimd-conformance-probe.mjs'

/** A temporary folder with copies of the plugin: nothing is written to the author's own. */
export class Workshop {
  readonly root = mkdtempSync(join(tmpdir(), 'claimd-verify-'))
  /** Holds the plugin as it is. */
  readonly plain = join(this.root, 'plain')
  /** Holds the plugin with the probe. */
  readonly probed = join(this.root, 'probed')
  #rooms = 0

  constructor() {
    // Plugins that run as users of their own have to come through.
    chmodSync(this.root, 0o711)
  }

  async takeIn(folder: string): Promise<void> {
    await copyFolder(folder, join(this.plain, 'plugin'))
  }

  /** Makes the copy with the probe, of a plugin whose manifest has no fault. */
  async addProbe(providers: string[]): Promise<void> {
    const copy = join(this.probed, 'plugin')
    await cp(join(this.plain, 'plugin'), copy, { recursive: true, verbatimSymlinks: true })
    const manifest = JSON.parse(await readFile(join(copy, 'package.json'), 'utf8'))
    const main = relative(copy, join(copy, manifest.main)).split('/').map(encodeURIComponent).join('/')
    const contributed: Contributed = { providers, resultCodes: Object.keys(resultCodes) }
    const entry = `import { instrument } from './${probeName}'
export const { activate, deactivate } = instrument(() => import(${JSON.stringify(`./${main}`)}), ${JSON.stringify(contributed)})
`
    await copyFile(fileURLToPath(new URL('probe/probe.js', import.meta.url)), join(copy, probeName))
    await writeFile(join(copy, entryName), entry)
    await writeFile(join(copy, 'package.json'), JSON.stringify({ ...manifest, main: `./${entryName}` }))
  }

  /** A new folder for what a host keeps. */
  async room(): Promise<string> {
    const room = join(this.root, `room-${++this.#rooms}`)
    await mkdir(room)
    return room
  }

  clear(): void {
    rmSync(this.root, { recursive: true, force: true, maxRetries: 3 })
  }
}

/** What begins with a dot is not part of a plugin, and packages are where it names some that it runs with. */
async function copyFolder(from: string, to: string): Promise<void> {
  const packages = bringsPackages(await readFile(join(from, 'package.json'), 'utf8').catch(() => ''))
  const left = packages ? null : join(from, 'node_modules')
  const counts = (path: string) => path === from || (path !== left && !basename(path).startsWith('.'))
  await cp(from, to, { recursive: true, verbatimSymlinks: true, filter: counts })
}
