/**
 * Explores all states of the claims machine for two adapters and three providers, of the connections machine for one or two
 * connections and one adapter, and of the supervisor of a plugin, in slices of what may happen. Prints how many states and transitions there are; exits 1 with the shortest story when a
 * property does not hold.
 */
import type { Explored } from './harness/explore.js'
import { explore } from './harness/explore.js'
import { explore as exploreConnections } from './host/core/connections/explore/explore.js'
import {
  describe as describeConnections,
  full as fullConnections,
} from './host/core/connections/explore/slices.js'
import { explore as exploreClaims } from './host/core/explore/explore.js'
import { describe as describeClaims, full as fullClaims } from './host/core/explore/slices.js'
import { describe, full } from './host/plugin-host/supervisor/slices.js'
import { spaceOf } from './host/plugin-host/supervisor/space.js'

let [states, transitions] = [0, 0]
let failed = false

function tell(what: string, run: () => Explored): void {
  const began = performance.now()
  const found = run()
  const seconds = ((performance.now() - began) / 1_000).toFixed(1)
  states += found.states
  transitions += found.transitions
  failed ||= found.failure !== null
  process.stdout.write(
    `${what}: ${found.states} states, ${found.transitions} transitions, ` +
      `${found.quiet} at rest, ${found.depth} deep, ${seconds} s\n${found.failure === null ? '' : `${found.failure}\n`}`,
  )
}

for (const limits of fullClaims) tell(`claims: ${describeClaims(limits)}`, () => exploreClaims(limits))
for (const setup of fullConnections)
  tell(`connections: ${describeConnections(setup)}`, () => exploreConnections(setup, 20))
for (const limits of full) tell(`supervisor: ${describe(limits)}`, () => explore(spaceOf(limits)))
process.stdout.write(
  `\n${states} states, ${transitions} transitions: ${failed ? 'FAILED' : 'every property holds'}\n`,
)
process.exitCode = failed ? 1 : 0
