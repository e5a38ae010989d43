import { matchRuleSchema } from '@claimd/sdk/manifest'
import type { Static } from 'typebox'
import { connectionSchema } from '../../core/configuration/connection-schema.js'

/** The operator wants to hear everything that is wrong at once. */
export const allFaults = true

/** The configuration file as the operator writes it. */
export const configurationSchema = {
  type: 'object',
  properties: {
    connections: {
      type: 'object',
      additionalProperties: connectionSchema,
      description: 'connections by their names',
    },
    offers: {
      type: 'object',
      properties: {
        order: {
          type: 'array',
          items: {
            type: 'string',
            pattern: '^(?:@[^/\\s]+/)?[^/@\\s]+/[^/\\s]+$',
            description: 'the full id of a provider, such as `@acme/claimd-lab/lab`',
          },
          description: 'the providers that are asked first, in this order',
        },
        ignore: {
          type: 'array',
          items: matchRuleSchema,
          description: 'match rules of adapters that are never offered',
        },
      },
      additionalProperties: false,
    },
    plugins: {
      type: 'object',
      properties: {
        disabled: {
          type: 'array',
          items: { type: 'string', minLength: 1, description: 'the name of a plugin' },
          description: 'plugins that are not started and not asked',
        },
        pinned: {
          type: 'object',
          additionalProperties: {
            type: 'string',
            pattern: '^(?:sha256:)?[0-9a-f]{64}$',
            description:
              'the hash of its content, such as `sha256:0f…`, which `claimd plugins --json` shows as build',
          },
          description: 'by the name of a plugin: the only content that it may have',
        },
      },
      additionalProperties: false,
    },
  },
  additionalProperties: false,
} as const

export type ConfigurationFile = Static<typeof configurationSchema>
