/** What the build makes of the `NAME.schemas.ts` beside each topic, see `host/build/write-validators.ts`. */
declare module '*.validators.js' {
  import type { Validator } from '../../core/documents/validator.js'

  /** The checks by the `$id` of their schema. */
  export const validators: Readonly<Record<string, Validator>>
}
