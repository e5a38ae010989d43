import type { Services } from '../control/index.js'
import type { LinkSource } from '../core/adapters/link.js'
import type { LinkChanger } from '../core/adapters/link-changer.js'

export type { LogLine } from '../control/index.js'

/** What `claimd run` asks of the daemon. All paths are absolute. */
export interface DaemonOptions {
  /** The configuration file. */
  config: string
  /** Whether its absence is an error: somebody named it. */
  configRequired: boolean
  /** Folders of plugin folders. One that does not exist is as good as empty. */
  plugins: string[]
  /** Whether the plugins that ship with claimd take part. */
  bundled: boolean
  /** The folder of the database and of what else has to last; made if it is not there. */
  state: string
  /** The path of the control socket. */
  socket: string
  /**
   * For those who write plugins: TypeScript runs as it is, and what a plugin asks for counts as granted. Default: no.
   */
  dev?: boolean
  /** Plugins whose processes a debugger can attach to, each at a port of this machine. Default: none. */
  inspect?: { plugin: string; port: number }[]
  /** The script of the simulator that stands in for the kernel; `null` for the real links. */
  simulate: string | null
  /** The file that all is written to that enters the core; must not be there. Default: nothing is recorded. */
  record?: string | null
  /** Where links come from, for those who bring their own; default: as `simulate` says. */
  links?: LinkSource & { changer(): LinkChanger }
  /** For those who only try plugins: what they ask for counts as granted. Default: as `dev`. */
  grantAll?: boolean
}

/** A daemon that has started. */
export interface Daemon {
  services: Services
  /** Resolves when the first rounds are over. */
  settled: Promise<void>
  /** Ends it. Connects that are under way are taken back before, for 10 s at most; nothing else touches a link. */
  stop(): Promise<void>
}
