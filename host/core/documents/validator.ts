import type { SchemaError } from './schema-faults.js'

/** A check that the build made of a schema, see `build/write-validators.ts`. */
export interface Validator {
  (value: unknown): boolean
  /** What was wrong with the last value. */
  errors?: SchemaError[] | null
}
