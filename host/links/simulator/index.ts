export { checkSimulation, readSimulation } from './read-simulation.js'
export { SimulatedSource } from './simulated-source.js'
export type { SimulatedFields, SimulatedLink, Simulation } from './simulation.js'
