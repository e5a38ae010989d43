export * from './client.js'
export { clientErrorResults } from './errors.js'
export { checkSocketPath, defaultSocket, socketPathLimit, systemSocket } from './socket-path.js'
