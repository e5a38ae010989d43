export type { Parts } from './parts.js'
export { type VerifyOptions, verifyPlugin } from './verify-plugin.js'
