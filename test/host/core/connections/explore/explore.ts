import { type Explored, explore as exploreSpace } from '../../../../harness/explore.js'
import { clone } from '../../explore/clone.js'
import { checkAlive } from './alive.js'
import { digestOf } from './canonical.js'
import { eventsOf, isProgress, isQuiet } from './events.js'
import type { Setup } from './seen.js'
import { World } from './world.js'

/** @param aliveEvery for each so manieth state it is looked whether connections come up and down from there */
export function explore(setup: Setup, aliveEvery: number): Explored {
  let seen = 0
  return exploreSpace<World>({
    first: new World(setup),
    eventsOf,
    apply: (world, event) => world.apply(event),
    clone,
    digestOf,
    isQuiet,
    isProgress,
    checkRest: (world) => world.watch.checkRest(world),
    checkState: (world) => {
      if (seen++ % aliveEvery === 0) checkAlive(clone(world))
    },
  })
}
