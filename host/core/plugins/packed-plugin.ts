import type { Fault } from '@claimd/sdk'

/** A plugin that was packed into an archive. */
export interface PackedPlugin {
  name: string
  version: string
  /** The archive. */
  file: string
  /** The hash of its content. */
  build: string
  /** The size of the archive. */
  bytes: number
  /** Everything in it, as paths in the plugin. */
  files: readonly string[]
  /** The places of the packages in it, such as `node_modules/ms`. */
  packages: readonly string[]
  /** What the plugin imports, though neither `files` nor npm's rules would have put it in. */
  added: readonly string[]
  /** Compiled files that are older than their source, and imports that could not be checked. */
  warnings: readonly Fault[]
}
