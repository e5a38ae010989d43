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
