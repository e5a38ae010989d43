export { NetlinkSource } from './netlink/netlink-source.js'
export { checkSimulation, readSimulation } from './simulator/read-simulation.js'
export { SimulatedSource } from './simulator/simulated-source.js'
export type { SimulatedFields, SimulatedLink, Simulation } from './simulator/simulation.js'
