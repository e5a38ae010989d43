export { manifestSchema } from '@claimd/sdk/manifest'
export { settingsSchema } from './settings-schema.js'

/** An author wants to hear everything that is wrong at once. */
export const allFaults = true
