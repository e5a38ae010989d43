import type { Static } from 'typebox'
import { list, moment } from './fields.js'

const revision = {
  type: 'string',
  pattern: '^[0-9]{1,15}$',
  description: 'a revision, which is a whole number',
} as const

export const eventsQuerySchema = {
  $id: 'EventsQuery',
  type: 'object',
  properties: {
    since: revision,
    adapter: list("adapters' ids, or globs on their names"),
    connection: list('globs'),
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
