export type * from './event.js'
export type * from './journal.js'
