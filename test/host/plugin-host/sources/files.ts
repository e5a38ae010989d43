import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { goodManifest } from '../support.js'

/** A folder with a plugin in `lab`. */
export class PluginFiles {
  readonly folder: string

  private constructor(readonly root: string) {
    this.folder = join(root, 'lab')
  }

  static async make(): Promise<PluginFiles> {
    return new PluginFiles(await mkdtemp(join(tmpdir(), 'claimd-sources-')))
  }

  async write(files: Record<string, string>, manifest: object = {}): Promise<void> {
    const all = { 'package.json': JSON.stringify({ ...goodManifest('lab'), ...manifest }), ...files }
    for (const [path, text] of Object.entries(all)) {
      const file = join(this.folder, path)
      await mkdir(dirname(file), { recursive: true })
      await writeFile(file, text)
    }
  }

  /** An installed package, without dependencies of its own. */
  package(name: string, files: Record<string, string>, fields: object = {}): Record<string, string> {
    const manifest = JSON.stringify({ name, version: '1.0.0', main: 'main.js', ...fields })
    const all = Object.entries({ 'package.json': manifest, ...files })
    return Object.fromEntries(all.map(([path, text]) => [`node_modules/${name}/${path}`, text]))
  }

  remove(): Promise<void> {
    return rm(this.root, { recursive: true, force: true })
  }
}
