export { Places } from './places.js'
export { PluginHost } from './plugin-host.js'
