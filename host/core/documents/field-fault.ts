import type { Fault } from '@claimd/sdk'

/** A fault without its file, which whoever reads the file fills in. */
export type FieldFault = Omit<Fault, 'file'>
