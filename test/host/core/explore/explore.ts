import { type Explored, explore as exploreSpace } from '../../../harness/explore.js'
import { digestOf } from './canonical.js'
import { clone } from './clone.js'
import { eventsOf, isProgress, isQuiet } from './events.js'
import { type Limits, Machine } from './machine.js'

/** All states of the claims machine within the limits. In each the reference and the machine agree. */
export function explore(limits: Limits): Explored {
  return exploreSpace({
    first: new Machine(limits),
    eventsOf,
    apply: (machine, event) => machine.apply(event),
    clone,
    digestOf,
    isQuiet,
    isProgress,
    checkRest: ({ claims }) => claims!.reference.checkRest(claims!.context),
  })
}
