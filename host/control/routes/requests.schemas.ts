import type { Static } from 'typebox'

export const requestParamsSchema = {
  $id: 'RequestParams',
  type: 'object',
  properties: {
    id: { type: 'string', pattern: '^[1-9][0-9]{0,14}$', description: 'the number of a request' },
  },
  required: ['id'],
} as const
export type RequestParams = Static<typeof requestParamsSchema>
