import type { Static } from 'typebox'

const text = { type: 'string', minLength: 1 } as const

const adapterSchema = {
  type: 'object',
  properties: {
    name: {
      type: 'string',
      pattern: '^[^/\\s]{1,15}$',
      description: 'the name of a link, 1 to 15 characters, no `/`, no space',
    },
    kind: { ...text, description: 'such as `ethernet`, the default' },
    driver: text,
    address: {
      type: 'string',
      pattern: '^[0-9a-f]{2}(:[0-9a-f]{2})*$',
      description: 'a link-layer address in lower case, such as `02:00:00:00:00:01`',
    },
    permanentAddress: {
      type: 'string',
      pattern: '^[0-9a-f]{2}(:[0-9a-f]{2})*$',
      description: 'the link-layer address that it was made with, in lower case',
    },
    path: text,
    vendor: { type: 'string', pattern: '^[0-9a-f]{4}$', description: 'four hexadecimal digits' },
    product: { type: 'string', pattern: '^[0-9a-f]{4}$', description: 'four hexadecimal digits' },
    up: { type: 'boolean', description: 'default: true' },
    carrier: { type: 'boolean', description: 'default: true while it is up' },
    addresses: {
      type: 'array',
      items: {
        type: 'string',
        pattern: '^[0-9a-f.:]+/[0-9]{1,3}$',
        description: 'an address with its prefix length, such as `192.0.2.7/24`',
      },
      description: 'its addresses',
    },
  },
  required: ['name'],
  additionalProperties: false,
} as const

const execSchema = {
  type: 'object',
  properties: {
    program: { type: 'string', pattern: '^/', description: 'its absolute path' },
    args: { type: 'array', items: { type: 'string' }, description: 'default: any other arguments' },
    stdout: { type: 'string' },
    stderr: { type: 'string' },
    code: { type: 'integer', minimum: 0, maximum: 255, description: 'its exit code, default: 0' },
  },
  required: ['program'],
  additionalProperties: false,
} as const

const dbusSchema = {
  type: 'object',
  properties: {
    name: { ...text, description: 'the well-known name of the service' },
    path: { type: 'string', pattern: '^/', description: 'the path of the object' },
    interface: text,
    member: text,
    args: { type: 'array', items: {}, description: 'default: any other arguments' },
    values: { type: 'array', items: {}, description: 'what it returns, one element for each value' },
    error: { ...text, description: 'the D-Bus name of the error that it answers with instead' },
  },
  required: ['name', 'path', 'interface', 'member'],
  additionalProperties: false,
} as const

/** An author wants to hear everything that is wrong at once. */
export const allFaults = true

/** What a plugin's author writes into `conformance.json`. */
export const conformanceSchema = {
  type: 'object',
  properties: {
    adapters: { type: 'array', items: adapterSchema, description: 'adapters to try' },
    connections: {
      type: 'object',
      additionalProperties: {
        type: 'object',
        properties: {
          type: {
            type: 'string',
            pattern: '^[a-z0-9][a-z0-9._-]*$',
            maxLength: 63,
            description: 'a connection type of a provider, such as `lab`',
          },
          config: {
            type: 'object',
            additionalProperties: true,
            description: 'what its provider needs to know',
          },
        },
        required: ['type'],
        additionalProperties: false,
      },
      description: 'configured connections by their names, as in the configuration file',
    },
    read: {
      type: 'object',
      propertyNames: {
        type: 'string',
        pattern: '^/',
        description: 'the absolute path of a file, such as `/run/modem/state`',
      },
      additionalProperties: { type: 'string' },
      description: 'the texts of the files that there are, by their absolute paths',
    },
    exec: { type: 'array', items: execSchema, description: 'the programs that there are, and what they do' },
    dbus: {
      type: 'array',
      items: dbusSchema,
      description: 'the calls that services on the system bus answer',
    },
  },
  additionalProperties: false,
} as const

export type ConformanceDocument = Static<typeof conformanceSchema>
