import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { address } from './network.js'
import type { Place } from './place.js'

/** Writes a script for the simulator: links that are up, with an address each. @returns its path */
export function writeSimulation(place: Place, count: number, name: (number: number) => string): string {
  const links = Array.from({ length: count }, (_, number) => ({
    name: name(number),
    driver: 'virtio_net',
    addresses: [address(number)],
  }))
  const file = join(place.folder, 'simulation.json')
  writeFileSync(file, JSON.stringify({ links }))
  return file
}
