import type { ErrorDocument, Fault, PluginWall } from '@claimd/sdk'

/** What this process finds out about the machine, with the rights that it has. */
export interface MachineFacts {
  node: string
  /** Where links come from, and why not from netlink; see `StatusDocument`. */
  links: { kind: string; because: string | null }
  /** `elsewhere`: this network namespace is not the one whose links udev looks after. */
  udev: 'runs' | 'absent' | 'elsewhere'
  /** The network namespace of this process, as `/proc/self/ns/net` names it; `null` where it cannot be known. */
  networkNamespace: string | null
  /** What would stand around a plugin that this process started. */
  walls: PluginWall[]
  /** The programs that walls are built with; the path is `null` where one is not installed. */
  tools: { name: string; path: string | null }[]
  /** What is wrong with the configuration file; `null` when nothing is. */
  configuration: ErrorDocument | null
  /** What the plugins do not understand of it, see `StatusDocument`. */
  configurationDoubts: Fault[]
  /** Why the state folder cannot be used, in words; `null` when it can. */
  state: string | null
  /** Why the next start would not take the database in it; `null` when it would. */
  database: ErrorDocument | null
}
