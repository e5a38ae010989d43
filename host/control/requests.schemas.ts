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

export const pluginParamsSchema = {
  $id: 'PluginParams',
  type: 'object',
  properties: { name: { type: 'string', maxLength: 255, description: "a plugin's name" } },
  required: ['name'],
} as const
export type PluginParams = Static<typeof pluginParamsSchema>

const reason = {
  type: 'string',
  minLength: 1,
  maxLength: 500,
  pattern: '^(?=.*\\S)[^\\p{Cc}\\p{Cs}]+$',
  description: 'not blank, without control characters',
} as const

export const trustBodySchema = {
  $id: 'TrustBody',
  type: 'object',
  properties: {
    build: {
      type: 'string',
      pattern: '^[0-9a-f]{64}$',
      description: 'the build that was looked at, 64 hexadecimal digits',
    },
  },
  required: ['build'],
  additionalProperties: false,
  description: '{ "build": … }',
} as const
export type TrustBody = Static<typeof trustBodySchema>

export const disableBodySchema = {
  $id: 'DisableBody',
  type: 'object',
  properties: { reason, undo: { type: 'boolean', description: 'whether to take back what it changed' } },
  additionalProperties: false,
  description: '{ "reason": …, "undo": true }, each of which may be left out',
} as const
export type DisableBody = Static<typeof disableBodySchema>

export const pluginLogQuerySchema = {
  $id: 'PluginLogQuery',
  type: 'object',
  properties: {
    lines: {
      type: 'string',
      pattern: '^([1-9][0-9]{0,3}|10000)$',
      description: 'a number from 1 to 10000',
    },
    since: {
      type: 'string',
      pattern: '^[0-9]{1,20}:[0-9]{1,15}$',
      description: 'the "next" of an earlier answer',
    },
  },
  additionalProperties: false,
} as const
export type PluginLogQuery = Static<typeof pluginLogQuerySchema>

export const releaseBodySchema = {
  $id: 'ReleaseBody',
  type: 'object',
  properties: { reason },
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

const moment = {
  type: 'string',
  pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$',
  description: 'RFC 3339 in UTC with milliseconds, such as 2026-01-31T14:03:00.000Z',
} as const

export const journalQuerySchema = {
  $id: 'JournalQuery',
  type: 'object',
  properties: {
    adapter: list("adapters' ids, or globs on their names"),
    connection: list('globs'),
    plugin: list('globs'),
    type: list('types of events'),
    since: moment,
    until: moment,
    after: revision,
    limit: { type: 'string', pattern: '^([1-9][0-9]{0,3}|10000)$', description: '1 to 10000' },
  },
  additionalProperties: false,
} as const
export type JournalQuery = Static<typeof journalQuerySchema>

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
  | typeof pluginParamsSchema
  | typeof trustBodySchema
  | typeof disableBodySchema
  | typeof pluginLogQuerySchema
  | typeof adaptersQuerySchema
  | typeof connectionsQuerySchema
  | typeof eventsQuerySchema
  | typeof journalQuerySchema
  | typeof eventsHeadersSchema
