export { readConfiguration } from './configuration/configuration.js'
export { watchConfiguration } from './configuration/watch.js'
export { openStore } from './open-store.js'
