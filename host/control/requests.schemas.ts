import type { Static } from 'typebox'

export const adapterParamsSchema = {
  $id: 'AdapterParams',
  type: 'object',
  properties: { id: { type: 'string', maxLength: 255, description: "an adapter's id or name" } },
  required: ['id'],
} as const
export type AdapterParams = Static<typeof adapterParamsSchema>

export const connectionParamsSchema = {
  $id: 'ConnectionParams',
  type: 'object',
  properties: { name: { type: 'string', maxLength: 255, description: "a connection's name" } },
  required: ['name'],
} as const
export type ConnectionParams = Static<typeof connectionParamsSchema>

export const releaseBodySchema = {
  $id: 'ReleaseBody',
  type: 'object',
  properties: {
    reason: {
      type: 'string',
      minLength: 1,
      maxLength: 500,
      pattern: '^(?=.*\\S)[^\\p{Cc}\\p{Cs}]+$',
      description: 'not blank, without control characters',
    },
  },
  required: ['reason'],
  additionalProperties: false,
  description: '{ "reason": … }',
} as const
export type ReleaseBody = Static<typeof releaseBodySchema>

const revision = {
  type: 'string',
  pattern: '^[0-9]{1,15}$',
  description: 'a revision, which is a whole number',
} as const

const list = (what: string) =>
  ({
    type: 'string',
    minLength: 1,
    maxLength: 1000,
    description: `${what}, separated by commas, once`,
  }) as const

export const adaptersQuerySchema = {
  $id: 'AdaptersQuery',
  type: 'object',
  properties: {
    name: list('globs'),
    state: list('states'),
    kind: list('globs'),
    provider: list('globs'),
    address: list('globs'),
    plumbing: { enum: ['true', 'false'] },
  },
  additionalProperties: false,
} as const
export type AdaptersQuery = Static<typeof adaptersQuerySchema>

export const connectionsQuerySchema = {
  $id: 'ConnectionsQuery',
  type: 'object',
  properties: {
    name: list('globs'),
    state: list('states'),
    provider: list('globs'),
    adapter: list('globs'),
  },
  additionalProperties: false,
} as const
export type ConnectionsQuery = Static<typeof connectionsQuerySchema>

export const eventsQuerySchema = {
  $id: 'EventsQuery',
  type: 'object',
  properties: {
    since: revision,
    adapter: list("adapters' ids, or globs on their names"),
    type: list('types of events'),
    coalesce: {
      type: 'string',
      pattern: '^([1-9][0-9]{0,3}|[1-5][0-9]{4}|60000)$',
      description: 'milliseconds from 1 to 60000',
    },
  },
  additionalProperties: false,
} as const
export type EventsQuery = Static<typeof eventsQuerySchema>

export const eventsHeadersSchema = {
  $id: 'EventsHeaders',
  type: 'object',
  properties: { 'last-event-id': revision },
} as const
export type EventsHeaders = Static<typeof eventsHeadersSchema>

/** The `$id` names the validator: fastify passes on copies of some schemas. */
export type RequestSchema =
  | typeof adapterParamsSchema
  | typeof connectionParamsSchema
  | typeof releaseBodySchema
  | typeof adaptersQuerySchema
  | typeof connectionsQuerySchema
  | typeof eventsQuerySchema
  | typeof eventsHeadersSchema
