import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Disposable, Permissions, ReadService } from '@claimd/sdk'
import type { HandleEvent } from '@claimd/sdk/wire'
import { readHandlers } from '../../../host/plugin-host/services/read/read-service.js'
import { FakeCaller } from '../../host/plugin-host/services/fake-caller.js'
import { root as repository } from '../../system/lab.js'

const manifest = readFileSync(join(repository, 'plugins/ethernet/package.json'), 'utf8')
const granted = (JSON.parse(manifest) as { permissions: Permissions }).permissions.read!

/** What the plugin reads by, served by the host's own code for what its manifest asks for, in a folder for `/`. */
export class GrantedFiles implements ReadService {
  readonly #root: string
  readonly #caller: FakeCaller
  readonly #service = readHandlers()
  readonly #listeners: (() => void)[] = []
  /** Watches that the host has not set up yet. */
  readonly #opening: Promise<unknown>[] = []

  constructor(root: string) {
    this.#root = root
    const listeners = this.#listeners
    this.#caller = new (class extends FakeCaller {
      override async tell(handle: number, _event: HandleEvent): Promise<void> {
        listeners[handle]?.()
      }
    })({ read: granted.map((glob) => join(root, glob)) })
  }

  async bytes(path: string): Promise<Uint8Array> {
    const { base64 } = await this.#service.readFile!({ path: join(this.#root, path) }, this.#caller)
    return Buffer.from(base64, 'base64')
  }

  async file(path: string): Promise<string> {
    return Buffer.from(await this.bytes(path)).toString('utf8')
  }

  async stat(path: string) {
    return this.#service.readStat!({ path: join(this.#root, path) }, this.#caller)
  }

  async list(glob: string): Promise<string[]> {
    const { paths } = await this.#service.readList!({ glob: join(this.#root, glob) }, this.#caller)
    return paths.map((path) => path.slice(this.#root.length))
  }

  watch(glob: string, changed: () => void): Disposable {
    const handle = this.#listeners.push(changed) - 1
    this.#opening.push(this.#service.readWatch!({ handle, glob: join(this.#root, glob) }, this.#caller))
    return { dispose: () => void this.#service.readUnwatch!({ handle }, this.#caller) }
  }

  /** Resolves when every change from now on is told. */
  async watching(): Promise<void> {
    await Promise.all(this.#opening)
  }

  close(): void {
    this.#caller.ending.abort()
  }
}
