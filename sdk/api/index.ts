/**
 * The documents of the control API, which are also what `claimd --json` prints.
 *
 * Fields are added in later versions, never renamed. Times are RFC 3339 in UTC; absent values are `null`.
 */
export type * from './adapters.js'
export type * from './band.js'
export type * from './configuration-check.js'
export type * from './connections.js'
export type * from './doctor.js'
export type * from './errors.js'
export * from './events/index.js'
export type * from './faults.js'
export type * from './operations.js'
export type * from './plugin.js'
export type * from './plugins.js'
export type * from './providers.js'
export type * from './requests.js'
export type * from './rounds.js'
export type * from './status.js'
