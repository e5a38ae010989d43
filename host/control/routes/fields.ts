/** Parts of the schemas of several topics. */

/** Values of a query, separated by commas. @param what they are, such as `globs` */
export const list = (what: string) =>
  ({
    type: 'string',
    maxLength: 1000,
    description: `${what}, separated by commas, once`,
  }) as const

export const reason = {
  type: 'string',
  minLength: 1,
  maxLength: 500,
  pattern: '^(?=.*\\S)[^\\p{Cc}\\p{Cs}]+$',
  description: 'not blank, without control characters',
} as const

export const moment = {
  type: 'string',
  pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$',
  description: 'RFC 3339 in UTC with milliseconds, such as 2026-01-31T14:03:00.000Z',
} as const
