export type * from '../api.js'
export { ClaimdError } from '../errors.js'
export * from './client.js'
export { clientErrorResults } from './errors.js'
export { type FoundSocket, findSocket } from './find-socket.js'
export {
  checkSocketOwner,
  checkSocketPath,
  defaultSocket,
  socketPathLimit,
  systemSocket,
} from './socket-path.js'
