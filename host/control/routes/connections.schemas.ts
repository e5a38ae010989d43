import type { Static } from 'typebox'
import { connectionSchema } from '../../core/configuration/connection-schema.js'
import { list, reason } from './fields.js'

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
    type: list('globs'),
    provider: list('globs'),
    adapter: list('globs'),
  },
  additionalProperties: false,
} as const
export type ConnectionsQuery = Static<typeof connectionsQuerySchema>

export const connectionAddBodySchema = {
  ...connectionSchema,
  $id: 'ConnectionAddBody',
  description: '{ "type": …, "config": …, … }',
} as const

export const connectionUpdateBodySchema = {
  ...connectionSchema,
  $id: 'ConnectionUpdateBody',
  properties: {
    ...connectionSchema.properties,
    change: {
      type: 'string',
      minLength: 1,
      maxLength: 64,
      description: 'the "change" of the connection as it was read',
    },
    immediate: {
      type: 'boolean',
      description: 'whether the connection is taken down where the edit needs that',
    },
  },
  required: ['type', 'change'],
  description: '{ "type": …, "config": …, …, "change": … }',
} as const

export const connectBodySchema = {
  $id: 'ConnectBody',
  type: 'object',
  properties: {
    mode: { enum: ['keep', 'once'], description: 'whether it is tried again when it fails or is lost' },
    timeout: { type: 'number', minimum: 0.1, maximum: 604_800, description: 'seconds' },
    takeOver: {
      type: 'object',
      properties: { reason },
      required: ['reason'],
      additionalProperties: false,
      description: '{ "reason": … }',
    },
    key: {
      type: 'string',
      minLength: 1,
      maxLength: 64,
      pattern: '^[^\\p{Cc}\\p{Cs}]+$',
      description: 'the same for a call that is repeated',
    },
  },
  additionalProperties: false,
  description: '{ "mode": …, "timeout": …, "takeOver": …, "key": … }, each of which may be left out',
} as const

export const holdBodySchema = {
  $id: 'HoldBody',
  type: 'object',
  properties: { mode: connectBodySchema.properties.mode, timeout: connectBodySchema.properties.timeout },
  additionalProperties: false,
  description: '{ "mode": …, "timeout": … }, each of which may be left out',
} as const

export const disconnectBodySchema = {
  $id: 'DisconnectBody',
  type: 'object',
  properties: { ifUnused: { type: 'boolean', description: 'whether it stays while somebody wants it up' } },
  additionalProperties: false,
  description: '{ "ifUnused": true }, which may be left out',
} as const
export type DisconnectBody = Static<typeof disconnectBodySchema>
