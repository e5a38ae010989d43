import type { Static } from 'typebox'
import { list } from './fields.js'

export const connectionParamsSchema = {
  $id: 'ConnectionParams',
  type: 'object',
  properties: { name: { type: 'string', maxLength: 255, description: "a connection's name" } },
  required: ['name'],
} as const
export type ConnectionParams = Static<typeof connectionParamsSchema>

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
