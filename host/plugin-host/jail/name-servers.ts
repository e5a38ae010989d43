import { readFileSync, readlinkSync, realpathSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import { PathWatch } from '../../lib/path-watch.js'
import type { MountNamespace } from './mount-namespace.js'

/** How often the machine's name servers are looked at, in milliseconds, where the kernel has no events of their file. */
const nameServersMs = 5000

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
  #watch: PathWatch | null = null
  #timer: NodeJS.Timeout | null = null

  constructor(file: string, namespace: MountNamespace) {
    this.#file = file
    this.#namespace = namespace
  }

  /** Makes the copy, and keeps it up to date from now on. */
  give(): void {
    this.#copy()
    if (this.#watch) return
    this.#watch = new PathWatch(this.#file, this.#copy)
    void this.#watch.ready.then(this.#copy)
  }

  close(): void {
    this.#watch?.close()
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
    this.#watch = null
  }

  readonly #copy = () => {
    try {
      this.#namespace.write(basename(this.#file), readFileSync(this.#file))
    } catch {
      // There is none at the moment.
    }
    if (this.#timer) clearTimeout(this.#timer)
    if (this.#watch?.isBlind) this.#timer = setTimeout(this.#copy, nameServersMs).unref()
  }
}
