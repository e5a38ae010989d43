/**
 * What a plugin declares in its `package.json`: types for people, and the plain JSON Schemas that the host
 * checks it by. They are two, so that the types can explain themselves; a test keeps them the same.
 */
import type { Band } from './api.js'
import type { Permissions } from './permissions.js'
import { permissionsSchema } from './permissions.schema.js'

export type * from './permissions.js'
export { dbusRuleSchema, execRuleSchema, permissionsSchema } from './permissions.schema.js'

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
  /** `false` lets the provider's connections dial at the same time. Default: `true`. */
  serial?: boolean
  /** The adapters that the provider is asked about: those that fit any of these. Without any it is never asked. */
  match?: MatchRule[]
  /** Values of the property `ID_NET_MANAGED_BY` that mean this provider. */
  manages?: string[]
  /** The types of configured connections that the provider serves, such as `lab`; written as the id is. */
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
  /** `onStartup` starts the plugin with the host. */
  activationEvents?: 'onStartup'[]
  contributes: {
    providers?: ProviderContribution[]
    syncHandlers?: unknown[]
  }
  /** What it asks for beside acting on the adapters that it holds. Default: nothing. */
  permissions?: Permissions
}

export const matchRuleSchema = {
  type: 'object',
  properties: {
    name: { type: 'string', minLength: 1, description: 'glob for the name, such as `wwan*`' },
    address: { type: 'string', minLength: 1, description: 'glob for the link-layer address' },
    path: { type: 'string', minLength: 1, description: 'glob for the place on the bus' },
    driver: { type: 'string', minLength: 1, description: 'glob for the kernel driver' },
    kind: { type: 'string', minLength: 1, description: 'the kind, such as `veth` or `ethernet`' },
    vendor: { type: 'string', minLength: 1, description: 'the vendor id, four hexadecimal digits' },
    product: { type: 'string', minLength: 1, description: 'the product id, four hexadecimal digits' },
  },
  additionalProperties: false,
} as const

export const providerContributionSchema = {
  type: 'object',
  properties: {
    id: {
      type: 'string',
      pattern: '^[a-z0-9][a-z0-9._-]*$',
      maxLength: 63,
      description: 'unique within the plugin; lower-case letters, digits and . _ -',
    },
    label: { type: 'string', minLength: 1, maxLength: 128, description: 'for people; default: the id' },
    band: {
      enum: ['exact', 'likely', 'generic'],
      description: 'how sure its answers are; default: likely',
    },
    priority: {
      type: 'integer',
      minimum: 0,
      maximum: 100,
      description: 'within the band, higher first; default: 50',
    },
    serial: { type: 'boolean', description: 'false lets its connections dial at the same time' },
    match: {
      type: 'array',
      items: matchRuleSchema,
      description: 'alternatives; without any it is never asked',
    },
    manages: {
      type: 'array',
      items: { type: 'string', minLength: 1 },
      description: 'values of ID_NET_MANAGED_BY that mean this provider',
    },
    connectionTypes: {
      type: 'array',
      items: {
        type: 'string',
        pattern: '^[a-z0-9][a-z0-9._-]*$',
        maxLength: 63,
        description: 'lower-case letters, digits and . _ -, such as `lab`',
      },
      description: 'the types of configured connections that it serves',
    },
    configuredOnly: {
      type: 'boolean',
      description: 'true: it is not asked while no connection of its types is configured; default: false',
    },
    configuration: {
      type: 'object',
      additionalProperties: true,
      description: "JSON Schema of a connection's `config`",
    },
  },
  required: ['id'],
  additionalProperties: false,
} as const

export const manifestSchema = {
  type: 'object',
  properties: {
    name: {
      type: 'string',
      pattern: '^(?:@[a-z0-9~-][a-z0-9._~-]*/)?[a-z0-9~-][a-z0-9._~-]*$',
      maxLength: 214,
      description: 'an npm package name',
    },
    version: { type: 'string', minLength: 1, description: 'a semantic version' },
    type: { enum: ['module', 'commonjs'] },
    main: { type: 'string', minLength: 1, description: 'the entry file, within the folder' },
    engines: {
      type: 'object',
      properties: {
        claimd: {
          type: 'string',
          minLength: 1,
          description: 'the range of host versions that it works with',
        },
      },
      required: ['claimd'],
    },
    activationEvents: {
      type: 'array',
      items: { const: 'onStartup' },
      description: '`onStartup` starts it with the host',
    },
    contributes: {
      type: 'object',
      properties: {
        providers: { type: 'array', items: providerContributionSchema },
        syncHandlers: { type: 'array', items: {} },
      },
      additionalProperties: false,
    },
    permissions: permissionsSchema,
  },
  required: ['name', 'version', 'main', 'engines', 'contributes'],
} as const
