/** The longest time that can be configured, in seconds: a week. */
const longest = 604_800

const seconds = (least: number, description: string) =>
  ({ type: 'number', minimum: least, maximum: longest, description }) as const

const secondsOrNever = (least: number, description: string) =>
  ({
    anyOf: [{ type: 'number', minimum: least, maximum: longest }, { const: 'never' }],
    description,
  }) as const

/** When claimd brings a connection up. */
export const behaviours = ['default', 'always-connected', 'on-demand'] as const

/** What a connection may say beside its type and its `config`. What follows from the algorithm, `connection-faults.ts` checks. */
export const connectionProperties = {
  behaviour: {
    enum: behaviours,
    default: 'default',
    description: 'when claimd brings it up: whenever it can, or when somebody asks, which is the default',
  },
  idleTimeout: secondsOrNever(
    1,
    'after so many seconds without use an on-demand connection is taken down; 60 by default',
  ),
  reconnect: {
    type: 'object',
    properties: {
      algorithm: {
        enum: ['none', 'linear', 'exponential'],
        description: 'how long claimd waits before it tries again',
      },
      delay: seconds(0.1, 'seconds before the first of the attempts; 5 by default, exponential: 1'),
      limit: seconds(0.1, 'exponential: the longest delay, in seconds; 300 by default'),
      attempts: {
        type: 'integer',
        minimum: 1,
        maximum: 1_000_000,
        description: 'so many in a row; without end by default',
      },
      afterwards: secondsOrNever(
        1,
        'seconds between attempts after that, or `never` any more; 300 by default',
      ),
    },
    required: ['algorithm'],
    additionalProperties: false,
    description: 'when what failed or was lost is tried again; exponential by default',
  },
  enabled: { type: 'boolean', default: true, description: 'whether claimd may connect it' },
} as const

export const connectionType = {
  type: 'string',
  pattern: '^[a-z0-9][a-z0-9._-]*$',
  maxLength: 63,
  description: 'a connection type of a provider, lower-case letters, digits and . _ -, such as `lab`',
} as const

/** A connection as an operator configures it. */
export const connectionSchema = {
  type: 'object',
  properties: {
    type: connectionType,
    config: { type: 'object', additionalProperties: true, description: 'what its provider needs to know' },
    ...connectionProperties,
  },
  required: ['type'],
  additionalProperties: false,
} as const
