export type { Parts, PluginHostUnderTest, PluginListener, Trial } from './parts.js'
export { type VerifyOptions, verifyPlugin } from './verify-plugin.js'
