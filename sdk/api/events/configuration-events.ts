import type { Fault } from '../faults.js'

/** Events about the configuration file. */
export interface ConfigurationEvents {
  /** the file was read anew, and is in force */
  'configuration-changed': {
    /** Its path. */
    file: string
  }
  /** the file has faults, or is gone; the last good one is in force. `faults` has place, found, expected, remedy */
  'configuration-faulty': {
    /** Its path. */
    file: string
    /** The error. */
    problem: string
    /** What was found. */
    found: string | null
    /** What was expected. */
    expected: string | null
    /** What to do. */
    remedy: string | null
    /** Every fault of it, where the error is that it has some. */
    faults: readonly Fault[]
  }
  /** something in the file is not understood by the plugins, such as a connection type that no provider has */
  'configuration-doubt': Fault & {
    /** The plugin whose settings schema says so; empty when no plugin has the name. */
    plugin: string
  }
  /** a fault, or a doubt, is no more */
  'configuration-mended': Partial<Fault> & {
    /** The path of the file. */
    file: string
    /** The plugin whose settings schema had said so; left out where it was a fault of the file. */
    plugin?: string
  }
  /** the configuration is in force, but the state cannot hold it for the next start */
  'configuration-unkept': {
    /** Why. */
    because: string
  }
  /** the state holds it now */
  'configuration-kept': object
}
