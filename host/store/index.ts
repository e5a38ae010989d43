export { examineConfiguration } from './configuration/configuration.js'
export { ConfigurationSource } from './configuration/configuration-source.js'
export { examineState } from './examine-state.js'
export { openStore } from './open-store.js'
