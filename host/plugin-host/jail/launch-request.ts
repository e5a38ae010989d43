import type { ChildProcess } from 'node:child_process'

/** What a process of a plugin is started with. Paths are absolute. */
export interface LaunchRequest {
  /** The plugin's name. */
  plugin: string
  /** The file of the runner. */
  runner: string
  /** A folder `node_modules` of which it may import; default: none. */
  modules?: string
  /** Folders that it may read, such as `STAGE/plugins/NAME`; they may come later. */
  readable: readonly string[]
  /** The folder that it may read and write; made if it is missing. `null`: none. */
  data: string | null
  /** Whether it gets the host's network. */
  network: boolean
  /** Whether a debugger is to be let in: then it is not kept from that. */
  inspect: boolean
  /** Whether stack traces name the lines of the sources. */
  sourceMaps: boolean
}

/** Starts a process. @throws when it cannot be tried */
export type Launch = () => ChildProcess
