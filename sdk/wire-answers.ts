/** What a provider may answer to the calls about connections: one JSON Schema for each, see `connecting.ts`. */
import { connectCauses } from './causes.js'
import { resultCodes } from './result-codes.js'

/** How much of each thing is taken. */
const limits = {
  info: 64,
  infoKey: 32,
  adapters: 4096,
  adapterId: 64,
  resources: 64,
  resourceId: 256,
  linkKey: 1024,
  faults: 100,
}

const linkKey = { type: 'string', minLength: 1, maxLength: limits.linkKey } as const

const text = { type: 'string' } as const
const successOrFailure = Object.keys(resultCodes).filter((code) => code !== 'PENDING')

/** @param onSuccess what a success has beside its result · @param onFailure the same of a failure */
function answerSchemaOf(
  onSuccess: { properties: object; required?: readonly string[] },
  onFailure: Readonly<Record<string, object>> = {},
) {
  return {
    type: 'object',
    properties: { result: { enum: successOrFailure } },
    required: ['result'],
    if: { properties: { result: { const: 'SUCCESS' } } },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: onSuccess,
    else: { properties: { cause: { enum: connectCauses }, reason: text, ...onFailure } },
  } as const
}

export const resourcesAnswerSchema = answerSchemaOf(
  {
    properties: {
      adapters: {
        type: ['array', 'null'],
        items: { type: 'string', maxLength: limits.adapterId },
        maxItems: limits.adapters,
      },
      resources: {
        type: 'array',
        items: {
          type: 'object',
          properties: {
            id: { type: 'string', minLength: 1, maxLength: limits.resourceId },
            capacity: { type: 'integer', minimum: 1 },
          },
          required: ['id'],
        },
        maxItems: limits.resources,
      },
      linkKey,
    },
    required: ['adapters'],
  },
  { linkKey },
)

export const validateAnswerSchema = answerSchemaOf(
  { properties: {} },
  {
    faults: {
      type: 'array',
      items: {
        type: 'object',
        properties: { field: text, found: text, expected: text, remedy: text },
        required: ['field', 'found', 'expected'],
      },
      maxItems: limits.faults,
    },
  },
)

export const statusAnswerSchema = answerSchemaOf({
  properties: { state: { enum: ['connected', 'suspended', 'disconnected'] }, reason: text },
  required: ['state'],
})

export const typeSpecificAnswerSchema = answerSchemaOf({
  properties: {
    info: {
      type: 'object',
      propertyNames: { type: 'string', maxLength: limits.infoKey, pattern: '^[A-Za-z0-9][A-Za-z0-9 ._-]*$' },
      additionalProperties: { anyOf: [text, { type: 'number' }, { type: 'boolean' }] },
      maxProperties: limits.info,
    },
  },
  required: ['info'],
})

export const connectAnswerSchema = answerSchemaOf({ properties: { evidence: text } })

export const disconnectAnswerSchema = answerSchemaOf({ properties: {} })

/** The states of a connect that a provider tells. */
export const progressStates = ['associating', 'authenticating', 'waiting-for-ip'] as const

export const progressSchema = {
  type: 'object',
  properties: {
    /** The provider's id within the plugin. */
    provider: { type: 'string', maxLength: 1024 },
    fence: { type: 'integer' },
    state: { enum: progressStates },
    text,
  },
  required: ['provider', 'fence'],
} as const
