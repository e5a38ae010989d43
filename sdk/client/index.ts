export * from '../api/index.js'
export { ClaimdError } from '../errors.js'
export type { AdapterCalls } from './adapter-calls.js'
export * from './client.js'
export type { ConnectionCalls } from './connection-calls.js'
export type { ConnectionHold, HoldCallOptions, HoldEnd } from './connection-hold.js'
export { clientErrorResults } from './errors.js'
export type { EventCalls, EventsOptions } from './event-calls.js'
export { type FoundSocket, findSocket } from './find-socket.js'
export type { PluginCalls } from './plugin-calls.js'
export type { RequestCalls } from './request-calls.js'
export {
  checkSocketOwner,
  checkSocketPath,
  defaultSocket,
  socketPathLimit,
  systemSocket,
} from './socket-path.js'
export type { StatusCalls } from './status-calls.js'
