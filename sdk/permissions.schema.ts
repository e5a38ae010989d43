/** The JSON Schema of `Permissions`; what it cannot say, the host checks beside it. */
const capabilities = ['IPC_LOCK', 'NET_ADMIN', 'NET_BIND_SERVICE', 'NET_RAW', 'SYS_NICE', 'SYS_TIME'] as const

export const linkChanges = ['address', 'route', 'any-route', 'up', 'mtu'] as const

export const execRuleSchema = {
  type: 'object',
  description: 'a program, and the arguments that it may be started with',
  properties: {
    program: {
      anyOf: [
        { type: 'string', pattern: '^/', description: 'the absolute path' },
        {
          type: 'object',
          properties: {
            configured: {
              type: 'string',
              minLength: 1,
              description: "the key in a configured connection's `config` whose value is the absolute path",
            },
          },
          required: ['configured'],
          additionalProperties: false,
          description: 'the setting in which the operator names it',
        },
      ],
      description: 'its absolute path, or `{ "configured": KEY }`: the operator names it as `config.KEY`',
    },
    args: {
      type: 'array',
      items: {
        type: 'string',
        pattern: '^[^{}]*(\\{(adapter|connection|address|integer|word|data)\\})?$',
        maxLength: 4096,
        description:
          'a literal, or what ends in one of {adapter}, {connection}, {address}, {integer}, {word}, {data}',
      },
      maxItems: 64,
      default: [],
      description:
        'all of its arguments, in order: literals, placeholders such as `{adapter}`, or a literal that ends in one',
    },
    capabilities: {
      type: 'array',
      items: { enum: capabilities, description: 'a Linux capability, without `CAP_`' },
      default: [],
      description: 'the Linux capabilities that it runs with',
    },
    network: {
      type: 'boolean',
      default: true,
      description: "false starts it in an empty network instead of in the host's",
    },
  },
  required: ['program'],
  additionalProperties: false,
} as const

/** An interface, and a member or a glob of members. */
const member = '^[A-Za-z_][A-Za-z0-9_]*(\\.[A-Za-z_][A-Za-z0-9_]*)+\\.[A-Za-z_*][A-Za-z0-9_*]*$'
const members = { type: 'array', maxItems: 256, default: [] } as const

export const dbusRuleSchema = {
  type: 'object',
  description: 'what it may do with one service on the system bus',
  properties: {
    name: {
      type: 'string',
      pattern: '^[A-Za-z_-][A-Za-z0-9_-]*(\\.[A-Za-z_-][A-Za-z0-9_-]*)+$',
      maxLength: 255,
      description: "the service's well-known bus name, such as `org.freedesktop.ModemManager1`",
    },
    path: {
      type: 'string',
      pattern: '^/',
      maxLength: 1024,
      default: '/**',
      description: 'glob of object paths: `*` within one element, `/**` for all below',
    },
    call: {
      ...members,
      items: {
        type: 'string',
        pattern: member,
        maxLength: 512,
        description: 'a method as `interface.Member`, such as `org.freedesktop.DBus.Properties.Get`',
      },
      description: 'the methods that it may call, as `interface.Member`; the member may be a glob',
    },
    signals: {
      ...members,
      items: {
        type: 'string',
        pattern: member,
        maxLength: 512,
        description:
          'a signal as `interface.Member`, such as `org.freedesktop.DBus.Properties.PropertiesChanged`',
      },
      description: 'the signals that it may hear, as `interface.Member`; the member may be a glob',
    },
  },
  required: ['name'],
  additionalProperties: false,
} as const

export const permissionsSchema = {
  type: 'object',
  description: 'what it asks for beside claiming adapters; an operator grants it',
  properties: {
    links: {
      type: 'object',
      description: 'changing the links that it holds, and making links',
      properties: {
        change: {
          type: 'array',
          items: {
            enum: linkChanges,
            description:
              'address: add and remove addresses; route: add and remove routes within the networks of its addresses; any-route: to any destination, such as the default route; up: set it up and down; mtu: set its MTU',
          },
          maxItems: 5,
          default: [],
          description:
            'what it may change about adapters that it holds: `address`, `route` (within the networks of its addresses), `any-route` (to any destination, such as the default route), `up` (and down), `mtu`',
        },
        create: {
          type: 'array',
          items: { type: 'string', minLength: 1, description: 'glob of names of links, such as `wg-*`' },
          maxItems: 64,
          default: [],
          description: 'globs of the names of links that it may make',
        },
      },
      additionalProperties: false,
    },
    exec: {
      type: 'array',
      items: execRuleSchema,
      maxItems: 64,
      default: [],
      description: 'programs to start',
    },
    dbus: {
      type: 'array',
      items: dbusRuleSchema,
      maxItems: 64,
      default: [],
      description: 'what it may call and hear on the system bus',
    },
    read: {
      type: 'array',
      items: {
        type: 'string',
        pattern: '^/[^*]',
        maxLength: 4096,
        description: 'an absolute glob of files: `*` within one name, `**` for any number of names',
      },
      maxItems: 64,
      default: [],
      description: 'files that the host reads for it: absolute globs, `*` within one name, `**` at any depth',
    },
    network: {
      type: 'boolean',
      default: false,
      description: "true: its process is in the host's network, instead of in an empty one",
    },
  },
  additionalProperties: false,
} as const
