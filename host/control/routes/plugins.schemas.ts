import type { Static } from 'typebox'
import { reason } from './fields.js'

export const pluginParamsSchema = {
  $id: 'PluginParams',
  type: 'object',
  properties: { name: { type: 'string', maxLength: 255, description: "a plugin's name" } },
  required: ['name'],
} as const
export type PluginParams = Static<typeof pluginParamsSchema>

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
