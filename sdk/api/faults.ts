/** A fault in a file: where, what was found, what was expected, and what to do. */
export interface Fault {
  file: string
  /** The place in the file: a key, or line and column; empty for the whole file. */
  field: string
  found: string
  expected: string
  remedy: string
}
