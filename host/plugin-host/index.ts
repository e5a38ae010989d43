export { PluginHost } from './plugin-host.js'
