/**
 * What a plugin declares in its `package.json`: types for people, and the plain JSON Schemas that the host
 * checks it by. They are two, so that the types can explain themselves; a test keeps them the same. Of the
 * schemas are made the checks, the file for editors (`@claimd/sdk/manifest.schema.json`) and `docs/manifest.md`.
 */
import type { Band } from './api/band.js'
import type { Permissions } from './permissions.js'

export { manifestSchema, matchRuleSchema, providerContributionSchema } from './manifest.schema.js'
export type * from './permissions.js'
export { dbusRuleSchema, execRuleSchema, linkChanges, permissionsSchema } from './permissions.schema.js'

/**
 * A rule that an adapter must fit. All its keys must hold; `{}` fits every adapter. Each value is a glob for
 * the whole text, as in a shell: `*`, `?`, `[a-z]` and `[!a-z]` are known.
 */
export interface MatchRule {
  /** The name, such as `wwan*`. */
  name?: string
  /** The link-layer address, such as `02:fc:*`. */
  address?: string
  /** The place on the bus, such as `pci/*`. */
  path?: string
  /** The kernel driver, such as `virtio_net`. */
  driver?: string
  /** The kind, such as `veth` or `ethernet`. */
  kind?: string
  /** The vendor id, four hexadecimal digits. */
  vendor?: string
  /** The product id, four hexadecimal digits. */
  product?: string
}

/** A provider that a plugin contributes. */
export interface ProviderContribution {
  /** Unique within the plugin: up to 63 lower-case letters, digits and `.` `_` `-`, not beginning with one of these. */
  id: string
  /** A name for people, up to 128 characters. Default: the id. */
  label?: string
  /** How sure the provider's answers are. Default: `likely`. */
  band?: Band
  /** Orders the providers of a band, higher ones first: 0 to 100. Default: 50. */
  priority?: number
  /**
   * Whether one of `connect`, `disconnect` and `status` is called at a time; else up to 16 are. Default: `true`.
   */
  serial?: boolean
  /** How long the provider's methods may take, in seconds. */
  deadlines?: {
    /** 1 to 600. Default: 60. */
    connect?: number
    /** 1 to 60. Default: 10. */
    disconnect?: number
  }
  /** The adapters that the provider is asked about: those that fit any of these. Without any it is never asked. */
  match?: MatchRule[]
  /** Values of the property `ID_NET_MANAGED_BY` that mean this provider. */
  manages?: string[]
  /** The types of configured connections that the provider serves, such as `lab`; written as the id is. A type has one owner. */
  connectionTypes?: string[]
  /**
   * The provider claims adapters for configured connections only: it is not asked while the operator has
   * configured none of its types. Default: `false`.
   */
  configuredOnly?: boolean
  /** The JSON Schema of a configured connection's `config`. */
  configuration?: Record<string, unknown>
}

/**
 * A plugin's `package.json`. npm's own keys may stand beside these and are not looked at;
 * within claimd's keys, what is not known is an error.
 */
export interface Manifest {
  /** The JSON Schema for editors: `./node_modules/@claimd/sdk/dist/manifest.schema.json`. */
  $schema?: string
  /** The plugin's name, which is an npm package name. */
  name: string
  /** A semantic version. */
  version: string
  /** How the plugin's `.js` files are written. A `main` that ends in `.js` needs it. */
  type?: 'module' | 'commonjs'
  /** The entry file, within the plugin's folder. */
  main: string
  engines: {
    /** The range of host versions that the plugin works with, such as `^1.0.0`. */
    claimd: string
  }
  /** `onStartup` starts the plugin with the host. Else it starts when an adapter or a connection needs it. */
  activationEvents?: 'onStartup'[]
  contributes: {
    /** The providers that `activate` registers. */
    providers?: ProviderContribution[]
    /** Sync handlers; this version of claimd knows none, so the list has to be empty. */
    syncHandlers?: unknown[]
  }
  /** What it asks for beside acting on the adapters that it holds. Default: nothing. */
  permissions?: Permissions
}
