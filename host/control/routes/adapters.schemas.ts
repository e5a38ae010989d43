import type { Static } from 'typebox'
import { list, moment, reason } from './fields.js'

export const adapterParamsSchema = {
  $id: 'AdapterParams',
  type: 'object',
  properties: { id: { type: 'string', maxLength: 255, description: "an adapter's id or name" } },
  required: ['id'],
} as const
export type AdapterParams = Static<typeof adapterParamsSchema>

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

export const explainQuerySchema = {
  $id: 'ExplainQuery',
  type: 'object',
  properties: { at: moment },
  additionalProperties: false,
} as const
export type ExplainQuery = Static<typeof explainQuerySchema>

export const releaseBodySchema = {
  $id: 'ReleaseBody',
  type: 'object',
  properties: { reason },
  required: ['reason'],
  additionalProperties: false,
  description: '{ "reason": … }',
} as const
export type ReleaseBody = Static<typeof releaseBodySchema>
