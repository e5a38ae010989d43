export { type ControlOptions, ControlServer } from './control-server.js'
