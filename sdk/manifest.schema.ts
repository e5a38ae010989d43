/**
 * The JSON Schema of a manifest. Descriptions go on after what a value has to be, as in "one of … : how sure
 * its answers are"; a default is told by `default` alone. The check does not fill it in: `withDefaults` of the
 * host does, in `host/plugin-host/discovery/found-plugin.ts`.
 */
import { permissionsSchema } from './permissions.schema.js'

export const matchRuleSchema = {
  type: 'object',
  description: 'a rule that an adapter must fit; all its keys must hold, and `{}` fits every adapter',
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
  description: 'a provider, which claims adapters for connections',
  properties: {
    id: {
      type: 'string',
      pattern: '^[a-z0-9][a-z0-9._-]*$',
      maxLength: 63,
      description: 'unique within the plugin; lower-case letters, digits and . _ -',
    },
    label: {
      type: 'string',
      minLength: 1,
      maxLength: 128,
      description: 'its name for people, instead of the id',
    },
    band: {
      enum: ['exact', 'likely', 'generic'],
      default: 'likely',
      description: 'how sure its answers are: surer ones are asked first',
    },
    priority: {
      type: 'integer',
      minimum: 0,
      maximum: 100,
      default: 50,
      description: 'within the band, higher first',
    },
    serial: {
      type: 'boolean',
      default: true,
      description: 'one of connect, disconnect and status is called at a time; else up to 16 are',
    },
    deadlines: {
      type: 'object',
      properties: {
        connect: { type: 'integer', minimum: 1, maximum: 600, default: 60, description: 'of `connect`' },
        disconnect: { type: 'integer', minimum: 1, maximum: 60, default: 10, description: 'of `disconnect`' },
      },
      additionalProperties: false,
      description: 'how long its methods may take, in seconds',
    },
    match: {
      type: 'array',
      items: matchRuleSchema,
      maxItems: 256,
      default: [],
      description:
        'the adapters that it is asked about: those that fit any of these rules; without any, none',
    },
    manages: {
      type: 'array',
      items: { type: 'string', minLength: 1 },
      maxItems: 64,
      default: [],
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
      maxItems: 64,
      default: [],
      description:
        'the types of configured connections that it serves; a type has one owner: the plugin that ships with claimd, else the first in the order of the search path',
    },
    configuredOnly: {
      type: 'boolean',
      default: false,
      description: 'true: it is not asked while no connection of its types is configured',
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
    $schema: { type: 'string', description: 'the JSON Schema for editors' },
    name: {
      type: 'string',
      pattern: '^(?!(?:node_modules|favicon\\.ico)$)(?:@[a-z0-9~-][a-z0-9._~-]*/)?[a-z0-9~-][a-z0-9._~-]*$',
      maxLength: 214,
      description: 'an npm package name',
    },
    version: { type: 'string', minLength: 1, description: 'a semantic version' },
    type: {
      enum: ['module', 'commonjs'],
      description: 'how its .js files are written; a `main` that ends in .js needs it',
    },
    main: { type: 'string', minLength: 1, description: 'the entry file, within the folder' },
    engines: {
      type: 'object',
      properties: {
        claimd: {
          type: 'string',
          minLength: 1,
          description:
            'the range of host versions that it works with, such as `^1.0.0`; it needs an upper end',
        },
      },
      required: ['claimd'],
      description: 'what it needs to run',
    },
    activationEvents: {
      type: 'array',
      items: { const: 'onStartup', description: 'it starts with the host' },
      maxItems: 8,
      default: [],
      description:
        '`onStartup` starts its process with claimd; without it, the process is started when an adapter or a connection first needs it',
    },
    contributes: {
      type: 'object',
      properties: {
        providers: {
          type: 'array',
          items: providerContributionSchema,
          maxItems: 64,
          default: [],
          description: 'the providers that `activate` registers',
        },
        syncHandlers: {
          type: 'array',
          items: {},
          maxItems: 0,
          default: [],
          description: 'sync handlers; this version of claimd knows none, so the list has to be empty',
        },
      },
      additionalProperties: false,
      description: 'what it brings',
    },
    permissions: permissionsSchema,
  },
  required: ['name', 'version', 'main', 'engines', 'contributes'],
} as const
