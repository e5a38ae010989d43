import { readFileSync, readlinkSync, realpathSync, unwatchFile, watchFile } from 'node:fs'
import { basename, resolve } from 'node:path'
import { nameServersMs } from '../limits.js'
import type { MountNamespace } from './mount-namespace.js'

const usual = '/etc/resolv.conf'

/** The file that names the machine's name servers, links followed; also when it is not there yet. */
export function nameServersFile(): string {
  try {
    return realpathSync(usual)
  } catch {
    try {
      return resolve('/etc', readlinkSync(usual))
    } catch {
      return usual
    }
  }
}

/**
 * Gives plugins that have the network the machine's name servers where the file with them lies in a folder that
 * is hidden, which is usual in /run: as a copy, because the other things there are sockets.
 */
export class NameServers {
  readonly #file: string
  readonly #namespace: MountNamespace
  #follows = false

  constructor(file: string, namespace: MountNamespace) {
    this.#file = file
    this.#namespace = namespace
  }

  /** Makes the copy, and keeps it up to date from now on. */
  give(): void {
    this.#copy()
    if (this.#follows) return
    this.#follows = true
    watchFile(this.#file, { interval: nameServersMs, persistent: false }, this.#copy)
  }

  close(): void {
    unwatchFile(this.#file, this.#copy)
  }

  readonly #copy = () => {
    try {
      this.#namespace.write(basename(this.#file), readFileSync(this.#file))
    } catch {
      // There is none at the moment.
    }
  }
}
