/**
 * Explores all states of the claims machine for two adapters and three providers, in slices of what may happen.
 * Prints how many states and transitions there are; exits 1 with the shortest story when a property does not hold.
 */
import { explore } from './host/core/explore/explore.js'
import { describe, full } from './host/core/explore/slices.js'

let [states, transitions] = [0, 0]
let failed = false
for (const limits of full) {
  const began = performance.now()
  const found = explore(limits)
  const seconds = ((performance.now() - began) / 1_000).toFixed(1)
  states += found.states
  transitions += found.transitions
  failed ||= found.failure !== null
  process.stdout.write(
    `${describe(limits)}: ${found.states} states, ${found.transitions} transitions, ` +
      `${found.quiet} at rest, ${found.depth} deep, ${seconds} s\n${found.failure === null ? '' : `${found.failure}\n`}`,
  )
}
process.stdout.write(
  `\n${states} states, ${transitions} transitions: ${failed ? 'FAILED' : 'every property holds'}\n`,
)
process.exitCode = failed ? 1 : 0
