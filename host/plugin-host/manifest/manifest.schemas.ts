export { manifestSchema } from '@claimd/sdk/manifest'

/** An author wants to hear everything that is wrong at once. */
export const allFaults = true
