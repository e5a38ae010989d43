import type { Validator } from '../core/documents/validator.js'

export const fitsAdapterParams: Validator
export const fitsConnectionParams: Validator
export const fitsReleaseBody: Validator
export const fitsAdaptersQuery: Validator
export const fitsConnectionsQuery: Validator
export const fitsEventsQuery: Validator
export const fitsJournalQuery: Validator
export const fitsEventsHeaders: Validator
export const fitsPluginParams: Validator
export const fitsTrustBody: Validator
export const fitsDisableBody: Validator
export const fitsPluginLogQuery: Validator
