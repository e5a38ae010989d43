import type { Static } from 'typebox'

const name = {
  type: 'string',
  pattern: '^[^/\\s]{1,15}$',
  description: 'the name of a link, 1 to 15 characters, no `/`, no space',
} as const

const textOrNull = { anyOf: [{ type: 'string', minLength: 1 }, { type: 'null' }] } as const

const linkLayerAddress = {
  anyOf: [{ type: 'string', pattern: '^[0-9a-f]{2}(:[0-9a-f]{2})*$' }, { type: 'null' }],
  description: 'a link-layer address in lower case, such as `02:00:00:00:00:01`',
} as const

const id = {
  anyOf: [{ type: 'string', pattern: '^[0-9a-f]{4}$' }, { type: 'null' }],
  description: 'four hexadecimal digits in lower case',
} as const

const fields = {
  kind: { type: 'string', minLength: 1, description: 'such as `ethernet`, the default' },
  driver: textOrNull,
  address: linkLayerAddress,
  permanentAddress: linkLayerAddress,
  path: textOrNull,
  vendor: id,
  product: id,
  peer: textOrNull,
  up: { type: 'boolean', description: 'whether it is set up; default: true' },
  carrier: { type: 'boolean', description: 'default: true while it is up' },
  master: { ...textOrNull, description: 'the name of a link' },
  managedBy: textOrNull,
  awaitsUdev: { type: 'boolean', description: 'whether udev has yet to finish with it; default: false' },
  alternativeNames: {
    type: 'array',
    items: { type: 'string', minLength: 1, maxLength: 127, description: 'another name of the link' },
  },
  addresses: {
    type: 'array',
    items: {
      type: 'string',
      format: 'address-with-length',
      description: 'an address such as `10.0.0.1/24`',
    },
    description: 'addresses',
  },
} as const

/** A link as a script describes it; what it leaves out has a default. */
export const simulatedLinkSchema = {
  type: 'object',
  properties: {
    name,
    index: {
      type: 'integer',
      minimum: 1,
      maximum: 0x7fffffff,
      description: 'default: one not used before',
    },
    ...fields,
  },
  required: ['name'],
  additionalProperties: false,
  description: '{ "name": …, … }',
} as const
export type SimulatedLink = Static<typeof simulatedLinkSchema>

/** What of a link a script can change. */
export const simulatedFieldsSchema = {
  type: 'object',
  properties: fields,
  additionalProperties: false,
} as const
export type SimulatedFields = Static<typeof simulatedFieldsSchema>

const step = {
  type: 'object',
  properties: {
    after: {
      type: 'number',
      minimum: 0,
      maximum: 86_400_000,
      description: 'milliseconds since the step before; default: 0, together with it',
    },
    add: simulatedLinkSchema,
    change: {
      type: 'object',
      properties: { name, ...fields },
      required: ['name'],
      additionalProperties: false,
      description: '{ "name": …, … }',
    },
    remove: name,
    rename: {
      type: 'object',
      properties: { from: name, to: name },
      required: ['from', 'to'],
      additionalProperties: false,
      description: '{ "from": …, "to": … }',
    },
  },
  additionalProperties: false,
  description: '{ "after": …, "add" | "change" | "remove" | "rename": … }',
} as const
export type SimulationStep = Static<typeof step>

/** A script: the links that there are at the start, and what then happens to them. */
export const simulationSchema = {
  type: 'object',
  properties: {
    links: { type: 'array', items: simulatedLinkSchema, description: 'links' },
    steps: { type: 'array', items: step, description: 'steps' },
    repeat: {
      type: 'boolean',
      description: 'whether after the last step the first one follows; default: false',
    },
  },
  required: ['links'],
  additionalProperties: false,
  description: '{ "links": […], "steps": […] }',
} as const
export type Simulation = Static<typeof simulationSchema>
